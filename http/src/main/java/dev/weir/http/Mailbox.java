package dev.weir.http;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What is to be done when an answer has come: by the request's own thread, if that waits for it, else by a thread that may block. Never
 * by the one that brings the answer: it may be one of few that bring all of them.
 */
final class Mailbox implements Executor {

    private final Executor others;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    /* By the object's lock. */
    private boolean left;

    /**
     * An empty one.
     *
     * @param others does what comes when nobody waits here
     */
    Mailbox(Executor others) {
        this.others = others;
    }

    @Override
    public synchronized void execute(Runnable task) {
        if (left) {
            others.execute(task);
        } else {
            tasks.add(task);
        }
    }

    /** Nobody waits here, or not any more. */
    synchronized void leave() {
        left = true;
        tasks.forEach(others::execute);
        tasks.clear();
    }

    /** Does what has come, in this thread. */
    void doAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Does what comes next, in this thread. Whether anything has come in time. */
    boolean next(long timeoutNanos) throws InterruptedException {
        Runnable task = tasks.poll(timeoutNanos, TimeUnit.NANOSECONDS);
        if (task != null) {
            task.run();
        }
        return task != null;
    }
}
