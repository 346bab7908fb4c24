package dev.weir.core;

/**
 * What lets time pass: blocks a thread, or runs something later. {@link #system} goes with {@link Ticker#system}; in tests a
 * {@link ManualTicker} is both clock and sleeper.
 */
public interface Sleeper {

    /** Something that will run later. */
    @FunctionalInterface
    interface Wake {
        /** Sees to it that it does not run, unless it has begun. Has no effect the second time. */
        void cancel();
    }

    /**
     * Blocks the calling thread, holding no lock.
     *
     * @param nanos how long; 0 or less returns at once
     * @throws InterruptedException if the thread is interrupted before or meanwhile
     */
    void sleep(long nanos) throws InterruptedException;

    /**
     * Runs {@code task} once, {@code nanos} from now, in a thread that others need too: the task must not block. What it throws
     * is logged and hurts nobody else.
     */
    Wake wake(long nanos, Runnable task);

    /** Real time: one daemon thread for all that runs later, which ends when nothing is left to run. */
    static Sleeper system() {
        return SystemSleeper.INSTANCE;
    }
}
