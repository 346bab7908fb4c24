package dev.weir.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Limits for properties of windows and logs: few permits and very many, short periods and very long. */
final class AnyWindows {

    static final List<Algorithm> ALGORITHMS =
            List.of(Algorithm.FIXED_WINDOW, Algorithm.SLIDING_WINDOW_COUNTER, Algorithm.SLIDING_WINDOW_LOG);

    private AnyWindows() {}

    /** A limit of windows or a log. */
    static Limit limit(Algorithm algorithm, long permits, long periodNanos) {
        return new Limit(permits, Duration.ofNanos(periodNanos), permits, algorithm, Limit.REQUESTS, false);
    }

    /** Windows begin at {@code nowNanos} for who is not shifted. */
    static WindowAnchor anchor(long nowNanos) {
        return new WindowAnchor(nowNanos, Instant.EPOCH);
    }

    /** Any limit of 1 to 12 permits, or of very many. */
    static Arbitrary<Limit> open() {
        Arbitrary<Long> permits = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.longs().between(1, 12)),
                Tuple.of(1, Arbitraries.of(100L, 1_000_003L, Limit.MAX_PERMITS, Limit.MAX_PERMITS - 1)));
        return of(permits);
    }

    /** Any limit of 1 to 12 permits: histories in which single permits matter. */
    static Arbitrary<Limit> small() {
        return of(Arbitraries.longs().between(1, 12));
    }

    private static Arbitrary<Limit> of(Arbitrary<Long> permits) {
        return Combinators.combine(Arbitraries.of(ALGORITHMS), permits, periods(), Arbitraries.of(true, false))
                .as((algorithm, p, period, aligned) -> {
                    Limit limit = limit(algorithm, p, period);
                    return aligned && algorithm.hasWindows() ? limit.withAlignedWindows() : limit;
                });
    }

    private static Arbitrary<Long> periods() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        1_000L,
                        1_001L,
                        4_096L,
                        1_000_000L,
                        1_000_000_000L,
                        60_000_000_007L,
                        3_600_000_000_000L,
                        Limit.MAX_SPAN_NANOS - 1,
                        Limit.MAX_SPAN_NANOS),
                Arbitraries.longs().between(1_000, 100_000_000_000L));
    }
}
