package dev.weir.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of all queues. Holds the tasks that wait, sleeps until the earliest turn, and hands to the executor, one by
 * one and in order, what is due by then: never anything early, and after a late awakening no more than what is due.
 *
 * <p>At most {@code maxTasks} tasks wait or run, and of one bucket at most as many as are still free: so a bucket whose tasks
 * never end gets half of them, n such buckets n / (n + 1), and there is room for the others.
 *
 * <p>Thread-safe, by the object's lock. Under it the sleeper is asked to wake and to cancel; tasks are handed over, and
 * outcomes completed, outside.
 */
final class Agenda {

    private static final Comparator<QueueTask<?>> BY_TURN = (a, b) -> {
        long ahead = a.turn.atNanos() - b.turn.atNanos(); // all are within half of the clock's range
        return ahead != 0 ? Long.signum(ahead) : Long.compare(a.number, b.number);
    };

    private final Ticker ticker;
    private final Sleeper sleeper;
    private final Executor executor;
    private final int maxTasks;

    private final TreeSet<QueueTask<?>> waiting = new TreeSet<>(BY_TURN);
    private long offered;
    private int unended; // waiting, handed over, or running
    private Sleeper.@Nullable Wake wake;
    private long wakeNanos; // means something while there is a wake
    private boolean handingOver; // by one thread at a time, or the order would be lost
    private volatile boolean stopped;
    private final CompletableFuture<@Nullable Void> allEnded = new CompletableFuture<>();

    Agenda(Ticker ticker, Sleeper sleeper, Executor executor, int maxTasks) {
        this.ticker = ticker;
        this.sleeper = sleeper;
        this.executor = executor;
        this.maxTasks = maxTasks;
    }

    /** Takes {@code task}, to be run at its turn, or says why not. */
    synchronized QueuePlace.Answer offer(QueueTask<?> task) {
        if (stopped) {
            return QueuePlace.Answer.STOPPED;
        }
        if (task.bucket.tasks >= maxTasks - unended) {
            return QueuePlace.Answer.TOO_MANY_TASKS;
        }
        unended++;
        task.bucket.tasks++;
        task.number = offered++;
        waiting.add(task);
        setWake();
        return QueuePlace.Answer.QUEUED;
    }

    /** Takes {@code task} back, if it has not been handed over; then whoever asked says when it has {@link #ended}. */
    boolean withdraw(QueueTask<?> task) {
        synchronized (this) {
            if (!waiting.remove(task)) {
                return false;
            }
            setWake();
        }
        task.bucket.cancel(task.turn, ticker.read());
        return true;
    }

    /** Cancels the waiting tasks of {@code bucket}; of all buckets if that is null. */
    void cancel(@Nullable LeakyBucket bucket) {
        List<QueueTask<?>> chosen = new ArrayList<>();
        synchronized (this) {
            for (QueueTask<?> task : waiting) {
                if (bucket == null || task.bucket == bucket) {
                    chosen.add(task);
                }
            }
        }
        chosen.forEach(QueueTask::cancel);
    }

    /** Notes that {@code task} is over. */
    void ended(QueueTask<?> task) {
        boolean last;
        synchronized (this) {
            unended--;
            task.bucket.tasks--;
            last = stopped && unended == 0;
        }
        if (last) {
            allEnded.complete(null);
        }
    }

    /** Takes no task any more. Those that wait keep their turns. */
    void stop() {
        boolean last;
        synchronized (this) {
            stopped = true;
            last = unended == 0;
        }
        if (last) {
            allEnded.complete(null);
        }
    }

    boolean isStopped() {
        return stopped;
    }

    /** Completes when it has been stopped and all tasks are over. */
    CompletableFuture<@Nullable Void> allEnded() {
        return allEnded.copy();
    }

    private void awake() {
        synchronized (this) {
            if (handingOver) {
                return;
            }
            handingOver = true;
        }
        for (QueueTask<?> due = nextDue(); due != null; due = nextDue()) {
            due.handTo(executor);
        }
    }

    private synchronized @Nullable QueueTask<?> nextDue() {
        if (!waiting.isEmpty() && waiting.first().turn.atNanos() - ticker.read() <= 0) {
            return waiting.pollFirst();
        }
        handingOver = false;
        cancelWake();
        setWake();
        return null;
    }

    /** Sees to it that somebody wakes for the first turn, or, if nothing waits, that nobody does. */
    private void setWake() {
        if (waiting.isEmpty()) {
            cancelWake();
        } else if (!handingOver) { // or who hands over will see to it at the end
            long first = waiting.first().turn.atNanos();
            if (wake == null || first - wakeNanos < 0) {
                cancelWake();
                wakeNanos = first;
                wake = sleeper.wake(Math.max(0, first - ticker.read()), this::awake);
            }
        }
    }

    private void cancelWake() {
        if (wake != null) {
            wake.cancel();
            wake = null;
        }
    }
}
