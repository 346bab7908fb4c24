package dev.weir.core;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;

/**
 * Where windows begin: which reading of a ticker was which time of day. It is made once, and nothing else in this package
 * looks at the time of day; so whatever the clock does later, windows stay where they are.
 *
 * @param tickerNanos a reading of the ticker
 * @param epoch the time of day at that reading
 */
public record WindowAnchor(long tickerNanos, Instant epoch) {

    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

    /** What {@code ticker} and {@code clock} say now. */
    public static WindowAnchor of(Ticker ticker, Clock clock) {
        return new WindowAnchor(ticker.read(), clock.instant());
    }

    /** The time of day at a reading of the ticker, by this anchor. */
    Instant timeOfDay(long nanos) {
        return epoch.plusNanos(nanos - tickerNanos);
    }

    /**
     * When the window of {@code nowNanos} began, on the ticker's scale.
     *
     * @param periodNanos the length of a window, 1 to 2^60
     * @param shiftNanos by how much later than at whole multiples of the period since 1970 windows begin, from 0 on and less
     *     than the period
     */
    long windowStart(long nowNanos, long periodNanos, long shiftNanos) {
        long sinceEdge = Math.floorMod(nowNanos - tickerNanos, periodNanos) + phase(periodNanos) - shiftNanos;
        return nowNanos - Math.floorMod(sinceEdge, periodNanos); // three summands, each below 2^60
    }

    /* How far into its window, unshifted, the epoch lies. */
    private long phase(long periodNanos) {
        return BigInteger.valueOf(epoch.getEpochSecond())
                .multiply(NANOS_PER_SECOND)
                .add(BigInteger.valueOf(epoch.getNano()))
                .mod(BigInteger.valueOf(periodNanos))
                .longValueExact();
    }
}
