package dev.weir.core;

import java.time.Duration;
import java.util.Objects;

/**
 * {@code permits} per {@code period}, of which up to {@code burst} may be taken at once.
 *
 * @param permits permits per period, 0 (closed: nothing is ever admitted) to 10^15
 * @param period from 1 µs to 2^60 ns (36 years)
 * @param burst permits that may be taken at once, 0 to 10^15
 * @param algorithm how it counts
 * @param unit what is counted, such as {@code requests} or {@code tokens}; written to headers, so of the same characters as
 *     the name of a {@link Policy}
 */
public record Limit(long permits, Duration period, long burst, Algorithm algorithm, String unit) {

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
     *     refill, or if the rate cannot be kept within one part in a million; the message says which
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
        if (permits > 0) {
            Gcra.of(permits, period, burst);
        }
    }

    /** {@code permits} per {@code period}, all of which may be taken at once. */
    public static Limit of(long permits, Duration period) {
        return new Limit(permits, period, permits, Algorithm.GCRA, REQUESTS);
    }

    /** The same limit with another burst. */
    public Limit withBurst(long burst) {
        return new Limit(permits, period, burst, algorithm, unit);
    }

    /** The same limit, counting something else than requests. */
    public Limit withUnit(String unit) {
        return new Limit(permits, period, burst, algorithm, unit);
    }

    /** Whether this limit admits nothing, ever. */
    public boolean isClosed() {
        return permits == 0;
    }

    private static void inRange(String name, long value) {
        if (value < 0 || value > MAX_PERMITS) {
            throw new IllegalArgumentException("Limit." + name + " is " + value + ", must be from 0 to 10^15");
        }
    }
}
