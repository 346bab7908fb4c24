package dev.weir.benchmark.start;

import dev.weir.jaxrs.RateLimitFeature;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.DispatcherType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;

/** Starts an application once, in a virtual machine of its own, asks it once, and says what that took. */
final class StartProbe {

    private static final Logger LOG = Logger.getLogger("");
    private static final int COLLECTIONS = 8;
    private static final double MEGABYTE = 1_000_000;

    private StartProbe() {}

    /**
     * Takes what kind of application, how many endpoints, and whether Weir limits them; prints ms until it serves, ms of the first request,
     * MB of heap in use afterwards, and how many classes were loaded.
     */
    public static void main(String[] args) throws Exception {
        LOG.setLevel(Level.SEVERE);
        int endpoints = Integer.parseInt(args[1]);
        boolean limited = Boolean.parseBoolean(args[2]);
        boolean servlets = args[0].equals(StartSuite.SERVLETS);
        long begin = System.nanoTime();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(servlets ? servlets(endpoints, limited) : resources(endpoints, limited));
        server.start();
        long started = System.nanoTime();
        boolean answeredWithFields =
                answersWithFields(connector.getLocalPort(), servlets ? "/servlet0" : "/resource0/method0");
        long answered = System.nanoTime();
        if (answeredWithFields != limited) {
            server.stop(); // or its threads would keep this process
            throw new IllegalStateException("Limited: " + answeredWithFields + ", should be " + limited);
        }
        System.out.println((started - begin) / 1e6 + " " + (answered - started) / 1e6 + " " + used() / MEGABYTE + " "
                + ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount());
        server.stop();
        System.exit(0);
    }

    private static ServletContextHandler servlets(int endpoints, boolean limited) throws ClassNotFoundException {
        ServletContextHandler context = new ServletContextHandler("/");
        if (limited) {
            FilterHolder filter = new FilterHolder(new RateLimitFilter());
            filter.setAsyncSupported(true);
            context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        }
        for (int i = 0; i < endpoints; i++) {
            ServletHolder servlet = new ServletHolder();
            servlet.setClassName(Application.PACKAGE + ".Servlet" + i);
            context.addServlet(servlet, "/servlet" + i);
        }
        return context;
    }

    private static ServletContextHandler resources(int endpoints, boolean limited) throws ClassNotFoundException {
        ResourceConfig application = new ResourceConfig();
        application.property("weir.auto-register", "false");
        for (int i = 0; i < endpoints / Application.METHODS; i++) {
            application.register(Class.forName(Application.PACKAGE + ".Resource" + i));
        }
        if (limited) {
            application.register(RateLimitFeature.class);
        }
        ServletHolder jersey = new ServletHolder(new ServletContainer(application));
        jersey.setInitOrder(1); // at the start, not at the first request
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(jersey, "/*");
        return context;
    }

    private static boolean answersWithFields(int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String status = answer.readLine();
            if (status == null || !status.startsWith("HTTP/1.1 200")) {
                throw new IOException(path + " answers " + status);
            }
            return answer.lines().anyMatch(line -> line.startsWith("RateLimit:"));
        }
    }

    /* Cleaners and threads that end let go of things only after a collection or two. */
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
