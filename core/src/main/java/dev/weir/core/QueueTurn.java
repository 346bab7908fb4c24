package dev.weir.core;

/**
 * One request in a {@link LeakyBucket}, and the time at which it comes out. A time is {@code nanos} on the ticker's scale and
 * {@code fraction} / 2^20 of a nanosecond: as fine as any {@link Gcra}, and never so long idle that it looks like the future.
 */
final class QueueTurn {

    /** One nanosecond, in fractions. */
    static final int NANOSECOND = 1 << Gcra.MAX_FRACTION_BITS;

    final String requestId;
    final long enteredNanos;
    final long nanos;
    final int fraction;
    /** Whether its caller has given up. Written under the bucket's lock, read by whoever lists the requests. */
    volatile boolean cancelled;

    QueueTurn(String requestId, long enteredNanos, long nanos, int fraction) {
        this.requestId = requestId;
        this.enteredNanos = enteredNanos;
        this.nanos = nanos;
        this.fraction = fraction;
    }

    /** The time in whole nanoseconds, rounded up: no turn comes early. */
    long atNanos() {
        return roundedUp(nanos, fraction);
    }

    static long roundedUp(long nanos, int fraction) {
        return fraction == 0 ? nanos : nanos + 1;
    }
}
