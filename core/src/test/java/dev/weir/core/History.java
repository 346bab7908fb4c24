package dev.weir.core;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A limit and what a few clients ask of it, one after the other.
 *
 * @param startNanos where the clock stands at first
 */
record History(Limit limit, long startNanos, List<Event> events) {

    /** {@code stepNanos} after the event before, {@code client} asks for {@code cost}; first there may be a sweep. */
    record Event(long stepNanos, int client, long cost, boolean sweep) {}

    private static final long HOUR = 3_600_000_000_000L;
    /* Two of them are less than half of the clock's range, beyond which no time can be told from another. */
    private static final long MAX_STEP = (1L << 61) - 98_765;

    /** Histories at the pace of their limit, on a clock that starts anywhere, the edges of its range included. */
    static Arbitrary<History> any() {
        return Combinators.combine(AnyLimit.any(), starts())
                .flatAs((limit, start) ->
                        events(limit, false).list().ofMaxSize(60).map(events -> new History(limit, start, events)));
    }

    /** The same, with pauses of half a day, thirty days and seventy-three years. */
    static Arbitrary<History> withIdleTimes() {
        return Combinators.combine(AnyLimit.any(), starts())
                .flatAs((limit, start) ->
                        events(limit, true).list().ofMaxSize(60).map(events -> new History(limit, start, events)));
    }

    /** The time of the event before plus its step, on a scale that never wraps around. */
    static BigInteger later(BigInteger nowNanos, Event event) {
        return nowNanos.add(BigInteger.valueOf(event.stepNanos));
    }

    private static Arbitrary<Event> events(Limit limit, boolean idle) {
        long interval = AnyLimit.intervalNanos(limit);
        Arbitrary<Long> paced = Combinators.combine(
                        Arbitraries.longs().between(0, 40), Arbitraries.longs().between(-1, 1))
                .as((eighths, off) -> Math.min(MAX_STEP, Math.max(0, interval / 8 * eighths + off)));
        Arbitrary<Long> pauses = Arbitraries.of(HOUR, 2 * HOUR, 5 * HOUR, 12 * HOUR, 720 * HOUR, MAX_STEP);
        Arbitrary<Long> steps = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0L)), Tuple.of(6, paced), Tuple.of(idle ? 1 : 0, pauses));
        Arbitrary<Long> costs = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(1L)),
                Tuple.of(4, Arbitraries.longs().between(0, limit.burst() + 1)),
                Tuple.of(1, Arbitraries.of(Long.MAX_VALUE, Limit.MAX_PERMITS)));
        return Combinators.combine(
                        steps,
                        Arbitraries.integers().between(1, 3),
                        costs,
                        Arbitraries.integers().between(0, 9))
                .as((step, client, cost, sweep) -> new Event(step, client, cost, sweep == 0));
    }

    /** Where a clock may stand: anywhere, and just before its numbers change sign or wrap around. */
    static Arbitrary<Long> starts() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        0L, -HOUR, Long.MAX_VALUE - HOUR, Long.MIN_VALUE + HOUR, (1L << 43) - HOUR, (1L << 44) - HOUR),
                Arbitraries.longs().withoutEdgeCases());
    }
}
