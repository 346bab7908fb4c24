package dev.weir.sample.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * The Redis processes that a fleet shares, and how they are reached. May be closed at any time, by
 * any thread.
 */
abstract class Servers implements AutoCloseable {

    private static final int MOST_KEYS = 1_000;

    /* By the object's lock. */
    private final List<RedisProcess> processes = new ArrayList<>();
    private Path file;
    private boolean closed;

    /** How Redis is set up. */
    enum Kind {
        SINGLE("one Redis"),
        BEHIND_PROXY("one Redis behind a proxy"),
        SENTINEL("a master, a replica and three sentinels"),
        CLUSTER("a cluster of three masters and three replicas");

        final String words;

        Kind(String words) {
            this.words = words;
        }

        /**
         * Such servers; they are not started yet.
         *
         * @param downAfterMillis how long others wait for a server before they take it for dead
         */
        Servers stopped(int downAfterMillis) {
            return switch (this) {
                case SINGLE -> new SingleServer(false);
                case BEHIND_PROXY -> new SingleServer(true);
                case SENTINEL -> new SentinelServers(downAfterMillis);
                case CLUSTER -> new ClusterServers(downAfterMillis);
            };
        }
    }

    /** Starts them; returns when they are ready. */
    abstract void start() throws IOException, InterruptedException;

    /** What Redisson is to be told, as YAML. */
    abstract String redisson();

    /** Who is a master now; on a cluster one of several. */
    final RedisProcess master() throws IOException {
        for (RedisProcess process : all()) {
            if (process.isAlive() && process.info("replication").contains("role:master")) {
                return process;
            }
        }
        throw new IllegalStateException("There is no master");
    }

    /** A key that {@code server} keeps. */
    static String keyOf(RedisProcess server) {
        for (int i = 0; ; i++) {
            try {
                server.tell("EXISTS", "fleet-probe-" + i);
                return "fleet-probe-" + i;
            } catch (IOException moved) {
                if (i == MOST_KEYS) {
                    throw new IllegalStateException("A server keeps no keys", moved);
                }
            }
        }
    }

    /** What stands between them and the nodes. */
    Proxy proxy() {
        throw new IllegalStateException("There is no proxy");
    }

    /** Who has started first, as a master. */
    final synchronized RedisProcess first() {
        return processes.get(0);
    }

    /** The settings by which a node finds them. */
    final synchronized Map<String, String> settings() throws IOException {
        if (file == null) {
            file = Files.writeString(Files.createTempFile("weir-fleet", ".yaml"), redisson());
        }
        return Map.of("WEIR_BACKEND", "redis", "WEIR_REDIS_CONFIG", file.toString());
    }

    /* Under the lock: nothing is started any more once they are closed. */
    final synchronized RedisProcess server(String... settings) throws IOException {
        failIfClosed();
        processes.add(RedisProcess.server(settings));
        return processes.get(processes.size() - 1);
    }

    final synchronized RedisProcess sentinel(String... settings) throws IOException {
        failIfClosed();
        processes.add(RedisProcess.sentinel(settings));
        return processes.get(processes.size() - 1);
    }

    private void failIfClosed() {
        if (closed) {
            throw new CancellationException("The run has been stopped");
        }
    }

    final synchronized List<RedisProcess> all() {
        return List.copyOf(processes);
    }

    /** Ends them all. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        processes.forEach(RedisProcess::close);
        processes.clear();
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
