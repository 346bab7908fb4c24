package dev.weir.servlet;

import dev.weir.core.ManualTicker;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.http.WeirBuilder;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A Jetty on the loopback interface, on a port that is free, with Weir's filter before every servlet. Which back end judges
 * is for {@code weir.backend} to say, as everywhere.
 *
 * <p>It trusts its peers to name the client, so that every test can be clients of its own.
 */
final class JettyServer implements AutoCloseable {

    /** The time of day at which a server is made. */
    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    /** For what must come, on a slow machine too. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    final ServletContextHandler context = new ServletContextHandler("/");
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);
    private final ManualTicker ticker = new ManualTicker();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<FilterHolder> behind = new ArrayList<>();
    private boolean asyncSupported = true;
    private UnaryOperator<WeirBuilder> more = builder -> builder;
    private Weir weir;

    JettyServer() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        context.setContextPath("/");
        context.setClassLoader(JettyServer.class.getClassLoader());
        context.getServletHandler().setStartWithUnavailable(false);
        with("weir.trusted-proxies", "127.0.0.0/8").with("weir.forwarding-header", "x-forwarded-for");
    }

    /** Another setting. */
    JettyServer with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** What only code can say. */
    JettyServer with(UnaryOperator<WeirBuilder> more) {
        this.more = more;
        return this;
    }

    JettyServer servlet(String path, Class<? extends Servlet> type) {
        ServletHolder holder = new ServletHolder(type);
        holder.setAsyncSupported(true);
        context.addServlet(holder, path);
        return this;
    }

    /** Another filter, behind Weir's, for requests as clients send them. */
    JettyServer filter(FilterHolder other) {
        behind.add(other);
        return this;
    }

    /** With a filter that is not registered as one that supports asynchronous requests. */
    JettyServer withoutAsync() {
        asyncSupported = false;
        return this;
    }

    /** With so many threads at most. */
    JettyServer threads(int most) {
        QueuedThreadPool pool = (QueuedThreadPool) server.getThreadPool();
        pool.setMaxThreads(most);
        pool.setStopTimeout(200); // half of it passes before it interrupts who holds a thread
        return this;
    }

    /** Starts it, with the filter for requests as clients send them. */
    JettyServer start() throws Exception {
        return start(EnumSet.of(DispatcherType.REQUEST));
    }

    /** Starts it, with the filter for these dispatches. */
    JettyServer start(EnumSet<DispatcherType> dispatches) throws Exception {
        weir = newWeir(ticker, settings, more);
        FilterHolder filter = new FilterHolder(new RateLimitFilter(weir));
        filter.setAsyncSupported(asyncSupported);
        context.addFilter(filter, "/*", dispatches);
        behind.forEach(other -> context.addFilter(other, "/*", EnumSet.of(DispatcherType.REQUEST)));
        return start(context);
    }

    /** Starts it with {@code handler}, which sees to filters itself. */
    JettyServer start(Handler handler) throws Exception {
        server.setHandler(handler);
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw e;
        }
        return this;
    }

    /** The one place where tests make a {@link Weir}. */
    private static Weir newWeir(ManualTicker ticker, Map<String, String> settings, UnaryOperator<WeirBuilder> more) {
        WeirBuilder builder = Weir.builder()
                .settings(Settings.ofSystem().after("init-param", settings))
                .ticker(ticker)
                .clock(new TickingClock(ticker));
        return more.apply(builder).build();
    }

    /** The time of day, which goes on as decisions do. */
    private static final class TickingClock extends Clock {
        private final ManualTicker ticker;

        TickingClock(ManualTicker ticker) {
            this.ticker = ticker;
        }

        @Override
        public Instant instant() {
            return NOW.plusNanos(ticker.read());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Moves the clock. */
    void advance(Duration step) {
        ticker.advance(step);
    }

    /** How many requests wait for their turn, or hold an estimate that nobody has settled. */
    int waiting() {
        return ticker.waiting();
    }

    /** Returns when so many wait for their turn. */
    void awaitWaiting(int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ticker.waiting() != count) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(ticker.waiting() + " requests wait for their turn, expected " + count);
            }
            Thread.onSpinWait();
        }
    }

    /** Ends the connections to all clients, and takes new ones at another port. */
    void endConnections() throws Exception {
        connector.stop();
        connector.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    HttpClient http() {
        return HTTP;
    }

    /** A client whom nobody has seen before, at an IPv6 address of its own. */
    Client client() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return client("2001:db8:%x:%x::1".formatted(random.nextInt(0x1_0000), random.nextInt(0x1_0000)));
    }

    /** The client at {@code address}. */
    Client client(String address) {
        return new Client(this, address);
    }

    /** Sends {@code text} as it is, with line ends as HTTP wants them, and returns all that comes until the end. */
    String raw(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
        if (weir != null) {
            weir.close();
        }
    }
}
