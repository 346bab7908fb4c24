package dev.weir.sample.fleet;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** For what servers do in their own time. */
final class Waiting {

    private static final long SECONDS = 60;
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Waiting() {}

    /** Something that comes true by itself. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /**
     * Returns when {@code condition} holds.
     *
     * @throws IllegalStateException that names {@code what}, if it does not within a minute
     */
    static void until(String what, Condition condition) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(SECONDS)) {
                throw new IllegalStateException("Not within " + SECONDS + " s: " + what);
            }
            aMoment();
        }
    }

    static void aMoment() {
        LockSupport.parkNanos(MOMENT_NANOS);
    }
}
