package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** The promises about one limit, for all limits and histories, each against exact arithmetic. */
class GcraPropertyTest {

    private record Grant(BigInteger atNanos, long permits) {}

    @Property(tries = 400)
    void noWindowHoldsMoreThanBurstPlusRate(@ForAll("histories") History history) {
        ManualTicker ticker = new ManualTicker(history.startNanos());
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", history.limit());
        List<List<Grant>> grants = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        BigInteger now = BigInteger.ZERO;
        for (History.Event event : history.events()) {
            now = History.later(now, event);
            ticker.advanceNanos(event.stepNanos());
            sweepIf(event.sweep(), limiter);
            if (Asks.allowed(limiter, bundle, Asks.client(event.client()), event.cost())) {
                grants.get(event.client() - 1).add(new Grant(now, event.cost()));
            }
        }
        grants.forEach(ofClient -> assertEveryWindowWithin(history.limit(), ofClient));
    }

    @Property(tries = 400)
    void everyAnswerIsThatOfExactArithmetic(@ForAll("idleHistories") History history) {
        ManualTicker ticker = new ManualTicker(history.startNanos());
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", history.limit());
        SlowModel model = new SlowModel(history.startNanos());
        BigInteger now = BigInteger.ZERO;
        for (History.Event event : history.events()) {
            now = History.later(now, event);
            ticker.advanceNanos(event.stepNanos());
            sweepIf(event.sweep(), limiter);
            Ask ask = Asks.decide(limiter, bundle, Asks.client(event.client()), event.cost());
            SlowModel.Answer answer = model.decide(ask, now);
            if (!model.metReservedNumber()) {
                assertThat(SlowModel.Answer.of(ask)).as("%s", event).isEqualTo(answer);
            }
        }
    }

    @Property(tries = 300)
    void refusedRequestChangesNothing(@ForAll("idleHistories") History history) {
        ManualTicker ticker = new ManualTicker(history.startNanos());
        LocalLimiter pestered = Asks.limiter(ticker);
        LocalLimiter calm = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", history.limit());
        for (History.Event event : history.events()) {
            ticker.advanceNanos(event.stepNanos());
            calm.sweep(); // it is asked less often, and must not sleep for 292 years
            Ask ask = Asks.decide(pestered, bundle, Asks.client(event.client()), event.cost());
            if (ask.allowed()) {
                Ask same = Asks.decide(calm, bundle, Asks.client(event.client()), event.cost());
                assertThat(SlowModel.Answer.of(ask)).isEqualTo(SlowModel.Answer.of(same));
            } else if (event.cost() <= history.limit().burst()) {
                // What it would have said to an onlooker is what the one without refusals says.
                Ask mine = Asks.decide(pestered, bundle, Asks.client(event.client()), 0);
                Ask other = Asks.decide(calm, bundle, Asks.client(event.client()), 0);
                assertThat(SlowModel.Answer.of(mine)).isEqualTo(SlowModel.Answer.of(other));
            }
        }
    }

    @Property(tries = 300)
    void announcedWaitIsExactForAnyCost(
            @ForAll("histories") History history, @ForAll @LongRange(min = 1, max = 12) long c) {
        Limit limit = history.limit();
        ManualTicker ticker = new ManualTicker(history.startNanos());
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", limit);
        for (History.Event event : history.events()) {
            ticker.advanceNanos(event.stepNanos());
            Asks.decide(limiter, bundle, Asks.ALICE, event.cost());
        }
        Ask asked = Asks.decide(limiter, bundle, Asks.ALICE, c);
        if (limit.isClosed() || c > limit.burst()) {
            assertThat(asked.retryAfterNanos(0)).isEqualTo(Ask.NEVER);
        } else if (!asked.allowed()) {
            ticker.advanceNanos(asked.retryAfterNanos(0) - 1);
            assertThat(Asks.decide(limiter, bundle, Asks.ALICE, c).retryAfterNanos(0))
                    .isEqualTo(1);
            ticker.advanceNanos(1);
            assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, c)).isTrue();
        }
    }

    @Property(tries = 300)
    void remainingIsTruthful(@ForAll("histories") History history) {
        ManualTicker ticker = new ManualTicker(history.startNanos());
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", history.limit());
        for (History.Event event : history.events()) {
            ticker.advanceNanos(event.stepNanos());
            long remaining =
                    Asks.decide(limiter, bundle, Asks.ALICE, event.cost()).remaining(0);
            assertThat(remaining).isBetween(0L, history.limit().burst());
            assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, remaining + 1)).isFalse();
            if (remaining > 0 && event.sweep()) {
                assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, remaining)).isTrue();
            }
        }
    }

    @Property(tries = 300)
    void clientThatSpacesItsPermitsByTheIntervalIsNeverRefused(
            @ForAll("openLimits") Limit limit,
            @ForAll("starts") long start,
            @ForAll List<@LongRange(min = 0, max = 3) Long> extra) {
        ManualTicker ticker = new ManualTicker(start);
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", limit);
        for (int i = 0; i < 200; i++) {
            Ask ask = Asks.decide(limiter, bundle, Asks.ALICE);
            assertThat(ask.allowed())
                    .as("request %s, retry after %s ns", i, ask.retryAfterNanos(0))
                    .isTrue();
            ticker.advanceNanos(roundedInterval(limit) + (extra.isEmpty() ? 0 : extra.get(i % extra.size())));
        }
    }

    @Property(tries = 300)
    void clockThatStepsBackOrStandsStillMintsNothing(@ForAll("openLimits") Limit limit, @ForAll("starts") long start) {
        long back = Math.min(1_000_000, AnyLimit.intervalNanos(limit) * limit.burst());
        ManualTicker ticker = new ManualTicker(start);
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", limit);
        assertThat(Asks.admitted(limiter, bundle, Asks.ALICE, 20)).isEqualTo((int) limit.burst());
        for (int i = 0; i < 5; i++) {
            ticker.advanceNanos(-back);
            assertThat(Asks.admitted(limiter, bundle, Asks.ALICE, 20)).isZero();
            sweepIf(true, limiter);
            ticker.advanceNanos(back);
            assertThat(Asks.admitted(limiter, bundle, Asks.ALICE, 20)).isZero();
        }
    }

    @Provide
    Arbitrary<History> histories() {
        return History.any();
    }

    @Provide
    Arbitrary<History> idleHistories() {
        return History.withIdleTimes();
    }

    @Provide
    Arbitrary<Limit> openLimits() {
        return AnyLimit.open();
    }

    @Provide
    Arbitrary<Long> starts() {
        return History.starts();
    }

    private static void sweepIf(boolean sweep, LocalLimiter limiter) {
        if (sweep) {
            limiter.sweep();
        }
    }

    /** T in whole nanoseconds, rounded up as the kernel rounds it. */
    private static long roundedInterval(Limit limit) {
        Gcra kernel = Gcra.of(limit);
        return kernel.nanosUp(kernel.emissionInterval);
    }

    /** From every grant to every later one: at most B + t·P/D permits, in whole numbers. */
    private static void assertEveryWindowWithin(Limit limit, List<Grant> grants) {
        BigInteger period = BigInteger.valueOf(limit.period().toNanos());
        for (int from = 0; from < grants.size(); from++) {
            BigInteger permits = BigInteger.ZERO;
            for (int to = from; to < grants.size(); to++) {
                permits = permits.add(BigInteger.valueOf(grants.get(to).permits));
                BigInteger nanos = grants.get(to).atNanos.subtract(grants.get(from).atNanos);
                BigInteger most = nanos.multiply(BigInteger.valueOf(limit.permits()))
                        .add(period.multiply(BigInteger.valueOf(limit.burst())));
                assertThat(permits.multiply(period))
                        .as("%s permits in %s ns", permits, nanos)
                        .isLessThanOrEqualTo(most);
            }
        }
    }
}
