package dev.weir.sample.fleet;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers with a connection each, by which they ask for whoever is in the crowd, at an even pace that all of them make together; who
 * gets his answer late goes on at once. What a node takes down with it is no failure: its callers go to another.
 */
final class Callers implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<Node> nodes;
    private final List<URI> addresses;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong lost = new AtomicLong();
    private final long paceNanos;
    private volatile Crowd crowd;
    private volatile Latencies latencies = new Latencies();
    private volatile boolean stopped;

    /**
     * Starts them. There is no crowd yet.
     *
     * @param addresses of {@code nodes}, in their order
     * @param rate requests per second, of all together
     */
    Callers(List<Node> nodes, List<URI> addresses, int callers, int rate) {
        this.nodes = nodes;
        this.addresses = addresses;
        this.paceNanos = TimeUnit.SECONDS.toNanos(1) * callers / rate;
        for (int i = 0; i < callers; i++) {
            int number = i;
            Thread thread = new Thread(() -> call(number, paceNanos * number / callers), "caller " + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** Has them ask for {@code next} from now on; for nobody, if that is null. */
    void askFor(Crowd next) {
        crowd = next;
    }

    /** For whom they ask, or null. */
    Crowd crowd() {
        return crowd;
    }

    /** Has them note there how long answers take that come from now on. */
    void measure(Latencies next) {
        latencies = next;
    }

    /** How many requests went down with a node. */
    long lost() {
        return lost.get();
    }

    private void call(int number, long offsetNanos) {
        int node = number % addresses.size();
        Connection connection = null;
        long due = System.nanoTime() + offsetNanos;
        while (!stopped) {
            Crowd now = crowd;
            long early = due - System.nanoTime();
            if (now == null || early > 0) {
                LockSupport.parkNanos(now == null ? PAUSE_NANOS : early);
                continue;
            }
            due = Math.max(due + paceNanos, System.nanoTime()); // what was missed is not made up for
            Crowd.Request request = now.next();
            try {
                connection = connection == null ? new Connection(addresses.get(node)) : connection;
                long sent = System.nanoTime();
                int status = connection.get(request.path(), request.client()).status();
                long answered = System.nanoTime();
                latencies.add(answered - sent);
                request.answered(status, sent, answered);
            } catch (IOException e) {
                if (connection != null) {
                    connection.close();
                    connection = null;
                }
                if (stopped || isGone(node)) {
                    request.lost();
                    lost.incrementAndGet();
                    node = (node + 1) % addresses.size();
                } else {
                    request.failed(addresses.get(node) + request.path() + " did not answer: " + e);
                }
            }
        }
        if (connection != null) {
            connection.close();
        }
    }

    private boolean isGone(int node) {
        try {
            return nodes.get(node).isGone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
