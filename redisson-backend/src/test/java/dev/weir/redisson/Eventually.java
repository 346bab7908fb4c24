package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** For what servers do in their own time. */
final class Eventually {

    private static final long SECONDS = 60;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Eventually() {}

    /** Returns when {@code condition} holds. Fails after a minute. */
    static void holds(String what, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!met(what, condition)) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s, within %d seconds", what, SECONDS)
                    .isNegative();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    static void holds(Callable<Boolean> condition) {
        holds("it happens", condition);
    }

    private static boolean met(String what, Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }
}
