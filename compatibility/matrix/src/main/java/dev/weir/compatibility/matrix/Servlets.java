package dev.weir.compatibility.matrix;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** The servlets of each site. Budgets are by name and refill too slowly for a test to see it. */
final class Servlets {

    private Servlets() {}

    /** Answers with the name of its class, to GET and POST. */
    abstract static class Named extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            response.setContentType("text/plain");
            response.getWriter().print(getClass().getSimpleName());
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            doGet(request, response);
        }
    }

    static final class Free extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 2, per = "1h", name = "exact")
    static final class Exact extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 2, per = "1h", name = "prefix")
    static final class Prefix extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 2, per = "1h", name = "suffix")
    static final class Suffix extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 2, per = "1h", name = "fallback")
    static final class Fallback extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 3, per = "1h", name = "methods")
    static final class Methods extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 5, per = "1h", name = "target")
    static final class Target extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 5, per = "1h", name = "problem")
    static final class Problem extends Named {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 5, per = "1h", name = "forwarding")
    static final class Forwarding extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            request.getRequestDispatcher("/target").forward(request, response);
        }
    }

    @RateLimited(permits = 5, per = "1h", name = "including")
    static final class Including extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            request.getRequestDispatcher("/target").include(request, response);
        }
    }

    @RateLimited(permits = 5, per = "1h", name = "erring")
    static final class Erring extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    @RateLimited(permits = 5, per = "1h", name = "throwing")
    static final class Throwing extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException {
            throw new ServletException("meant to be");
        }
    }

    @RateLimited(permits = 5, per = "1h", name = "redispatching")
    static final class Redispatching extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            request.startAsync().dispatch("/target");
        }
    }

    /** Answers from a thread of its own. */
    @RateLimited(permits = 5, per = "1h", name = "later")
    static final class Later extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext async = request.startAsync();
            new Thread(() -> answer(async, HttpServletResponse.SC_OK)).start();
        }
    }

    /** Times out, and answers that; or answers at once. */
    @RateLimited(permits = 5, per = "1h", name = "timing-out")
    static final class TimingOut extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext async = request.startAsync();
            if (request.getParameter("now") != null) {
                answer(async, HttpServletResponse.SC_OK);
                return;
            }
            async.addListener(new AsyncListener() {
                @Override
                public void onTimeout(AsyncEvent event) {
                    answer(event.getAsyncContext(), HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                }

                @Override
                public void onComplete(AsyncEvent event) {}

                @Override
                public void onError(AsyncEvent event) {}

                @Override
                public void onStartAsync(AsyncEvent event) {}
            });
            async.setTimeout(20);
        }
    }

    /** Times out, and leaves the rest to the container; or answers at once. */
    @RateLimited(permits = 5, per = "1h", name = "abandoned")
    static final class Abandoned extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext async = request.startAsync();
            if (request.getParameter("now") != null) {
                answer(async, HttpServletResponse.SC_OK);
            } else {
                async.setTimeout(20);
            }
        }
    }

    /** Commits its answer early, and goes on. */
    @RateLimited(permits = 5, per = "1h", name = "streaming")
    static final class Streaming extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            for (int i = 0; i < 3; i++) {
                response.getOutputStream().write(("part " + i + "\n").getBytes(StandardCharsets.US_ASCII));
                response.flushBuffer();
            }
        }
    }

    /** Lets requests wait for their turn, and says by which dispatch one came, on what thread, and what its body was. */
    @RateLimited(permits = 4, per = "1s", burst = 6, algorithm = Algorithm.LEAKY_BUCKET_QUEUE, name = "patient")
    static final class Patient extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            response.setContentType("text/plain");
            response.getWriter().print(request.getDispatcherType() + " " + body + " " + Thread.currentThread());
        }
    }

    /** Does what Weir must not: it parks where a virtual thread cannot leave its carrier, in a class that is being initialised. */
    static final class Pinning extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private static final class Parking {
            static final boolean DONE;

            static {
                LockSupport.parkNanos(1_000_000);
                DONE = true;
            }
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print(Parking.DONE);
        }
    }

    private static void answer(AsyncContext async, int status) {
        HttpServletResponse response = (HttpServletResponse) async.getResponse();
        response.setStatus(status);
        try {
            response.getOutputStream().write("later".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        async.complete();
    }
}
