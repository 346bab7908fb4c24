package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.redisson.api.options.KeysScanOptions;

/** The limiter over a real server, on its clock. */
@ParameterizedClass
@MethodSource("dev.weir.redisson.ServerProgram#all")
class RedisLimiterTest {

    private static final byte[] SECRET = "a secret of this test".getBytes(StandardCharsets.UTF_8);
    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);

    private static SingleRedis redis;

    @Parameter
    private ServerProgram program;

    @BeforeParameterizedClassInvocation
    static void start(ServerProgram program) throws Exception {
        redis = new SingleRedis(program);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
    }

    private static RedisLimiter limiter() {
        return new RedisLimiter(
                redis.client,
                "weir",
                KeyHasher.withSecret(SECRET),
                1_000,
                Duration.ofMinutes(10),
                LimiterListener.NONE);
    }

    private static Bundle bundle(Limit... limits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add("limit-" + (names.size() + 1));
            policies.declare(new Policy(names.get(names.size() - 1), limit));
        }
        return policies.current().bundle("bundle", names);
    }

    private static Ask ask(Bundle bundle, long... costs) {
        Ask ask = new Ask();
        ask.add(bundle, ALICE);
        for (int i = 0; i < costs.length; i++) {
            ask.cost(i, costs[i]);
        }
        return ask;
    }

    private static Ask decided(RedisLimiter limiter, Ask ask) throws InterruptedException {
        limiter.decide(ask);
        assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).isNull();
        return ask;
    }

    private static List<String> keys(String pattern) {
        List<String> keys = new ArrayList<>();
        redis.client
                .getKeys()
                .getKeys(KeysScanOptions.defaults().pattern(pattern))
                .forEach(keys::add);
        return keys;
    }

    /* Settling does not wait for Redis. */
    private static void until(Callable<Boolean> settled) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!settled.call()) {
            assertThat(System.nanoTime() - deadline).as("ten seconds").isNegative();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Algorithm.class, mode = EnumSource.Mode.EXCLUDE, names = "LEAKY_BUCKET_QUEUE")
    void fourNodesAtOnceAdmitExactlyTheLimit(Algorithm algorithm) throws Exception {
        Bundle bundle = bundle(Limit.of(100, Duration.ofDays(365)).withAlgorithm(algorithm));
        AtomicInteger admitted = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int node = 0; node < 4; node++) {
            RedisLimiter limiter = limiter();
            for (int i = 0; i < 8; i++) {
                threads.add(new Thread(() -> {
                    try {
                        begin.await();
                        for (int n = 0; n < 10; n++) {
                            admitted.addAndGet(decided(limiter, ask(bundle)).allowed() ? 1 : 0);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
        }
        threads.forEach(Thread::start);
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(admitted).hasValue(100);
    }

    @Test
    void whichLimitRefusesChargesNeither() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle bundle = bundle(Limit.of(2, Duration.ofDays(1)), Limit.of(100, Duration.ofDays(1)));
        decided(limiter, ask(bundle, 2, 10));
        Ask refused = decided(limiter, ask(bundle, 1, 10));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.violated(0)).isTrue();
        assertThat(refused.violated(1)).isFalse();
        assertThat(refused.remaining(1)).isEqualTo(90);
    }

    @Test
    void whatIsNotUsedComesBackToAllNodes() throws Exception {
        Bundle bundle = bundle(Limit.of(10, Duration.ofDays(1)));
        RedisLimiter here = limiter();
        Ask held = ask(bundle, 10);
        held.hold();
        decided(here, held);
        assertThat(decided(limiter(), ask(bundle, 1)).allowed()).isFalse();
        held.actual(0, 4);
        here.settle(held);
        here.settle(held);
        RedisLimiter there = limiter();
        until(() -> decided(there, ask(bundle, 0)).remaining(0) > 0);
        assertThat(decided(there, ask(bundle, 6)).allowed()).isTrue();
        assertThat(decided(there, ask(bundle, 1)).allowed()).isFalse();
    }

    @Test
    void aDebtIsChargedOnceUnderOneId() {
        Bundle bundle = bundle(Limit.of(10, Duration.ofDays(1)));
        States states = new States(
                redis.client,
                new RedisKeys("weir", KeyHasher.withSecret(SECRET)),
                Duration.ofMinutes(10),
                Groups.of(redis.client, 1));
        ClientKey client = ask(bundle, 0).client(0);
        for (long id : new long[] {1, 1, 2, 1}) {
            states.owe(bundle, client, new long[] {3}, id).toCompletableFuture().join();
        }
        Ask look = ask(bundle, 0);
        states.decide(look, false, 0, Question.NO_DEADLINE)
                .toCompletableFuture()
                .join();
        assertThat(look.remaining(0)).isEqualTo(4);
    }

    /* A key may be dropped for want of memory, or not be copied before a failover. */
    @Test
    void whoHasLostItsReservationUndoesNothingOfOthers() {
        Bundle bundle = bundle(Limit.of(10, Duration.ofDays(1)));
        States states = new States(
                redis.client,
                new RedisKeys("weir", KeyHasher.withSecret(SECRET)),
                Duration.ofMinutes(10),
                Groups.of(redis.client, 1));
        Ask lost = ask(bundle, 1);
        lost.hold();
        States.Verdict before = states.decide(lost, true, 0, Question.NO_DEADLINE)
                .toCompletableFuture()
                .join();
        redis.client.getKeys().delete(keys("weir:{*").toArray(new String[0]));
        Ask others = ask(bundle, 10);
        others.hold();
        States.Verdict after = states.decide(others, true, 0, Question.NO_DEADLINE)
                .toCompletableFuture()
                .join();
        assertThat(others.allowed()).isTrue();

        lost.actual(0, 0);
        states.settle(before).toCompletableFuture().join();
        Ask look = ask(bundle, 0);
        states.decide(look, false, 0, Question.NO_DEADLINE)
                .toCompletableFuture()
                .join();
        assertThat(look.remaining(0)).isZero();

        others.actual(0, 4);
        states.settle(after).toCompletableFuture().join();
        look = ask(bundle, 0);
        states.decide(look, false, 0, Question.NO_DEADLINE)
                .toCompletableFuture()
                .join();
        assertThat(look.remaining(0)).isEqualTo(6);
    }

    @Test
    void whoWaitsIsServedInOrderAcrossNodes() throws Exception {
        Bundle bundle = bundle(Limit.of(1, Duration.ofHours(1)));
        decided(limiter(), ask(bundle));
        long before = 0;
        for (int i = 1; i <= 3; i++) {
            Ask patient = ask(bundle);
            patient.patience(0, Duration.ofDays(1).toNanos());
            decided(limiter(), patient);
            assertThat(patient.allowed()).isTrue();
            assertThat(patient.waitNanos())
                    .isGreaterThan(before + Duration.ofMinutes(59).toNanos());
            before = patient.waitNanos();
        }
        assertThat(decided(limiter(), ask(bundle)).allowed())
                .as("nobody overtakes")
                .isFalse();
    }

    @Test
    void nodesWithOldAndNewRulesThatTakeTurnsKeepTheUsedShare() throws Exception {
        Bundle ten = bundle(Limit.of(10, Duration.ofDays(1)));
        Bundle hundred = bundle(Limit.of(100, Duration.ofDays(1)));
        RedisLimiter before = limiter();
        RedisLimiter after = limiter();
        decided(before, ask(ten, 5));
        for (int i = 0; i < 10; i++) {
            assertThat(decided(after, ask(hundred, 0)).remaining(0)).isEqualTo(50);
            assertThat(decided(before, ask(ten, 0)).remaining(0)).isEqualTo(5);
        }
    }

    @Test
    void whatWasTakenUnderOtherRulesByNowIsOwedAboveIt() throws Exception {
        Bundle ten = bundle(Limit.of(10, Duration.ofDays(1)));
        Bundle hundred = bundle(Limit.of(100, Duration.ofDays(1)));
        RedisLimiter before = limiter();
        Ask held = ask(ten, 5);
        held.hold();
        decided(before, held);
        RedisLimiter after = limiter();
        assertThat(decided(after, ask(hundred, 0)).remaining(0)).isEqualTo(50);
        held.actual(0, 15);
        before.settle(held);
        until(() -> decided(after, ask(hundred, 0)).remaining(0) == 40);
    }

    @Test
    void rulesThatNobodyHasWrittenDownAreAnErrorAndNotABurst() throws Exception {
        decided(limiter(), ask(bundle(Limit.of(10, Duration.ofDays(1))), 5));
        for (String key : keys("weir:rules:*")) {
            redis.client.getKeys().delete(key);
        }
        Ask ask = ask(bundle(Limit.of(100, Duration.ofDays(1))));
        limiter().decide(ask);
        assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).hasMessageContaining("rules that nobody has written down");
    }

    @Test
    void keyTellsNothingAndLivesAsLongAsItIsNeeded() throws Exception {
        Bundle bundle = bundle(Limit.of(10, Duration.ofSeconds(20)));
        decided(limiter(), ask(bundle));
        String key = keys("weir:{*").iterator().next();
        assertThat(key).matches("weir:\\{[A-Za-z0-9_-]{22}}:[A-Za-z0-9_-]{11}");
        assertThat(redis.client.getBucket(key).remainTimeToLive()).isBetween(1L, 2_000L);
        until(() -> redis.client.getKeys().countExists(key) == 0);
        assertThat(decided(limiter(), ask(bundle, 0)).remaining(0)).isEqualTo(10);
    }

    @Test
    void lookingWritesNothing() throws Exception {
        assertThat(decided(limiter(), ask(bundle(Limit.of(10, Duration.ofDays(1))), 0))
                        .remaining(0))
                .isEqualTo(10);
        assertThat(keys("weir:{*")).isEmpty();
    }

    @Test
    void forgottenScriptsAreLoadedAgainInTheSameCall() throws Exception {
        Bundle bundle = bundle(Limit.of(10, Duration.ofDays(1)));
        RedisLimiter limiter = limiter();
        for (int i = 9; i >= 5; i--) {
            redis.client.getScript().scriptFlush();
            assertThat(decided(limiter, ask(bundle)).remaining(0)).isEqualTo(i);
        }
    }
}
