package dev.weir.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sleepers that block nobody, for tests of one thread; and a bounded wait for what other threads do. */
final class Sleepers {

    /** What a test waits for. */
    interface Condition {
        boolean holds();
    }

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private Sleepers() {}

    /** Time passes by sleeping: as if the sleeper were alone in the world. */
    static Sleeper moving(ManualTicker ticker) {
        return new Sleeper() {
            @Override
            public void sleep(long nanos) {
                ticker.advanceNanos(Math.max(0, nanos));
            }

            @Override
            public Wake wake(long nanos, Runnable task) {
                return ticker.wake(nanos, task);
            }
        };
    }

    /** Nobody sleeps, and what is to run later never runs: a decision tells how long it would have waited. */
    static Sleeper none() {
        return new Sleeper() {
            @Override
            public void sleep(long nanos) {}

            @Override
            public Wake wake(long nanos, Runnable task) {
                return () -> {};
            }
        };
    }

    /** What is to run later first of all runs when somebody says so, cancelled or not; nothing else ever does. */
    static final class Alarm implements Sleeper {
        private @Nullable Runnable first;

        void ring() {
            Objects.requireNonNull(first).run();
        }

        @Override
        public void sleep(long nanos) {
            throw new AssertionError("nobody sleeps here");
        }

        @Override
        public Wake wake(long nanos, Runnable task) {
            first = first == null ? task : first;
            return () -> {};
        }
    }

    /** Waits until the condition holds, and fails if it does not within a minute. */
    static void until(String what, Condition condition) {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("Not within a minute: " + what);
            }
            Thread.yield();
        }
    }
}
