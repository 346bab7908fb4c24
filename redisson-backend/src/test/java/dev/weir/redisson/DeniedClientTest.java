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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client costs a real Redis that has been refused. */
@Timeout(120)
class DeniedClientTest {

    private static SingleRedis redis;

    private RedisLimiter limiter;

    @BeforeAll
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
        limiter = new RedisLimiter(
                redis.client,
                "weir",
                KeyHasher.withSecret(new byte[16]),
                1_000,
                Duration.ofMinutes(1),
                LimiterListener.NONE);
    }

    private static Bundle bundle(Limit limit) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", limit));
        return policies.current().bundle("bundle", List.of("limit"));
    }

    private static Ask ask(Bundle bundle, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        ask.cost(0, cost);
        return ask;
    }

    private Ask decided(Ask ask) throws InterruptedException {
        limiter.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).isNull();
        return ask;
    }

    @Test
    void costsNoCommandFromTheFirstRefusalOn() throws Exception {
        Bundle bundle = bundle(Limit.of(3, Duration.ofDays(1)));
        for (int i = 0; i < 3; i++) {
            assertThat(decided(ask(bundle, 1)).allowed()).isTrue();
        }
        assertThat(decided(ask(bundle, 1)).allowed()).isFalse();
        long before = CommandCount.of(redis.port);
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                try {
                    for (int i = 0; i < 5_000; i++) {
                        refused.addAndGet(decided(ask(bundle, 1 + i % 3)).allowed() ? 0 : 1);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(refused).hasValue(20_000);
        assertThat(CommandCount.of(redis.port) - before).as("commands").isZero();
    }

    @Test
    void isAskedAgainAtItsRetryTimeAndNotBefore() throws Exception {
        Bundle bundle = bundle(Limit.of(1, Duration.ofSeconds(2)));
        assertThat(decided(ask(bundle, 1)).allowed()).isTrue();
        long asked = System.nanoTime();
        Ask refused = decided(ask(bundle, 1));
        assertThat(refused.allowed()).isFalse();
        long before = CommandCount.of(redis.port);
        long commands = before;
        while (System.nanoTime() - asked < refused.retryAfterNanos(0)) {
            long known = CommandCount.of(redis.port);
            // read after the count: whatever it counts was asked before
            commands = System.nanoTime() - asked < refused.retryAfterNanos(0) ? known : commands;
            limiter.decide(ask(bundle, 1));
        }
        assertThat(commands).as("commands by then").isEqualTo(before);
        Eventually.holds("it is admitted", () -> decided(ask(bundle, 1)).allowed());
    }

    @Test
    void isAskedAtOnceWhenItsLimitIsRaised() throws Exception {
        Bundle low = bundle(Limit.of(3, Duration.ofDays(1)));
        assertThat(decided(ask(low, 3)).allowed()).isTrue();
        assertThat(decided(ask(low, 1)).allowed()).isFalse();
        Bundle high = bundle(Limit.of(4_000_000, Duration.ofDays(1)).withBurst(12));
        Eventually.holds("what the new limit gives", () -> decided(ask(high, 1)).allowed());
    }

    @Test
    void isAdmittedSoonAfterSomebodyGivesBackWhatWasHeld() throws Exception {
        Bundle bundle = bundle(Limit.of(3, Duration.ofDays(1)));
        Ask held = ask(bundle, 3);
        held.hold();
        assertThat(decided(held).isOpen()).isTrue();
        assertThat(decided(ask(bundle, 1)).allowed()).isFalse();
        held.actual(0, 0);
        limiter.settle(held);
        Eventually.holds("what came back", () -> decided(ask(bundle, 1)).allowed());
    }

    @Test
    void isAskedForCheaperThings() throws Exception {
        Bundle bundle = bundle(Limit.of(3, Duration.ofDays(1)));
        assertThat(decided(ask(bundle, 1)).allowed()).isTrue();
        assertThat(decided(ask(bundle, 3)).allowed()).isFalse();
        assertThat(decided(ask(bundle, 2)).allowed()).isTrue();
    }
}
