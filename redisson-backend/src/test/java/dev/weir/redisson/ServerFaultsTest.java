package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.RedisOutOfMemoryException;

/** What becomes of decisions while a real server fails in one way or another, and after. */
@ParameterizedClass
@MethodSource("dev.weir.redisson.ServerProgram#all")
class ServerFaultsTest {

    private static final int THREADS = 8;

    @Parameter
    private ServerProgram program;

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private SingleRedis redis;
    private Backend backend;

    @BeforeEach
    void start() throws Exception {
        redis = new SingleRedis(program);
        backend = open();
        Eventually.holds(() -> asked(bundle(1), 0).failure() == null);
    }

    @AfterEach
    void stop() throws Exception {
        backend.close();
        redis.close();
        scheduler.shutdownNow();
    }

    private Backend open() {
        Map<String, String> settings =
                Map.of("weir.redis", "redis://127.0.0.1:" + redis.port, "weir.secret", "a secret of this test");
        return new RedisBackendProvider()
                .limiter(new BackendContext(
                        settings::get, new Policies(), Ticker.system(), scheduler, LimiterListener.NONE));
    }

    private static Bundle bundle(long permits) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(permits, Duration.ofDays(365))).withFallback(Patiently.FALLBACK));
        return policies.current().bundle("bundle-" + permits, List.of("limit"));
    }

    /* Every ask is answered. */
    private Ask asked(Bundle bundle, long cost) throws InterruptedException {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        ask.cost(0, cost);
        backend.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).as("is answered").isTrue();
        return ask;
    }

    /** What many threads get that ask for one permit at a time, so many times each, while something happens after each so many answers. */
    private Tally askedWhile(Bundle bundle, int times, int every, Runnable happens) throws Exception {
        Tally tally = new Tally();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> {
                try {
                    for (int n = 0; n < times; n++) {
                        tally.count(asked(bundle, 1));
                    }
                } catch (Exception | AssertionError e) {
                    tally.broken.set(true);
                }
            }));
        }
        threads.forEach(Thread::start);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            int before = tally.answered.get();
            happens.run();
            Eventually.holds(() ->
                    tally.answered.get() > before + every || threads.stream().noneMatch(Thread::isAlive));
        }
        assertThat(tally.broken).as("an ask without an answer").isFalse();
        return tally;
    }

    private static final class Tally {
        final AtomicInteger answered = new AtomicInteger();
        final AtomicInteger admitted = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicBoolean broken = new AtomicBoolean();

        void count(Ask ask) {
            answered.incrementAndGet();
            if (ask.failure() != null) {
                failed.incrementAndGet();
            } else if (ask.allowed()) {
                admitted.incrementAndGet();
            }
        }
    }

    @Test
    void scriptsForgottenAgainAndAgainUnderLoadAreNoticedByNobody() throws Exception {
        Bundle bundle = bundle(200);
        Tally tally = askedWhile(bundle, 50, THREADS, () -> redis.tell("SCRIPT FLUSH"));
        assertThat(tally.failed).hasValue(0);
        assertThat(tally.admitted).hasValue(200);
    }

    @Test
    void connectionsKilledUnderLoadFailAFewAsksAndNeverAdmitMore() throws Exception {
        Bundle bundle = bundle(500);
        Tally tally = askedWhile(bundle, 75, 100, () -> redis.tell("CLIENT KILL TYPE normal"));
        Eventually.holds(() -> asked(bundle, 0).failure() == null);
        long taken = 500 - asked(bundle, 0).remaining(0);
        assertThat(taken).isLessThanOrEqualTo(500);
        assertThat((long) tally.admitted.get())
                .as("taken %d, failed %s", taken, tally.failed)
                .isLessThanOrEqualTo(taken)
                .isPositive();
        // Whose answer was lost may have been charged, once.
        assertThat(taken - tally.admitted.get()).isLessThanOrEqualTo(tally.failed.get());
    }

    @Test
    void restartIsAnOutageThatEndsByItself() throws Exception {
        Bundle bundle = bundle(10);
        assertThat(asked(bundle, 4).remaining(0)).isEqualTo(6);
        redis.server.stop();
        assertThat(asked(bundle, 1).failure()).isNotNull();
        redis.server.start();
        Eventually.holds(() -> asked(bundle, 0).failure() == null);
        assertThat(asked(bundle, 1).remaining(0))
                .as("kept nothing on disk, so forgot all")
                .isEqualTo(9);
    }

    @Test
    void fullMemoryFailsWhatWouldBeAdmittedAndChargesNothing() throws Exception {
        Bundle bundle = bundle(10);
        assertThat(asked(bundle, 4).remaining(0)).isEqualTo(6);
        assertThat(redis.tell("CONFIG SET maxmemory 1")).isEqualTo("+OK");
        for (int i = 0; i < 5; i++) {
            assertThat(asked(bundle, 1).failure()).hasRootCauseInstanceOf(RedisOutOfMemoryException.class);
            assertThat(asked(bundle(11), 1).failure())
                    .as("of rules not told yet")
                    .hasRootCauseInstanceOf(RedisOutOfMemoryException.class);
            Ask tooMuch = asked(bundle, 7);
            assertThat(tooMuch.failure()).isNull();
            assertThat(tooMuch.allowed()).isFalse();
        }
        assertThat(redis.tell("CONFIG SET maxmemory 0")).isEqualTo("+OK");
        assertThat(asked(bundle, 1).remaining(0)).isEqualTo(5);
        assertThat(asked(bundle(11), 1).remaining(0)).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"volatile-lru", "allkeys-lru"})
    void whoIsForgottenForWantOfMemoryHasItsWholeBurstAgainAndThatIsSaid(String policy) throws Exception {
        Bundle bundle = bundle(10);
        assertThat(asked(bundle, 10).remaining(0)).isZero();
        EvictionWatch watch = new EvictionWatch(redis.client, "weir", KeyHasher.withSecret(new byte[16]));
        try (Logged log = new Logged("dev.weir")) {
            watch.look().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(redis.tell("CONFIG SET maxmemory-policy " + policy)).isEqualTo("+OK");
            assertThat(redis.tell("CONFIG SET maxmemory 1")).isEqualTo("+OK");
            Eventually.holds(() -> !states());
            assertThat(redis.tell("CONFIG SET maxmemory 0")).isEqualTo("+OK");
            assertThat(asked(bundle, 10).allowed()).isTrue();
            assertThat(log.messages(Level.ALL)).isEmpty();
            for (int i = 0; i < 3; i++) {
                watch.look().toCompletableFuture().get(10, TimeUnit.SECONDS);
            }
            assertThat(log.messages(Level.ALL))
                    .hasSize(1)
                    .first()
                    .asString()
                    .matches("WEIR-102: Redis has dropped [1-9] keys for want of memory .*\\(evicted_keys [1-9]\\).*");
        }
    }

    private boolean states() {
        return redis.client
                .getKeys()
                .getKeys(KeysScanOptions.defaults().pattern("weir:*"))
                .iterator()
                .hasNext();
    }

    @Test
    void replicaIsAnOutageThatEndsByItself() throws Exception {
        Bundle bundle = bundle(10);
        assertThat(asked(bundle, 4).remaining(0)).isEqualTo(6);
        assertThat(redis.tell("REPLICAOF 127.0.0.1 1")).isEqualTo("+OK");
        assertThat(asked(bundle, 1).failure()).isNotNull();
        assertThat(redis.tell("REPLICAOF NO ONE")).isEqualTo("+OK");
        Eventually.holds(() -> asked(bundle, 0).failure() == null);
        assertThat(asked(bundle, 1).remaining(0)).isEqualTo(5);
    }
}
