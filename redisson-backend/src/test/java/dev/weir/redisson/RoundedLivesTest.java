package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** For how long a state of many permits lives is rounded up, and not told anew where that does not change; it is never too short. */
class RoundedLivesTest {

    private static final long START = 1_780_000_000_000_000L;
    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);

    private static SingleRedis redis;

    /**
     * One question: so many microseconds after the one before.
     *
     * @param costs of the first limit, and of the others
     * @param holds whether it may have to give something back
     */
    record Step(long micros, long cost, long costOfOthers, boolean holds) {}

    @BeforeContainer
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterContainer
    static void stop() throws Exception {
        redis.close();
    }

    @Property(seed = "20261122", tries = 500)
    void whatExpiresIsAsGoodAsNew(@ForAll("limits") List<Limit> limits, @ForAll("steps") List<Step> steps) {
        redis.client.getKeys().flushall();
        Bundle kept = bundle("kept", limits);
        Bundle expiring = bundle("expiring", limits);
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, kept, expiring);
        long now = START;
        long expires = Long.MAX_VALUE;
        for (Step step : steps) {
            now += step.micros;
            if (now >= expires) {
                limiter.forget(expiring);
                expires = Long.MAX_VALUE;
            }
            Ask here = ask(kept, step, false);
            limiter.decide(here, now);
            Ask there = ask(expiring, step, false);
            long needed = limiter.decideAndTellLife(there, now);
            if (needed >= 0) {
                expires = needed * 1_000;
            }
            for (int i = 0; i < here.limits(); i++) {
                assertThat(there.remaining(i)).isEqualTo(here.remaining(i));
                assertThat(there.resetAfterNanos(i)).isEqualTo(here.resetAfterNanos(i));
                if (there.allowed()) {
                    assertThat(expires).isGreaterThanOrEqualTo(now + there.resetAfterNanos(i) / 1_000);
                }
            }
            assertThat(there.allowed()).isEqualTo(here.allowed());
        }
    }

    @Property(seed = "20261122", tries = 200)
    void everyScriptRoundsAlike(@ForAll("limits") List<Limit> limits, @ForAll("steps") List<Step> steps) {
        redis.client.getKeys().flushall();
        Bundle bundle = bundle("alike", limits);
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, bundle);
        long now = START;
        for (Step step : steps) {
            now += step.micros;
            long needed = limiter.decideAndTellLife(ask(bundle, step, step.holds), now);
            if (needed >= 0) {
                assertThat(needed % Wire.grainMillis(bundle)).isZero();
            }
        }
    }

    private static Ask ask(Bundle bundle, Step step, boolean holds) {
        Ask ask = new Ask();
        ask.add(bundle, ALICE);
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, i == 0 ? step.cost : step.costOfOthers);
        }
        if (holds) {
            ask.hold();
        }
        return ask;
    }

    private static Bundle bundle(String name, List<Limit> limits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add(name + "-" + names.size());
            policies.declare(new Policy(names.get(names.size() - 1), limit));
        }
        return policies.current().bundle(name, names);
    }

    @Provide
    Arbitrary<List<Limit>> limits() {
        Arbitrary<Long> permits = Arbitraries.longs().between(20, 300);
        Arbitrary<Long> micros = Arbitraries.of(1_000_000L, 20_000_000L, 60_000_007L, 90_000_000L);
        return Combinators.combine(permits, micros)
                .as((count, period) -> Limit.of(count, Duration.ofNanos(period * 1_000)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> micros =
                Arbitraries.of(0L, 1L, 700L, 1_000L, 50_000L, 100_000L, 1_000_000L, 4_000_000L, 30_000_000L);
        Arbitrary<Long> costs = Arbitraries.longs().between(0, 40);
        return Combinators.combine(micros, costs, Arbitraries.of(0L, 1L, 1L, 3L), Arbitraries.of(false, false, true))
                .as(Step::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(30);
    }
}
