package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A key may expire as soon as it may, and nobody notices. Peers' keys expired early: redisson PR 6222, PR 6512. */
class ExpiryTest {

    private static final long START = 1_780_000_000_000_000L;
    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);

    private static SingleRedis redis;

    /** One question: so many microseconds after the one before. */
    record Step(long micros, long cost) {}

    @BeforeContainer
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterContainer
    static void stop() throws Exception {
        redis.close();
    }

    @Property(seed = "20261121", tries = 1_500)
    void whatExpiresIsAsGoodAsNew(
            @ForAll("limits") Limit limit, @ForAll("limits") Limit another, @ForAll("steps") List<Step> steps) {
        redis.client.getKeys().flushall();
        Bundle kept = bundle("kept", limit, another);
        Bundle expiring = bundle("expiring", limit, another);
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, kept, expiring);
        long now = START;
        long expires = Long.MAX_VALUE;
        for (Step step : steps) {
            now += step.micros;
            if (now >= expires) {
                limiter.forget(expiring);
                expires = Long.MAX_VALUE;
            }
            Ask here = ask(kept, step.cost);
            limiter.decide(here, now);
            Ask there = ask(expiring, step.cost);
            long needed = limiter.decideAndTellLife(there, now);
            if (needed >= 0) {
                expires = needed * 1_000;
            }
            for (int i = 0; i < here.limits(); i++) {
                assertThat(there.remaining(i)).isEqualTo(here.remaining(i));
                assertThat(there.retryAfterNanos(i)).isEqualTo(here.retryAfterNanos(i));
                assertThat(there.resetAfterNanos(i)).isEqualTo(here.resetAfterNanos(i));
            }
            assertThat(there.allowed()).isEqualTo(here.allowed());
        }
    }

    private static Ask ask(Bundle bundle, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, ALICE);
        ask.cost(0, cost);
        ask.cost(1, cost);
        return ask;
    }

    private static Bundle bundle(String name, Limit... limits) {
        Policies policies = new Policies();
        policies.declare(new Policy(name + "-1", limits[0]));
        policies.declare(new Policy(name + "-2", limits[1]));
        return policies.current().bundle(name, List.of(name + "-1", name + "-2"));
    }

    @Provide
    Arbitrary<Limit> limits() {
        return Combinators.combine(
                        Arbitraries.of(Algorithm.class),
                        Arbitraries.longs().between(1, 10),
                        Arbitraries.of(7L, 1_000L, 1_500L, 100_000L, 1_000_000L),
                        Arbitraries.longs().between(1, 12))
                .as((algorithm, permits, micros, burst) -> {
                    Limit limit =
                            Limit.of(permits, Duration.ofNanos(micros * 1_000)).withAlgorithm(algorithm);
                    return algorithm.isBucket() ? limit.withBurst(burst) : limit;
                });
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> micros = Arbitraries.of(0L, 1L, 3L, 700L, 999L, 1_000L, 1_001L, 50_000L, 100_000L, 1_000_000L);
        return Combinators.combine(micros, Arbitraries.longs().between(0, 8))
                .as(Step::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(20);
    }
}
