package dev.weir.sample.fleet;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Keeps asking all nodes how they are: how long that takes, and whether Redis decides there. */
final class HealthWatch implements AutoCloseable {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Of fewer decisions one that is late by chance would say too much. */
    private static final int FEWEST = 20;

    private static final String ANYBODY = "192.0.2.1";

    private final List<Place> places = new ArrayList<>();
    private volatile Latencies latencies = new Latencies();
    private volatile boolean stopped;

    /** A node, and when it was last seen not to be well. */
    private static final class Place {
        final Node node;
        final URI address;
        /* On the scale of System.nanoTime. */
        volatile long lastBadNanos = System.nanoTime();
        volatile long lastSeenNanos = System.nanoTime();
        volatile boolean degraded = true;
        volatile long fellBack;

        Place(Node node, URI address) {
            this.node = node;
            this.address = address;
        }
    }

    /** Begins. */
    HealthWatch(List<Node> nodes, List<URI> addresses) {
        for (int i = 0; i < nodes.size(); i++) {
            Place place = new Place(nodes.get(i), addresses.get(i));
            places.add(place);
            Thread thread = new Thread(() -> watch(place), "health of node " + (i + 1));
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Has it note there how long answers take that come from now on. */
    void measure(Latencies next) {
        latencies = next;
    }

    /** When a node that lives was last seen to do without Redis, on the scale of {@link System#nanoTime}. */
    long lastBadNanos() {
        long last = Long.MIN_VALUE;
        for (Place place : places) {
            last = place.node.isAlive() && (last == Long.MIN_VALUE || place.lastBadNanos - last > 0)
                    ? place.lastBadNanos
                    : last;
        }
        return last;
    }

    /** Whether all nodes that live have been well for so long. */
    boolean areWellFor(long nanos) {
        long now = System.nanoTime();
        return places.stream()
                .filter(place -> place.node.isAlive())
                .allMatch(place ->
                        !place.degraded && now - place.lastBadNanos > nanos && now - place.lastSeenNanos < nanos);
    }

    /** How many decisions of all nodes Redis did not give, since they started, as far as is known. */
    long fellBack() {
        return places.stream().mapToLong(place -> place.fellBack).sum();
    }

    /** How many nodes do without Redis at the moment. */
    long degraded() {
        return places.stream()
                .filter(place -> place.node.isAlive() && place.degraded)
                .count();
    }

    private void watch(Place place) {
        while (!stopped && place.node.isAlive()) {
            try (Connection connection = new Connection(place.address)) {
                HealthReport before = new HealthReport(true, 0, 0);
                while (!stopped) {
                    long asked = System.nanoTime();
                    HealthReport report =
                            HealthReport.parse(connection.get("health", ANYBODY).body());
                    long answered = System.nanoTime();
                    latencies.add(answered - asked);
                    if (report.degraded() || report.decided() - before.decided() >= FEWEST) {
                        if (!report.isFineSince(before)) {
                            place.lastBadNanos = answered;
                        }
                        before = report;
                    }
                    place.degraded = report.degraded();
                    place.fellBack = report.fellBack();
                    place.lastSeenNanos = answered;
                    LockSupport.parkNanos(EVERY_NANOS - (answered - asked));
                }
            } catch (IOException e) {
                place.lastBadNanos = System.nanoTime(); // and again, if it lives
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
