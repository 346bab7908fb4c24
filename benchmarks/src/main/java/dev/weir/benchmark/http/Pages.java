package dev.weir.benchmark.http;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;

/** What is served: two bytes, under each kind of limit. */
final class Pages {

    private static final byte[] OK = {'o', 'k'};

    private Pages() {}

    /** Without a limit. */
    public static class Free extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain");
            response.setContentLength(OK.length);
            response.getOutputStream().write(OK);
        }
    }

    /** With enough permits for each client. */
    @RateLimited(permits = 1_000, per = "1h", key = "ip", name = "pages")
    public static final class Limited extends Free {
        private static final long serialVersionUID = 1;
    }

    /** With permits that are soon gone, for a day. */
    @RateLimited(permits = 1, per = "1d", key = "ip", name = "pages-gone")
    public static final class Gone extends Free {
        private static final long serialVersionUID = 1;
    }

    /** With figures that hardly ever come again. */
    @RateLimited(permits = 1_000_000, per = "1h", key = "ip", name = "pages-large")
    public static final class Large extends Free {
        private static final long serialVersionUID = 1;
    }

    /** The same as resource methods. */
    @Path("/")
    public static final class Resource {
        /** Without a limit. */
        @GET
        @Path("free")
        public byte[] free() {
            return OK;
        }

        /** With enough permits for each client. */
        @GET
        @Path("limited")
        @RateLimited(permits = 1_000, per = "1h", key = "ip", name = "pages")
        public byte[] limited() {
            return OK;
        }
    }
}
