package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The promises about several limits at once: of one bundle, and of several bundles under keys of their own. */
class SeveralLimitsPropertyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long DAY = 86_400_000_000_000L;

    /** Limits of two bundles, and what is asked of one or both of them, in either order. */
    record Story(List<Limit> first, List<Limit> second, long startNanos, List<Turn> turns) {}

    record Turn(long stepNanos, String bundles, int client, List<Long> costs, boolean sweep) {}

    @Property(tries = 500)
    void everyAnswerIsThatOfExactArithmetic(@ForAll("stories") Story story) {
        ManualTicker ticker = new ManualTicker(story.startNanos);
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle perClient = Asks.bundle("per-client", story.first.toArray(Limit[]::new));
        Bundle global = Asks.bundle("global", story.second.toArray(Limit[]::new));
        SlowModel model = new SlowModel(story.startNanos);
        BigInteger now = BigInteger.ZERO;
        for (Turn turn : story.turns) {
            now = now.add(BigInteger.valueOf(turn.stepNanos));
            ticker.advanceNanos(turn.stepNanos);
            if (turn.sweep) {
                limiter.sweep();
            }
            Ask ask = new Ask();
            for (char bundle : turn.bundles.toCharArray()) {
                ask.add(
                        bundle == 'c' ? perClient : global,
                        bundle == 'c' ? Asks.client(turn.client) : ClientKey.GLOBAL);
            }
            for (int i = 0; i < ask.limits(); i++) {
                ask.cost(i, turn.costs.get(i));
            }
            limiter.decide(ask);
            SlowModel.Answer answer = model.decide(ask, now);
            if (!model.metReservedNumber()) {
                assertThat(SlowModel.Answer.of(ask)).as("%s", turn).isEqualTo(answer);
            }
        }
    }

    // peers: quarkus-bucket4j (the limits that were asked before the refusing one had been charged)
    @Property(tries = 100)
    void refusalByOneLimitTakesNothingFromTheOthersInAnyOrder(
            @ForAll("orders") List<Limit> limits, @ForAll boolean split) {
        LocalLimiter limiter = Asks.limiter(new ManualTicker());
        Ask ask = new Ask();
        if (split) {
            for (int i = 0; i < limits.size(); i++) {
                ask.add(Asks.bundle("x" + i, limits.get(i)), Asks.client(i));
            }
        } else {
            ask.add(Asks.bundle("x", limits.toArray(Limit[]::new)), Asks.ALICE);
        }
        for (int round = 0; round < 12; round++) {
            limiter.decide(ask);
            assertThat(ask.allowed()).isEqualTo(round < 3);
            int taken = Math.min(3, round + 1);
            for (int i = 0; i < limits.size(); i++) {
                assertThat(ask.remaining(i)).isEqualTo(limits.get(i).burst() - taken);
                assertThat(ask.violated(i))
                        .isEqualTo(round >= 3 && limits.get(i).burst() == 3);
            }
        }
    }

    @Example
    void costOfZeroLooksWithoutTakingAndLeavesNoTrace() {
        LocalLimiter limiter = Asks.limiter(new ManualTicker());
        Bundle one = Asks.bundle("one", Limit.of(10, SECOND));
        Bundle three = Asks.bundle("three", Limit.of(10, SECOND), Limit.of(100, MINUTE), Limit.of(5, MINUTE));
        for (int i = 0; i < 1_000; i++) {
            assertThat(Asks.decide(limiter, one, Asks.client(i), 0).remaining(0))
                    .isEqualTo(10);
            assertThat(Asks.allowed(limiter, three, Asks.client(i), 0, 0, 0)).isTrue();
        }
        assertThat(limiter.size()).isZero();
        assertThat(Asks.allowed(limiter, three, Asks.ALICE, 0, 4, 0)).isTrue();
        Ask look = Asks.decide(limiter, three, Asks.ALICE, 0, 0, 0);
        assertThat(SlowModel.Answer.of(look).remaining()).containsExactly(10L, 96L, 5L);
    }

    @Example
    void refusedStrangersLeaveNoTrace() {
        LocalLimiter limiter = Asks.limiter(new ManualTicker());
        Bundle open = Asks.bundle("open", Limit.of(10, SECOND));
        Bundle closed = Asks.bundle("closed", Limit.of(0, SECOND));
        for (int i = 0; i < 1_000; i++) {
            Ask ask = Asks.ask(open, Asks.client(i));
            Asks.add(ask, closed, Asks.client(i));
            limiter.decide(ask);
            assertThat(ask.allowed()).isFalse();
            assertThat(ask.remaining(0)).isEqualTo(10);
        }
        assertThat(limiter.size()).isZero();
    }

    @Example
    void negativeCostIsAnError() {
        Ask ask = Asks.ask(Asks.bundle("x", Limit.of(10, SECOND)), Asks.ALICE);
        assertThatThrownBy(() -> ask.cost(0, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cost is -1, must be 0 (looks without taking) or more");
        RateLimiter limiter = RateLimiter.of(Limit.of(10, SECOND));
        assertThatThrownBy(() -> limiter.tryAcquire("alice", Long.MIN_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // peers: Sentinel#462, bucket4j#256
    @Example
    void limitOfZeroRefusesForEverAndRemembersNobody() {
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = Asks.limiter(ticker);
        Ask ask = Asks.ask(Asks.bundle("x", Limit.of(0, SECOND).withBurst(10)), Asks.ALICE);
        for (int i = 0; i < 1_000_000; i++) {
            limiter.decide(ask);
            assertThat(!ask.allowed() && ask.remaining(0) == 0 && ask.retryAfterNanos(0) == Ask.NEVER)
                    .isTrue();
            ticker.advanceNanos(DAY);
        }
        assertThat(limiter.size()).isZero();
    }

    // peers: bucket4j#220
    @Property(tries = 100)
    void costAboveTheBurstIsNeverAndNotAnError(@ForAll("corners") Limit limit) {
        LocalLimiter limiter = Asks.limiter(new ManualTicker());
        Bundle one = Asks.bundle("one", limit);
        Bundle two = Asks.bundle("two", limit, Limit.of(1, SECOND));
        for (long cost : new long[] {limit.burst() + 1, Limit.MAX_PERMITS + 1, Long.MAX_VALUE}) {
            Ask ask = Asks.decide(limiter, one, Asks.ALICE, cost);
            assertThat(ask.allowed()).isFalse();
            assertThat(ask.retryAfterNanos(0)).isEqualTo(Ask.NEVER);
            assertThat(ask.remaining(0)).isEqualTo(limit.burst());
            assertThat(Decision.of(Asks.decide(limiter, two, Asks.ALICE, cost, 1))
                            .never())
                    .isTrue();
        }
        assertThat(limiter.size()).isZero();
    }

    @Property(tries = 100)
    void wholeBurstPassesOnceAndWaitIsExactAtTheCornersOfTheRange(@ForAll("corners") Limit limit) {
        ManualTicker ticker = new ManualTicker(-5);
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", limit);
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, limit.burst())).isTrue();
        Ask refused = Asks.decide(limiter, bundle, Asks.ALICE, limit.burst());
        assertThat(refused.allowed()).isFalse();
        ticker.advanceNanos(refused.retryAfterNanos(0) - 1);
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, limit.burst())).isFalse();
        ticker.advanceNanos(1);
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, limit.burst())).isTrue();
    }

    @Provide
    Arbitrary<List<Limit>> orders() {
        return Arbitraries.shuffle(
                Limit.of(10, SECOND).withBurst(3), Limit.of(100, MINUTE), Limit.of(1_000, Duration.ofHours(1)));
    }

    @Provide
    Arbitrary<Limit> corners() {
        Duration longest = Duration.ofNanos(Limit.MAX_SPAN_NANOS);
        return Arbitraries.of(
                Limit.of(1, longest),
                Limit.of(1L << 49, longest).withBurst(1L << 49),
                Limit.of(1, Duration.ofNanos(1_000)).withBurst(Limit.MAX_PERMITS),
                Limit.of(1_000, Duration.ofNanos(1_000)).withBurst(Limit.MAX_PERMITS),
                Limit.of(1_024_000, Duration.ofNanos(1_000)).withBurst(1L << 49),
                Limit.of(999_999_999, SECOND).withBurst(2_000_000_000_000L));
    }

    @Provide
    Arbitrary<Story> stories() {
        return Combinators.combine(
                        AnyLimit.any().list().ofMinSize(1).ofMaxSize(3),
                        AnyLimit.open().list().ofMinSize(1).ofMaxSize(2),
                        History.starts())
                .flatAs((first, second, start) -> turns(first.get(0), second.get(0))
                        .list()
                        .ofMaxSize(50)
                        .map(turns -> new Story(first, second, start, turns)));
    }

    private static Arbitrary<Turn> turns(Limit one, Limit other) {
        Arbitrary<Long> steps = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(0L)),
                Tuple.of(4, Arbitraries.longs().between(0, 2 * AnyLimit.intervalNanos(one))),
                Tuple.of(4, Arbitraries.longs().between(0, 2 * AnyLimit.intervalNanos(other))),
                Tuple.of(1, Arbitraries.of(DAY / 24, DAY / 2, 30 * DAY, 73 * 365 * DAY)));
        Arbitrary<Long> costs = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of(0L, 1L, 2L)), Tuple.of(1, Arbitraries.of(5L, Long.MAX_VALUE)));
        return Combinators.combine(
                        steps,
                        Arbitraries.of("c", "g", "cg", "gc"),
                        Arbitraries.integers().between(1, 2),
                        costs.list().ofSize(5),
                        Arbitraries.of(true, false, false, false, false))
                .as(Turn::new);
    }
}
