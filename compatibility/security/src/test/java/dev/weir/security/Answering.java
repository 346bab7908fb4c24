package dev.weir.security;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Answers everything with 200. Its subclasses carry the limits. */
class Answering extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(200);
    }

    /** Five a minute for each address. */
    @RateLimited(permits = 5, per = "1m", key = "ip")
    static class PerAddress extends Answering {
        private static final long serialVersionUID = 1L;
    }

    /** Five a minute for each client: API key, else user, else address. */
    @RateLimited(permits = 5, per = "1m")
    static class PerClient extends Answering {
        private static final long serialVersionUID = 1L;
    }

    /** Five a minute for each user. */
    @RateLimited(permits = 5, per = "1m", key = "user")
    static class PerUser extends Answering {
        private static final long serialVersionUID = 1L;
    }
}
