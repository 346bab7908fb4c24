package dev.weir.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until told to move, for tests of limits; and the sleeper that goes with it. Who sleeps on it wakes
 * when the clock has been moved far enough, and what is to run later runs in the thread that moves it, each at its very time and
 * in order. Thread-safe.
 */
public final class ManualTicker implements Ticker, Sleeper {

    private record Alarm(long atNanos, long number, Runnable task) {}

    /* By the distance of the two, since neither times nor their distance from the start keep their order as the clock wraps. */
    private static final Comparator<Alarm> BY_TIME =
            (a, b) -> a.atNanos != b.atNanos ? Long.signum(a.atNanos - b.atNanos) : Long.compare(a.number, b.number);

    /* All fields by the object's lock; alarms run outside of it. */
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(BY_TIME);
    private long nanos;
    private long alarmsSet;

    /** A clock that stands at 0. */
    public ManualTicker() {
        this(0);
    }

    /** A clock that stands at {@code nanos}, which may be any value. */
    public ManualTicker(long nanos) {
        this.nanos = nanos;
    }

    @Override
    public synchronized long read() {
        return nanos;
    }

    /** Moves the clock; a negative step moves it back, as no real monotonic clock should. */
    public void advance(Duration step) {
        advanceNanos(step.toNanos());
    }

    /** Moves the clock by {@code nanos}, wrapping around as {@link System#nanoTime} would. */
    public void advanceNanos(long nanos) {
        long target;
        synchronized (this) {
            target = this.nanos + nanos;
        }
        for (Alarm due = next(target); due != null; due = next(target)) {
            SystemSleeper.runSafely(due.task);
        }
        synchronized (this) {
            this.nanos = target;
        }
    }

    /** How many sleep, or are to run later: what a test waits for before it moves the clock. */
    public synchronized int waiting() {
        return alarms.size();
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("Interrupted before sleeping");
        }
        if (nanos > 0) {
            CountDownLatch woken = new CountDownLatch(1);
            Wake wake = wake(nanos, woken::countDown);
            try {
                woken.await();
            } finally {
                wake.cancel();
            }
        }
    }

    @Override
    public synchronized Wake wake(long nanos, Runnable task) {
        Alarm alarm = new Alarm(this.nanos + Math.max(0, nanos), alarmsSet++, task);
        alarms.add(alarm);
        return () -> cancel(alarm);
    }

    private synchronized void cancel(Alarm alarm) {
        alarms.remove(alarm);
    }

    /** Takes the first alarm that is due by {@code target}, and moves the clock to its time. */
    private synchronized @Nullable Alarm next(long target) {
        Alarm first = alarms.peek();
        if (first == null || first.atNanos - target > 0) {
            return null;
        }
        alarms.poll();
        if (first.atNanos - nanos > 0) {
            nanos = first.atNanos;
        }
        return first;
    }
}
