package dev.weir.redisson;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;

/** Says that settlements were lost, once a minute at most: what was used less stays charged, what was used more is never owed. */
final class LostSettlements {

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");
    private static final long PAUSE_NANOS = 60_000_000_000L;

    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

    void note(Throwable cause) {
        long sum = lost.incrementAndGet();
        long next = nextNanos.get();
        long now = System.nanoTime();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE_NANOS)) {
            LOGGER.log(
                    Level.WARNING,
                    "A settlement was lost, " + sum + " in all: what was taken stays charged, and no more than that ("
                            + cause + ")");
        }
    }
}
