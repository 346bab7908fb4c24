package dev.weir.security.elsewhere;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Has the namesake of a servlet of another package. */
public final class Counting {

    private Counting() {}

    /** Five times a minute. */
    @RateLimited(permits = 5, per = "1m", key = "ip")
    public static class Login extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(200);
        }
    }
}
