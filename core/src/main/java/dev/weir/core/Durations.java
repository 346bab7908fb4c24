package dev.weir.core;

import java.time.Duration;
import java.util.Objects;

/** Durations of the API's edge as nanoseconds. */
final class Durations {

    private static final Duration MOST = Duration.ofNanos(Long.MAX_VALUE);

    private Durations() {}

    /**
     * {@code duration} in nanoseconds.
     *
     * @throws IllegalArgumentException if it is negative or above 2^63 - 1 ns; the message names {@code parameter}
     */
    static long nanos(String parameter, Duration duration) {
        Objects.requireNonNull(duration, () -> parameter + " is null");
        if (duration.isNegative() || duration.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    parameter + " is " + duration + ", must be from 0 to 2^63 - 1 nanoseconds (292 years)");
        }
        return duration.toNanos();
    }
}
