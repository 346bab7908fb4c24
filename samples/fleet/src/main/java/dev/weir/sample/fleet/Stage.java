package dev.weir.sample.fleet;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/** Where faults happen: servers, nodes that share them, and callers. May be closed at any time, by any thread. */
final class Stage implements AutoCloseable {

    private static final long START_SECONDS = 60;
    private static final long WELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Options options;
    private final Servers servers;
    /* By the object's lock. */
    private final List<Node> nodes = new ArrayList<>();
    private Callers callers;
    private HealthWatch health;
    private boolean closed;

    /** Starts nothing yet. */
    Stage(Servers.Kind kind, Options options) {
        this.options = options;
        this.servers = kind.stopped(options.downAfterMillis());
    }

    /** Returns when all is there and all nodes decide by Redis. Nobody asks yet. */
    void open() throws IOException, InterruptedException {
        servers.start();
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        Map<String, String> settings = new HashMap<>(servers.settings());
        settings.put("WEIR_SECRET", HexFormat.of().formatHex(secret));
        settings.put("WEIR_NODES", Integer.toString(options.nodes()));
        // The callers pose as the clients' proxy.
        settings.put("WEIR_TRUSTED_PROXIES", "127.0.0.1");
        settings.put("WEIR_FORWARDING_HEADER", "x-forwarded-for");
        for (int i = 1; i <= options.nodes(); i++) {
            start(i, settings);
        }
        List<Node> started = List.copyOf(nodes);
        List<URI> addresses = new ArrayList<>();
        for (Node node : started) {
            addresses.add(node.address(START_SECONDS));
        }
        watch(started, addresses);
        Waiting.until("all nodes have found Redis", () -> health.areWellFor(WELL_NANOS));
    }

    private synchronized void start(int number, Map<String, String> settings) throws IOException {
        failIfClosed();
        nodes.add(new Node(number, LimitedNode.class, settings));
    }

    private synchronized void watch(List<Node> started, List<URI> addresses) {
        failIfClosed();
        health = new HealthWatch(started, addresses);
        callers = new Callers(started, addresses, options.threads(), options.rate());
    }

    private void failIfClosed() {
        if (closed) {
            throw new CancellationException("The run has been stopped");
        }
    }

    Servers servers() {
        return servers;
    }

    Callers callers() {
        return callers;
    }

    HealthWatch health() {
        return health;
    }

    /** Has the last node die as by {@code kill -9}. */
    void killNode() throws InterruptedException {
        nodes.get(nodes.size() - 1).kill();
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (callers != null) {
            callers.close();
            health.close();
        }
        nodes.forEach(Node::stop);
        nodes.forEach(Node::close);
        nodes.clear();
        servers.close();
    }
}
