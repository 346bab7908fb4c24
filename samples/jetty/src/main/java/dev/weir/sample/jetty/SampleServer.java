package dev.weir.sample.jetty;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An embedded Jetty with Jersey, on 127.0.0.1. The port is the first argument, else the environment variable {@code PORT},
 * else 8080; 0 takes any free one. {@code THREADS} bounds its pool. With {@code --redis redis://HOST:PORT}, or {@code WEIR_REDIS} in
 * the environment, it shares its limits with all that have the same. Stops cleanly on SIGTERM.
 */
public final class SampleServer implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int DEFAULT_PORT = 8080;
    private static final int DEFAULT_THREADS = 200;
    private static final int LEAST_THREADS = 8;
    private static final long STOP_TIMEOUT_MILLIS = 2_000;
    private static final String DEMO_SECRET = "for demonstrations only";

    private final Server server;

    private SampleServer(Server server) {
        this.server = server;
    }

    /** Starts it and prints its address. */
    public static void main(String[] args) throws Exception {
        readLoggingConfiguration();
        List<String> rest = new ArrayList<>(List.of(args));
        String redis = redis(rest);
        if (redis != null) {
            shareLimits(redis);
        }
        SampleServer sample = start(port(rest), threads());
        System.out.println("Weir's sample is ready at " + sample.address() + " (stop it with Ctrl-C)");
        sample.server.join();
    }

    /** Starts it on {@code port}; returns when it serves requests. */
    static SampleServer start(int port) throws Exception {
        return start(port, DEFAULT_THREADS);
    }

    /** Starts it on {@code port} with at most so many threads. */
    static SampleServer start(int port, int threads) throws Exception {
        Server server = new Server(new QueuedThreadPool(threads));
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(LOOPBACK);
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(webapp());
        server.setStopAtShutdown(true);
        server.setStopTimeout(STOP_TIMEOUT_MILLIS);
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        return new SampleServer(server);
    }

    /** Where it listens: {@code http://127.0.0.1:PORT/}. */
    String address() {
        return "http://" + LOOPBACK + ":" + ((ServerConnector) server.getConnectors()[0]).getLocalPort() + "/";
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The server did not stop", e);
        }
    }

    private static WebAppContext webapp() {
        WebAppContext webapp = new WebAppContext();
        webapp.setContextPath("/");
        webapp.setBaseResource(ResourceFactory.of(webapp).newResource(SampleServer.class.getResource("/webapp/")));
        webapp.setParentLoaderPriority(true);
        // Without this a malformed annotation would leave a server running that answers 503 to everything.
        webapp.setThrowUnavailableOnStartupException(true);
        return webapp;
    }

    private static String redis(List<String> args) {
        int option = args.indexOf("--redis");
        if (option < 0) {
            return System.getenv("WEIR_REDIS");
        }
        if (option + 1 == args.size()) {
            System.err.println("--redis needs an address. Write --redis redis://127.0.0.1:6379");
            System.exit(2);
        }
        args.remove(option);
        return args.remove(option);
    }

    /** Has whoever starts from now on keep its limits in that Redis. */
    static void shareLimits(String redis) {
        System.setProperty("weir.backend", "redis");
        System.setProperty("weir.redis", redis);
        if (System.getenv("WEIR_SECRET") == null && System.getProperty("weir.secret") == null) {
            System.setProperty("weir.secret", DEMO_SECRET);
            System.out.println(
                    "Limits are shared under a secret that everybody knows: set WEIR_SECRET where it matters.");
        }
    }

    private static int port(List<String> args) {
        String text =
                !args.isEmpty() ? args.get(0) : System.getenv().getOrDefault("PORT", String.valueOf(DEFAULT_PORT));
        return number(text, 0, 65_535, "a port. Write 0 (any free one) to 65535, as the first argument or in PORT.");
    }

    private static int threads() {
        String text = System.getenv().getOrDefault("THREADS", String.valueOf(DEFAULT_THREADS));
        return number(text, LEAST_THREADS, 10_000, "a number of threads. Write 8 to 10000 in THREADS.");
    }

    private static int number(String text, int least, int most, String what) {
        try {
            int number = Integer.parseInt(text.trim());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below, for both
        }
        System.err.println("\"" + text + "\" is not " + what);
        System.exit(2);
        return least;
    }

    private static void readLoggingConfiguration() throws IOException {
        if (System.getProperty("java.util.logging.config.file") == null) {
            try (InputStream quiet = SampleServer.class.getResourceAsStream("/logging.properties")) {
                LogManager.getLogManager().readConfiguration(quiet);
            }
        }
    }
}
