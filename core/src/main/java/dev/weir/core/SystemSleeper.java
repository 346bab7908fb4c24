package dev.weir.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Real time. */
final class SystemSleeper implements Sleeper {

    static final SystemSleeper INSTANCE = new SystemSleeper();

    private static final Logger LOGGER = System.getLogger("dev.weir.core");

    private final ScheduledThreadPoolExecutor timer;

    private SystemSleeper() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "weir-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(1, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, nanos);
        for (long left = nanos; ; left = deadline - System.nanoTime()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("Interrupted while waiting for its turn");
            }
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, left); // finer than Thread.sleep, and gives a carrier free as well
        }
    }

    @Override
    public Wake wake(long nanos, Runnable task) {
        Future<?> future = timer.schedule(() -> runSafely(task), nanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "What was to run later has failed", e);
        }
    }
}
