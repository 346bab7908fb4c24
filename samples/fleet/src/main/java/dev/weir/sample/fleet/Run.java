package dev.weir.sample.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/** One run of a fleet under load. May be closed at any time, by any thread: then nothing of it is left. */
final class Run implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Options options;
    private final PrintStream out;
    private final boolean terminal;
    private final Fleet fleet;
    private volatile boolean closed;
    private volatile Load load;

    Run(Options options, PrintStream out, boolean terminal) {
        this.options = options;
        this.out = out;
        this.terminal = terminal;
        this.fleet = new Fleet(options);
    }

    /**
     * Starts the fleet, asks it, and stops it.
     *
     * @throws IllegalStateException if it does not start, with the reason
     * @throws CancellationException if it was closed meanwhile
     */
    Result result() throws IOException, InterruptedException {
        try (fleet) {
            out.printf(
                    "Starting %s of the sample, limits kept in %s.%n",
                    options.nodes() == 1 ? "one copy" : options.nodes() + " copies",
                    options.redis()
                            .map(uri -> "the Redis at " + uri.getHost() + ":" + uri.getPort())
                            .orElse("a Redis of their own"));
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
            List<URI> nodes = fleet.start(client);
            out.printf(
                    "Asking for %d s, with %d callers at a time; each request goes to another node than the one before.%n%n",
                    options.seconds(), options.threads());
            Load asking = new Load(client, nodes);
            load = asking;
            Result result = asking.run(
                    options.seconds(),
                    options.threads(),
                    new Progress(out, terminal, TimeUnit.SECONDS.toNanos(options.seconds())));
            if (closed) {
                throw new CancellationException("The run has been stopped");
            }
            return result;
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        Load asking = load;
        if (asking != null) {
            asking.stop();
        }
        fleet.close();
    }
}
