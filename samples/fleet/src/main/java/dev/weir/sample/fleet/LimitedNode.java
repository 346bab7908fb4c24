package dev.weir.sample.fleet;

import dev.weir.annotation.OnFailure;
import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.LimiterListener;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A node to be watched while its Redis fails: Jetty, Weir's filter, servlets that do nothing, and a health check that tells who decides.
 * Settings come from the environment.
 */
public final class LimitedNode {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int THREADS = 100;

    private LimitedNode() {}

    /** Starts it on a free port, and prints its address. */
    public static void main(String[] args) throws Exception {
        Decisions decisions = new Decisions();
        Weir weir =
                Weir.builder().settings(Settings.ofSystem()).listener(decisions).build();
        Server server = new Server(new QueuedThreadPool(THREADS));
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(LOOPBACK);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(servlet(new Tight()), "/tight");
        context.addServlet(servlet(new Daily()), "/daily");
        context.addServlet(servlet(new Ample()), "/ample");
        context.addServlet(servlet(new Lent()), "/lent");
        context.addServlet(servlet(new Open()), "/open");
        context.addServlet(servlet(new Closed()), "/closed");
        context.addServlet(servlet(new Health(weir, decisions)), "/health");
        FilterHolder filter = new FilterHolder(new RateLimitFilter(weir));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.setStopAtShutdown(true);
        server.start();
        System.out.println("The node is ready at http://" + LOOPBACK + ":" + connector.getLocalPort() + "/");
        server.join();
        weir.close();
    }

    private static ServletHolder servlet(HttpServlet servlet) {
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        return holder;
    }

    /** How many decisions there were, and in how many of them something else stood in for Redis. */
    private static final class Decisions implements LimiterListener {
        final AtomicLong all = new AtomicLong();
        final AtomicLong fellBack = new AtomicLong();

        @Override
        public void decided(Ask ask) {
            all.incrementAndGet();
        }

        @Override
        public void fellBack(Ask ask, dev.weir.core.OnFailure mode, Throwable cause) {
            fellBack.incrementAndGet();
            if (mode == dev.weir.core.OnFailure.CLOSED) {
                all.incrementAndGet(); // of which nothing else is heard
            }
        }
    }

    /** Does next to nothing. */
    private abstract static class Nothing extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private static final byte[] DONE = {'o', 'k', '\n'};

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain");
            response.setContentLength(DONE.length);
            response.getOutputStream().write(DONE);
        }
    }

    /** A small bucket that refills soon. */
    @RateLimited(permits = 10, per = "1s", name = "tight")
    private static final class Tight extends Nothing {
        private static final long serialVersionUID = 1L;
    }

    /** A quota: who has used it up gets nothing more while the program runs. */
    @RateLimited(permits = 200, per = "1d", name = "daily")
    private static final class Daily extends Nothing {
        private static final long serialVersionUID = 1L;
    }

    /** More than is asked for. */
    @RateLimited(permits = 100, per = "1s", name = "ample")
    private static final class Ample extends Nothing {
        private static final long serialVersionUID = 1L;
    }

    /** A quota of which nodes borrow ahead. */
    @RateLimited(permits = 1_200, per = "1d", name = "lent", maxError = Traffic.MAX_ERROR)
    private static final class Lent extends Nothing {
        private static final long serialVersionUID = 1L;
    }

    /** Admits all while nobody decides. */
    @RateLimited(permits = 10, per = "1s", name = "open", onFailure = OnFailure.OPEN)
    private static final class Open extends Nothing {
        private static final long serialVersionUID = 1L;
    }

    /** Answers 503 while nobody decides. */
    @RateLimited(permits = 10, per = "1s", name = "closed", onFailure = OnFailure.CLOSED)
    private static final class Closed extends Nothing {
        private static final long serialVersionUID = 1L;
    }

    /** Not limited. A real one would say less, or say it to fewer. */
    private static final class Health extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private final transient Weir weir;
        private final transient Decisions decisions;

        Health(Weir weir, Decisions decisions) {
            this.weir = weir;
            this.decisions = decisions;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("application/json");
            // Those that fell back are read first: so they are never more than all.
            long fellBack = decisions.fellBack.get();
            response.getWriter().print(new HealthReport(weir.isDegraded(), decisions.all.get(), fellBack).json());
        }
    }
}
