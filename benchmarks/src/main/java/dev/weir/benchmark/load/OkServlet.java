package dev.weir.benchmark.load;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers with two bytes. */
public class OkServlet extends HttpServlet {

    static final String OK = "ok";

    private static final long serialVersionUID = 1L;
    private static final byte[] BYTES = {'o', 'k'};

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.setContentLength(BYTES.length);
        response.getOutputStream().write(BYTES);
    }

    /** The same, under a limit that nobody reaches. */
    @RateLimited(name = "load", permits = AmpleLimit.PERMITS, per = "365d")
    public static final class Ample extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    /** The same, under a limit that the first request uses up. */
    @RateLimited(name = "load", permits = 1, per = "1h")
    public static final class UsedUp extends OkServlet {
        private static final long serialVersionUID = 1L;
    }
}
