package dev.weir.core;

import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Limits for properties: every number of fraction bits, both ends of the range, and what hurt others. */
final class AnyLimit {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private AnyLimit() {}

    /** Any open limit, with a burst of 1 to 12. */
    static Arbitrary<Limit> open() {
        Arbitrary<Limit> known = Arbitraries.of(
                Limit.of(999_999_999, SECOND).withBurst(7), // 20 fraction bits
                Limit.of(980_000_000, Duration.ofSeconds(10)).withBurst(3),
                Limit.of(1_024_000, Duration.ofNanos(1_000)).withBurst(5), // 1,024 permits per nanosecond
                Limit.of(1_000_000_000, SECOND).withBurst(1),
                Limit.of(80_000, SECOND).withBurst(4),
                Limit.of(2_005, SECOND).withBurst(2),
                Limit.of(1_001, SECOND).withBurst(1),
                Limit.of(7, Duration.ofSeconds(10)),
                Limit.of(3, SECOND).withBurst(1),
                Limit.of(1, Duration.ofHours(1)).withBurst(2),
                Limit.of(1, Duration.ofDays(13_000)),
                Limit.of(1, Duration.ofNanos(1_000)).withBurst(12));
        /* T from 1.x ns to seconds, so that each number of bits from 0 to 20 comes up. */
        Arbitrary<Limit> random = Combinators.combine(
                        Arbitraries.longs().between(1, 1_000_000),
                        Arbitraries.longs().between(1, 1_000_000),
                        Arbitraries.longs().between(1, 12))
                .as((permits, nanosEach, burst) -> Limit.of(
                                permits, Duration.ofNanos(1_000 + permits + permits * nanosEach / 1_000))
                        .withBurst(burst));
        return Arbitraries.oneOf(known, random);
    }

    /** As {@link #open}, and now and then a closed one. */
    static Arbitrary<Limit> any() {
        return Arbitraries.frequencyOf(Tuple.of(9, open()), Tuple.of(1, Arbitraries.just(Limit.of(0, SECOND))));
    }

    /** The emission interval in nanoseconds, rounded up: the unit of time that matters to a limit. */
    static long intervalNanos(Limit limit) {
        return limit.isClosed() ? 1_000 : (limit.period().toNanos() + limit.permits() - 1) / limit.permits();
    }
}
