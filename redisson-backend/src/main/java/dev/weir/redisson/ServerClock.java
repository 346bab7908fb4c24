package dev.weir.redisson;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What time it is on a server, as far as its replies tell: each was made between the sending of its call and its arrival. What is
 * kept is never ahead of the server, and behind it by the time that the quickest reply took to travel, at most.
 */
final class ServerClock {

    /** What {@link #microsAt} says of a server that has not said anything yet. */
    static final long UNKNOWN = 0;

    private static final long NANOS_PER_MICRO = 1_000;

    private static final long NOTHING = Long.MIN_VALUE;

    /** What to add to a time of {@link System#nanoTime} for the server's, in nanoseconds since 1970. */
    private final AtomicLong ahead = new AtomicLong(NOTHING);

    /** A moment of {@link System#nanoTime} on the server, in microseconds since 1970, or a bit earlier; {@link #UNKNOWN} at first. */
    long microsAt(long nanoTime) {
        long known = ahead.get();
        return known == NOTHING ? UNKNOWN : Math.floorDiv(nanoTime + known, NANOS_PER_MICRO);
    }

    /**
     * Learns from a reply.
     *
     * @param micros what time it was on the server then
     * @param sentNanos when its call was sent
     * @param arrivedNanos when it came
     */
    void learn(long micros, long sentNanos, long arrivedNanos) {
        long nanos = TimeUnit.MICROSECONDS.toNanos(micros);
        long least = nanos - arrivedNanos;
        long most = nanos - sentNanos;
        long known = ahead.get();
        boolean isPossible = known - least >= 0 && known - most <= 0;
        if (known == NOTHING || !isPossible) { // more is known now, or that clock has been set
            ahead.compareAndSet(known, least);
        }
    }
}
