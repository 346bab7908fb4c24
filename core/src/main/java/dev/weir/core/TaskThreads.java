package dev.weir.core;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads for tasks that may block, one for each that runs: virtual ones where Java has them (21), else daemons that end when idle. */
public final class TaskThreads {

    private static final class Shared {
        static final Executor EXECUTOR = virtualOrDaemons();
    }

    private TaskThreads() {}

    /** The executor of those who bring none. How many tasks it gets at once is bounded by who hands them over. */
    public static Executor shared() {
        return Shared.EXECUTOR;
    }

    private static Executor virtualOrDaemons() {
        try {
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return daemons();
        }
    }

    static ThreadPoolExecutor daemons() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "weir-task");
            thread.setDaemon(true);
            return thread;
        });
    }
}
