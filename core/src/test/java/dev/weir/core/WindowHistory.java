package dev.weir.core;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A limit of windows or a log, and what one client asks of it.
 *
 * @param startNanos where the clock stands at first
 * @param anchor where windows begin
 * @param spread the client's hash
 */
record WindowHistory(Limit limit, long startNanos, WindowAnchor anchor, long spread, List<Event> events) {

    /** The longest pause: two of them are less than 2^62 ns, within which a state is looked at. */
    static final long LONGEST_PAUSE = (1L << 61) - 98_765;

    /**
     * {@code stepNanos} after the event before, the client asks for {@code cost}.
     *
     * @param toEdge whether the step counts from the next edge: the end of the window, or when a log's oldest permit expires
     * @param catchUp whether the state is brought up to date first
     */
    record Event(long stepNanos, boolean toEdge, long cost, boolean catchUp) {

        /** When it happens, if the event before was at {@code nowNanos}. */
        long atNanos(OneClient client, long nowNanos) {
            long untilEdge =
                    toEdge && client.kernel.burst() > 0 ? client.kernel.windowNanos(client.state, nowNanos) : 0;
            return nowNanos + untilEdge + stepNanos;
        }
    }

    /** On a clock that only goes forward. */
    static Arbitrary<WindowHistory> forward(Arbitrary<Limit> limits) {
        return any(limits, 0);
    }

    /** On a clock that steps back now and then, by 1 ns to 1 ms. */
    static Arbitrary<WindowHistory> any(Arbitrary<Limit> limits) {
        return any(limits, 1);
    }

    OneClient client() {
        return OneClient.of(limit, startNanos, anchor, spread);
    }

    private static Arbitrary<WindowHistory> any(Arbitrary<Limit> limits, int stepsBack) {
        Arbitrary<Instant> epochs = Combinators.combine(
                        Arbitraries.longs().between(-1_000_000_000L, 100_000_000_000L),
                        Arbitraries.longs().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
        Arbitrary<Long> sinceAnchor = Arbitraries.longs().between(-(1L << 50), 1L << 50);
        return Combinators.combine(limits, History.starts(), epochs, sinceAnchor, Arbitraries.longs())
                .flatAs((limit, start, epoch, since, spread) -> events(limit, stepsBack)
                        .list()
                        .ofMaxSize(60)
                        .map(events -> new WindowHistory(
                                limit, start, new WindowAnchor(start - since, epoch), spread, events)));
    }

    private static Arbitrary<Event> events(Limit limit, int stepsBack) {
        long period = limit.period().toNanos();
        Arbitrary<Long> none = Arbitraries.just(0L);
        Arbitrary<Long> paced = Combinators.combine(
                        Arbitraries.longs().between(0, 40), Arbitraries.longs().between(-1, 1))
                .as((eighths, off) -> Math.max(0, period / 8 / Math.min(12, limit.permits()) * eighths + off));
        Arbitrary<Long> pauses = Arbitraries.of(period - 1, period, period + 1, 2 * period, LONGEST_PAUSE);
        Arbitrary<Long> back = Arbitraries.longs().between(-1_000_000, -1);
        Arbitrary<Long> steps = Arbitraries.frequencyOf(
                Tuple.of(3, none), Tuple.of(6, paced), Tuple.of(1, pauses), Tuple.of(stepsBack, back));
        Arbitrary<Long> offEdge = Arbitraries.longs().between(-1, 1);
        Arbitrary<Long> costs = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(1L)),
                Tuple.of(4, Arbitraries.longs().between(0, limit.permits() + 1)),
                Tuple.of(1, Arbitraries.just(Long.MAX_VALUE)));
        Arbitrary<Boolean> catchUps =
                Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(false)), Tuple.of(1, Arbitraries.just(true)));
        return Arbitraries.frequencyOf(
                Tuple.of(
                        8,
                        Combinators.combine(steps, costs, catchUps)
                                .as((step, cost, catchUp) -> new Event(step, false, cost, catchUp))),
                Tuple.of(
                        2,
                        Combinators.combine(offEdge, costs, catchUps)
                                .as((step, cost, catchUp) -> new Event(step, true, cost, catchUp))));
    }
}
