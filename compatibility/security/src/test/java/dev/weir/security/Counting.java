package dev.weir.security;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A servlet that answers 200 to everything and counts how often it runs. */
class Counting extends HttpServlet {

    private static final long serialVersionUID = 1L;

    final AtomicInteger served = new AtomicInteger();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        served.incrementAndGet();
        response.setStatus(200);
    }

    /** The same, for each address five times a minute. */
    @RateLimited(permits = 5, per = "1m", key = "ip")
    static class Login extends Counting {
        private static final long serialVersionUID = 1L;
    }
}
