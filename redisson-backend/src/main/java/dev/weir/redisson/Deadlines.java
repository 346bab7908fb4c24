package dev.weir.redisson;

import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends what has not ended by its deadline, up to some milliseconds after it. Most things end long before: so to add one is but a step in
 * a queue, and those that have ended leave it together. Nothing runs while nothing is pending.
 */
final class Deadlines implements AutoCloseable {

    private static final long LOOK_MILLIS = 4;

    private final ScheduledExecutorService scheduler;
    private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private final AtomicBoolean looking = new AtomicBoolean();

    /** Something under way. */
    interface Pending {

        /** By when it should have ended, by {@link System#nanoTime}. */
        long deadlineNanos();

        boolean hasEnded();

        /** The deadline has passed. It may end just now, all the same. Must be quick. Who throws keeps others waiting for some milliseconds. */
        void late();
    }

    /**
     * Deadlines.
     *
     * @param scheduler whose threads say what is late
     */
    Deadlines(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    void add(Pending one) {
        pending.add(one);
        if (closed) {
            endLate(one.deadlineNanos());
        } else {
            lookLater();
        }
    }

    /** Ends all at once, and what is added later, too. */
    @Override
    public void close() {
        closed = true;
        for (Pending one = pending.poll(); one != null; one = pending.poll()) {
            if (!one.hasEnded()) {
                one.late();
            }
        }
    }

    /** How many are looked after, ended or not. */
    int size() {
        return pending.size();
    }

    private void lookLater() {
        if (!closed && !looking.get() && looking.compareAndSet(false, true)) {
            Future<?> unused = scheduler.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            endLate(System.nanoTime());
        } finally {
            looking.set(false);
            if (!pending.isEmpty()) {
                lookLater();
            }
        }
    }

    private void endLate(long now) {
        for (Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
            Pending one = all.next();
            if (one.hasEnded()) {
                all.remove();
            } else if (now - one.deadlineNanos() >= 0) {
                all.remove();
                one.late();
            }
        }
    }
}
