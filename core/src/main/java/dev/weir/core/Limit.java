package dev.weir.core;

import java.time.Duration;
import java.util.Objects;

/**
 * {@code permits} per {@code period}, of which up to {@code burst} may be taken at once.
 *
 * @param permits permits per period, 0 (closed: nothing is ever admitted) to 10^15
 * @param period from 1 µs to 2^60 ns (36 years)
 * @param burst permits that may be taken at once, 0 to 10^15; of a queue its capacity; of windows and logs as many as
 *     {@code permits}
 * @param algorithm how it counts
 * @param unit what is counted, such as {@code requests} or {@code tokens}; written to headers, so of the same characters as
 *     the name of a {@link Policy}
 * @param aligned whether windows begin at whole multiples of the period since 1970, the same moment for everybody; otherwise
 *     each client's are shifted by a hash of its own, so that no edge brings a herd
 */
public record Limit(long permits, Duration period, long burst, Algorithm algorithm, String unit, boolean aligned) {

    /** The unit of a limit that says none. */
    public static final String REQUESTS = "requests";

    static final long MAX_PERMITS = 1_000_000_000_000_000L;
    static final long MAX_SPAN_NANOS = 1L << 60;
    private static final Duration MIN_PERIOD = Duration.ofNanos(1_000);
    private static final Duration MAX_PERIOD = Duration.ofNanos(MAX_SPAN_NANOS);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a figure is out of its range, if the burst would take longer than 2^60 ns to
     *     refill, if the rate cannot be kept within one part in a million, or if the algorithm has no such thing as a burst or
     *     an aligned window; the message says which
     */
    public Limit {
        Objects.requireNonNull(period, "Limit.period is null");
        Objects.requireNonNull(algorithm, "Limit.algorithm is null");
        Objects.requireNonNull(unit, "Limit.unit is null");
        if (!Policy.isName(unit)) {
            throw new IllegalArgumentException(
                    "Limit.unit is \"" + unit + "\", must be 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        }
        inRange("permits", permits);
        inRange("burst", burst);
        if (period.compareTo(MIN_PERIOD) < 0 || period.compareTo(MAX_PERIOD) > 0) {
            throw new IllegalArgumentException(
                    "Limit.period is " + period + ", must be from 1 microsecond to 2^60 nanoseconds (36 years)");
        }
        if (!algorithm.isBucket() && burst != permits) {
            throw new IllegalArgumentException("Limit.burst is " + burst + ", but " + algorithm
                    + " has no burst beside its permits. Leave it out, or choose GCRA");
        }
        if (aligned && !algorithm.hasWindows()) {
            throw new IllegalArgumentException("Limit.aligned is true, but " + algorithm
                    + " has no windows. Leave it out, or choose FIXED_WINDOW or SLIDING_WINDOW_COUNTER");
        }
        if (permits > 0 && algorithm.isBucket()) {
            Gcra.of(permits, period, burst);
        }
    }

    /** {@code permits} per {@code period}, all of which may be taken at once. */
    public static Limit of(long permits, Duration period) {
        return new Limit(permits, period, permits, Algorithm.GCRA, REQUESTS, false);
    }

    /** The same limit with another burst. */
    public Limit withBurst(long burst) {
        return new Limit(permits, period, burst, algorithm, unit, aligned);
    }

    /** The same limit, counting in another way. */
    public Limit withAlgorithm(Algorithm algorithm) {
        return new Limit(permits, period, burst, algorithm, unit, aligned);
    }

    /** The same limit, whose windows begin at whole multiples of the period since 1970. */
    public Limit withAlignedWindows() {
        return new Limit(permits, period, burst, algorithm, unit, true);
    }

    /** The same limit, counting something else than requests. */
    public Limit withUnit(String unit) {
        return new Limit(permits, period, burst, algorithm, unit, aligned);
    }

    /** Whether this limit admits nothing, ever. */
    public boolean isClosed() {
        return permits == 0;
    }

    /** {@code a + b}, both 0 or more, or Long.MAX_VALUE if that is more. */
    static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static void inRange(String name, long value) {
        if (value < 0 || value > MAX_PERMITS) {
            throw new IllegalArgumentException("Limit." + name + " is " + value + ", must be from 0 to 10^15");
        }
    }
}
