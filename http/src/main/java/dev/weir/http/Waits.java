package dev.weir.http;

import dev.weir.core.Sleeper;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * How many requests may wait for their turn at once, and what wakes them. Those that hold a thread meanwhile have a bound of
 * their own, so that waiting clients never take all threads.
 */
final class Waits {

    /** After how long what nobody has settled is charged as estimated. */
    static final Duration SETTLE_WITHIN = Duration.ofMinutes(10);

    private final Semaphore all;
    private final Semaphore threads;
    private final Sleeper sleeper;

    Waits(int max, int maxThreads, Sleeper sleeper) {
        this.all = new Semaphore(max);
        this.threads = new Semaphore(maxThreads);
        this.sleeper = sleeper;
    }

    Sleeper sleeper() {
        return sleeper;
    }

    /** Takes a place to wait in, if there is one. */
    boolean enter(WaitMode mode) {
        if (!all.tryAcquire()) {
            return false;
        }
        if (mode == WaitMode.HOLDS_THREAD && !threads.tryAcquire()) {
            all.release();
            return false;
        }
        return true;
    }

    /** Gives the place back. */
    void leave(WaitMode mode) {
        if (mode == WaitMode.HOLDS_THREAD) {
            threads.release();
        }
        all.release();
    }
}
