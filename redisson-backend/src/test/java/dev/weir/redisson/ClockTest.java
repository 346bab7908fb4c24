package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The time is that of Redis. */
class ClockTest {

    private static final Duration APART = Duration.ofSeconds(5);

    // redisson#3639 asks whether the clocks of all nodes must agree.
    @Test
    void nodesWhoseClocksAreFarApartShareOneLimit() throws Exception {
        AtomicLong reads = new AtomicLong();
        Ticker early = ticker(reads, APART.negated());
        Ticker late = ticker(reads, APART);
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try (SingleRedis redis = new SingleRedis();
                Backend first = open(redis, early, scheduler);
                Backend second = open(redis, late, scheduler)) {
            for (Algorithm algorithm : Algorithm.values()) {
                Limit limit = Limit.of(10, APART.multipliedBy(10_000)).withAlgorithm(algorithm);
                Bundle bundle = bundle(algorithm.name(), limit);
                for (int i = 1; i <= 10; i++) {
                    Ask ask = decided(i % 2 == 0 ? first : second, bundle);
                    assertThat(ask.remaining(0)).as("%s", algorithm).isEqualTo(10 - i);
                }
                assertThat(decided(first, bundle).allowed()).isFalse();
                assertThat(decided(second, bundle).allowed()).isFalse();
            }
            assertThat(reads).as("how often a clock was asked here").hasValue(0);
        } finally {
            scheduler.shutdownNow();
        }
    }

    private static Ticker ticker(AtomicLong reads, Duration ahead) {
        return () -> {
            reads.incrementAndGet();
            return System.nanoTime() + ahead.toNanos();
        };
    }

    private static Backend open(SingleRedis redis, Ticker ticker, ScheduledExecutorService scheduler) throws Exception {
        Map<String, String> settings =
                Map.of("weir.redis", "redis://127.0.0.1:" + redis.port, "weir.secret", "a secret of this test");
        Backend backend = new RedisBackendProvider()
                .limiter(new BackendContext(settings::get, new Policies(), ticker, scheduler, LimiterListener.NONE));
        Bundle bundle = bundle("any", Limit.of(1, APART));
        Eventually.holds("Redis is found", () -> asked(backend, bundle, 0).failure() == null);
        return backend;
    }

    private static Bundle bundle(String name, Limit limit) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", limit).withFallback(Patiently.FALLBACK));
        return policies.current().bundle(name, List.of("limit"));
    }

    private static Ask asked(Backend backend, Bundle bundle, long cost) throws InterruptedException {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        ask.cost(0, cost);
        backend.decide(ask);
        assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
        return ask;
    }

    private static Ask decided(Backend backend, Bundle bundle) throws InterruptedException {
        Ask ask = asked(backend, bundle, 1);
        assertThat(ask.failure()).isNull();
        return ask;
    }
}
