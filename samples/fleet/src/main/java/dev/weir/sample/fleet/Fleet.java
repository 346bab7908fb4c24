package dev.weir.sample.fleet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * Copies of the sample that share a Redis, and a secret and a prefix that nobody else has: so each run begins with full buckets,
 * whatever else is in that Redis.
 */
final class Fleet implements AutoCloseable {

    private static final long START_SECONDS = 60;
    private static final long DECIDE_SECONDS = 30;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(DECIDE_SECONDS);
    private static final int REACH_MILLIS = 3_000;
    private static final String OUTSIDER = "192.0.2.1";

    private final Options options;
    /* By the object's lock. */
    private final List<Node> nodes = new ArrayList<>();
    private RedisProcess own;
    private boolean closed;

    /** Starts nothing yet. */
    Fleet(Options options) {
        this.options = options;
    }

    /** Starts a Redis if there is none, and all nodes; returns their addresses when all of them decide. */
    List<URI> start(HttpClient client) throws IOException, InterruptedException {
        URI redis = options.redis().isPresent() ? reached(options.redis().get()) : startRedis();
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Map<String, String> settings = Map.of(
                "WEIR_REDIS",
                redis.toString(),
                "WEIR_REDIS_PREFIX",
                "fleet-" + secret.substring(0, 8),
                "WEIR_SECRET",
                secret.substring(8),
                // The callers pose as the clients' proxy.
                "WEIR_TRUSTED_PROXIES",
                "127.0.0.1",
                "WEIR_FORWARDING_HEADER",
                "x-forwarded-for",
                // All of it runs on one machine, and is to be asked as much as that bears.
                "WEIR_DEADLINE",
                "10s",
                // What Redis does not decide is to show.
                "WEIR_ON_FAILURE",
                "closed");
        for (int i = 1; i <= options.nodes(); i++) {
            startNode(i, settings);
        }
        List<URI> addresses = new ArrayList<>();
        for (Node node : started()) {
            URI address = node.address(START_SECONDS);
            untilItDecides(client, node, address);
            addresses.add(address);
        }
        return addresses;
    }

    /** Stops all that was started, and returns when it is gone. */
    @Override
    public synchronized void close() {
        closed = true;
        nodes.forEach(Node::stop);
        nodes.forEach(Node::close);
        nodes.clear();
        if (own != null) {
            own.close();
            own = null;
        }
    }

    private synchronized URI startRedis() throws IOException {
        failIfClosed();
        own = RedisProcess.server();
        return own.uri();
    }

    private synchronized void startNode(int number, Map<String, String> settings) throws IOException {
        failIfClosed();
        nodes.add(new Node(number, settings));
    }

    private synchronized List<Node> started() {
        return List.copyOf(nodes);
    }

    private void failIfClosed() {
        if (closed) {
            throw new CancellationException("The fleet has been stopped");
        }
    }

    private static URI reached(URI redis) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(redis.getHost(), redis.getPort()), REACH_MILLIS);
            return redis;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "No Redis can be reached at " + redis.getHost() + ":" + redis.getPort() + ". Start it, or leave out"
                            + " --redis (and WEIR_REDIS): then one is started",
                    e);
        }
    }

    /* A node looks for Redis in the background, and answers 503 until it has found it. */
    private static void untilItDecides(HttpClient client, Node node, URI address)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("api/hello"))
                .header("X-Forwarded-For", OUTSIDER)
                .timeout(REQUEST_TIMEOUT)
                .build();
        long start = System.nanoTime();
        while (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 503) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(DECIDE_SECONDS)) {
                throw new IllegalStateException("The node at " + address + " does not decide" + node.printed());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
