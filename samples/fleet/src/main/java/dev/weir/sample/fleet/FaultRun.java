package dev.weir.sample.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** One fault after the other: see {@link Trial}. May be closed at any time, by any thread: then nothing of it is left. */
final class FaultRun implements AutoCloseable {

    private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Options options;
    private final FaultProgress progress;
    /* By the object's lock. */
    private Stage stage;
    private boolean closed;
    private int crowds;

    FaultRun(Options options, PrintStream out, boolean terminal) {
        this.options = options;
        this.progress = new FaultProgress(out, terminal);
    }

    /**
     * Starts what is needed, has all faults happen, and stops it.
     *
     * @throws IllegalStateException if something does not start, with the reason
     * @throws CancellationException if it was closed meanwhile
     */
    List<FaultRow> rows() throws IOException, InterruptedException {
        Map<Servers.Kind, List<Fault>> byServers = options.faults().stream()
                .collect(Collectors.groupingBy(fault -> fault.servers, LinkedHashMap::new, Collectors.toList()));
        List<FaultRow> rows = new ArrayList<>();
        for (Map.Entry<Servers.Kind, List<Fault>> some : byServers.entrySet()) {
            try (Stage next = staged(some.getKey())) {
                progress.say("Starting " + some.getKey().words + ", and "
                        + (options.nodes() == 1 ? "one node" : options.nodes() + " nodes") + ", with "
                        + options.threads() + " connections.");
                next.open();
                next.callers().askFor(crowd());
                pass(WARM_NANOS, "warming up", next, () -> false);
                pass(MOST_NANOS, "warming up", next, () -> next.health().areWellFor(Trial.WELL_NANOS));
                for (Fault fault : some.getValue()) {
                    Trial trial = new Trial(
                            next, fault, this::crowd, (nanos, what, enough) -> pass(nanos, what, next, enough));
                    FaultRow row = trial.row(options.seconds());
                    progress.say("  " + fault.option() + ": " + row.verdict());
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private synchronized Stage staged(Servers.Kind kind) {
        failIfClosed();
        stage = new Stage(kind, options);
        return stage;
    }

    private Crowd crowd() {
        return new Crowd(crowds++ % Crowd.MOST, Traffic.WHILE_IT_FAILS);
    }

    private boolean pass(long nanos, String what, Stage on, BooleanSupplier enough) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            failIfClosed();
            if (enough.getAsBoolean()) {
                return true;
            }
            progress.show(what, on);
            Waiting.aMoment();
        }
        return false;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private void failIfClosed() {
        if (isClosed()) {
            throw new CancellationException("The run has been stopped");
        }
    }

    @Override
    public void close() {
        Stage now;
        synchronized (this) {
            closed = true;
            now = stage;
        }
        if (now != null) {
            try {
                now.close();
            } catch (IOException e) {
                throw new IllegalStateException("Something did not stop", e);
            }
        }
    }
}
