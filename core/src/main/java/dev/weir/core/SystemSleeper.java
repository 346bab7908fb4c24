package dev.weir.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

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
        TimeUnit.NANOSECONDS.sleep(nanos);
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
