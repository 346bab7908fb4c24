package dev.weir.http;

import dev.weir.core.Sleeper;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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

    /** A place to wait in, or null if all are taken. */
    @Nullable
    Place enter(WaitMode mode) {
        if (!all.tryAcquire()) {
            return null;
        }
        boolean holdsThread = mode == WaitMode.HOLDS_THREAD;
        if (holdsThread && !threads.tryAcquire()) {
            all.release();
            return null;
        }
        return new Place(holdsThread);
    }

    /** A place to wait in, until it is left. */
    final class Place {
        private final boolean holdsThread;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(boolean holdsThread) {
            this.holdsThread = holdsThread;
        }

        /** Gives it back. Has no effect the second time. */
        void leave() {
            if (!left.getAndSet(true)) {
                if (holdsThread) {
                    threads.release();
                }
                all.release();
            }
        }
    }
}
