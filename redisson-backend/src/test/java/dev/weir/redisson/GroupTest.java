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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** What is asked while a call is under way travels in the next. The server holds the first call back until all have asked. */
@ParameterizedClass
@MethodSource("dev.weir.redisson.ServerProgram#all")
class GroupTest {

    private static final KeyHasher HASHER =
            KeyHasher.withSecret("a secret of this test".getBytes(StandardCharsets.UTF_8));
    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);
    private static final ClientKey BOB = new ClientKey(ClientKey.Kind.USER, 3, 4);
    private static final ClientKey CAROL = new ClientKey(ClientKey.Kind.USER, 5, 6);
    private static final Pattern CALLS = Pattern.compile("calls=(\\d+)");
    private static final int MAX_OPEN = 2;

    private static SingleRedis redis;

    @Parameter
    private ServerProgram program;

    private RedissonClient client;
    private RedisLimiter limiter;

    @BeforeParameterizedClassInvocation
    static void startServer(ServerProgram program) throws Exception {
        redis = new SingleRedis(program);
    }

    @AfterParameterizedClassInvocation
    static void stopServer() throws Exception {
        redis.close();
    }

    @BeforeEach
    void start() {
        redis.client.getKeys().flushall();
        client = client(30_000);
        limiter = limiter(client);
    }

    @AfterEach
    void stop() {
        redis.tell("CLIENT UNPAUSE");
        client.shutdown();
    }

    private static RedissonClient client(int timeoutMillis) {
        Config config = new Config();
        config.setThreads(2).setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + redis.port)
                .setConnectionPoolSize(8)
                .setConnectionMinimumIdleSize(2)
                .setRetryAttempts(0)
                .setTimeout(timeoutMillis);
        return Redisson.create(config);
    }

    private static RedisLimiter limiter(RedissonClient client) {
        return limiter(client, 1);
    }

    private static RedisLimiter limiter(RedissonClient client, int flights) {
        return new RedisLimiter(
                client, new RedisKeys("weir", HASHER), MAX_OPEN, Duration.ofMinutes(10), flights, LimiterListener.NONE);
    }

    private static Bundle bundle(String name, long... permits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (long each : permits) {
            names.add(name + "-" + (names.size() + 1));
            policies.declare(new Policy(names.get(names.size() - 1), Limit.of(each, Duration.ofDays(365))));
        }
        return policies.current().bundle(name, names);
    }

    private static Ask ask(Bundle bundle, ClientKey client, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, client);
        ask.cost(0, cost);
        return ask;
    }

    private static Ask answered(Ask ask) throws InterruptedException {
        assertThat(ask.await(30, TimeUnit.SECONDS)).as("is answered").isTrue();
        return ask;
    }

    private Ask decided(Ask ask) throws InterruptedException {
        limiter.decide(ask);
        assertThat(answered(ask).failure()).isNull();
        return ask;
    }

    private static void hold() {
        assertThat(redis.tell("CLIENT PAUSE 60000 WRITE")).isEqualTo("+OK");
    }

    private static void release() {
        assertThat(redis.tell("CLIENT UNPAUSE")).isEqualTo("+OK");
    }

    /** Has all of them gather behind {@code first}, which is held back until they have. */
    private void together(Ask first, List<Ask> rest) throws InterruptedException {
        hold();
        limiter.decide(first);
        rest.forEach(limiter::decide);
        release();
        answered(first);
        for (Ask ask : rest) {
            answered(ask);
        }
    }

    /** How many calls of scripts there were, which this is one more of. */
    private static long calls() {
        String stats = redis.client
                .getScript(StringCodec.INSTANCE)
                .eval(
                        RScript.Mode.READ_ONLY,
                        "return redis.call('INFO', 'commandstats'):match('cmdstat_evalsha:[^\\r]*') or 'calls=0'",
                        RScript.ReturnType.VALUE);
        Matcher calls = CALLS.matcher(stats);
        assertThat(calls.find()).isTrue();
        return Long.parseLong(calls.group(1));
    }

    private static String keyOf(ClientKey client, Bundle bundle) {
        RedisKeys keys = new RedisKeys("weir", HASHER);
        return keys.key(keys.client(client), bundle);
    }

    @Test
    void whatGathersTravelsInOneCallAndIsJudgedInTheOrderInWhichItCame() throws Exception {
        Bundle three = bundle("three", 3);
        Bundle five = bundle("five", 5, 100);
        decided(ask(three, ALICE, 0));
        decided(ask(five, ALICE, 0));
        calls();
        Ask both = ask(three, BOB, 2);
        both.cost(both.add(five, ClientKey.GLOBAL), 4);
        List<Ask> rest = List.of(
                ask(three, ALICE, 2),
                ask(three, BOB, 1),
                ask(three, ALICE, 2),
                both,
                ask(five, ClientKey.GLOBAL, 2),
                ask(three, ALICE, 1),
                ask(five, ClientKey.GLOBAL, 1),
                ask(three, BOB, 1));
        long before = calls();
        together(ask(three, CAROL, 1), rest);
        assertThat(calls() - before - 1).as("calls").isEqualTo(2);
        assertThat(rest.stream().map(Ask::allowed)).containsExactly(true, true, false, true, false, true, true, false);
        assertThat(rest.stream().map(ask -> ask.remaining(0))).containsExactly(1L, 2L, 1L, 0L, 1L, 0L, 0L, 0L);
        assertThat(both.remaining(1)).isEqualTo(1);
        assertThat(decided(ask(three, ALICE, 0)).remaining(0)).isZero();
        assertThat(decided(ask(five, ClientKey.GLOBAL, 0)).remaining(0)).isZero();
    }

    @Test
    void equalQuestionsTravelAsOneAndAreAdmittedInTheOrderInWhichTheyCame() throws Exception {
        Bundle bundle = bundle("hot", 100);
        decided(ask(bundle, ALICE, 1));
        List<Ask> rest = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rest.add(ask(bundle, ALICE, 2));
        }
        together(ask(bundle, ALICE, 1), rest);
        for (int i = 0; i < 60; i++) {
            assertThat(rest.get(i).allowed()).as("number %d", i).isEqualTo(i < 49);
            assertThat(rest.get(i).remaining(0)).as("number %d", i).isEqualTo(Math.max(0, 96 - 2 * i));
        }
    }

    @Test
    void moreThanFitIntoOneCallTravelInTheNextInOrder() throws Exception {
        Bundle bundle = bundle("many", 150);
        decided(ask(bundle, ALICE, 0));
        List<Ask> rest = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rest.add(ask(bundle, ALICE, 1));
        }
        calls();
        long before = calls();
        together(ask(bundle, BOB, 1), rest);
        assertThat(calls() - before - 1).as("calls").isEqualTo(5);
        for (int i = 0; i < 200; i++) {
            assertThat(rest.get(i).allowed()).as("number %d", i).isEqualTo(i < 150);
        }
    }

    @Test
    void whatIsHeldInAGroupIsSettledAsAlone() throws Exception {
        Bundle bundle = bundle("held", 10);
        decided(ask(bundle, ALICE, 0));
        Ask first = ask(bundle, ALICE, 4);
        first.hold();
        Ask second = ask(bundle, ALICE, 4);
        second.hold();
        Ask third = ask(bundle, ALICE, 2);
        together(ask(bundle, BOB, 1), List.of(first, second, third, ask(bundle, ALICE, 1)));
        assertThat(first.isOpen() && second.isOpen()).isTrue();
        assertThat(third.remaining(0)).isZero();
        first.actual(0, 1);
        limiter.settle(first);
        Eventually.holds(() -> decided(ask(bundle, ALICE, 0)).remaining(0) == 3);
        second.actual(0, 0);
        limiter.settle(second);
        Eventually.holds(() -> decided(ask(bundle, ALICE, 0)).remaining(0) == 7);
    }

    @Test
    void oldAndNewRulesThatGatherAreEachJudgedByTheirOwn() throws Exception {
        Bundle ten = bundle("changed", 10);
        Bundle hundred = bundle("changed", 100);
        decided(ask(ten, ALICE, 5));
        List<Ask> rest =
                List.of(ask(ten, ALICE, 1), ask(hundred, ALICE, 10), ask(ten, ALICE, 1), ask(hundred, ALICE, 0));
        together(ask(ten, BOB, 1), rest);
        assertThat(rest.stream().map(ask -> ask.remaining(0))).containsExactly(4L, 30L, 2L, 20L);
    }

    @Test
    void oneQuestionsTroubleHarmsNoOther() throws Exception {
        Bundle bundle = bundle("trouble", 10);
        decided(ask(bundle, ALICE, 1));
        redis.client.getList(keyOf(BOB, bundle)).add("not ours");
        decided(ask(bundle, CAROL, 2));
        Bundle elsewhere = bundle("trouble", 20);
        RedisLimiter other = limiter(redis.client);
        Ask there = ask(elsewhere, CAROL, 0);
        there.hold();
        other.decide(there); // now hers stand under rules that this limiter has not met
        assertThat(answered(there).allowed()).isTrue();
        Ask ofBobToo = ask(bundle, ALICE, 3);
        ofBobToo.cost(ofBobToo.add(bundle, BOB), 1);
        Ask carols = ask(bundle, CAROL, 1);
        List<Ask> rest = List.of(ask(bundle, ALICE, 1), ask(bundle, BOB, 1), carols, ofBobToo, ask(bundle, ALICE, 1));
        together(ask(bundle, ClientKey.GLOBAL, 1), rest);
        assertThat(rest.get(0).remaining(0)).isEqualTo(8);
        assertThat(rest.get(1).failure()).hasMessageStartingWith("Something else stands in Redis");
        assertThat(carols.failure()).isNull();
        assertThat(carols.remaining(0)).as("after one more look").isEqualTo(7);
        assertThat(ofBobToo.failure()).hasMessageStartingWith("Something else stands in Redis");
        assertThat(rest.get(4).remaining(0))
                .as("as if the others had not been there")
                .isEqualTo(7);
    }

    @Test
    void rulesThatCannotBeWrittenDownFailOnlyThoseWhoAskByThem() throws Exception {
        Bundle known = bundle("known", 10);
        Bundle unknown = bundle("unknown", 7);
        decided(ask(known, ALICE, 1));
        String key = "weir:rules:" + Long.toHexString(new Rules().version(unknown));
        redis.client.getList(key).add("not ours");
        Ask second = ask(unknown, ALICE, 1);
        Ask third = ask(known, ALICE, 1);
        together(ask(known, BOB, 1), List.of(second, third));
        assertThat(second.failure()).hasMessageContaining("where rules belong");
        assertThat(third.remaining(0)).isEqualTo(8);
    }

    @Test
    void timeoutReachesExactlyThoseWhoTravelled() throws Exception {
        RedissonClient impatient = client(500);
        try {
            limiter = limiter(impatient);
            Bundle bundle = bundle("slow", 10);
            decided(ask(bundle, ALICE, 0));
            hold();
            Ask first = ask(bundle, BOB, 1);
            limiter.decide(first);
            List<Ask> rest = List.of(ask(bundle, ALICE, 1), ask(bundle, ALICE, 1));
            rest.forEach(limiter::decide);
            assertThat(answered(first).failure()).isNotNull();
            release();
            for (Ask ask : rest) {
                assertThat(answered(ask).failure()).isNull();
            }
            assertThat(rest.get(1).remaining(0)).isEqualTo(8);
        } finally {
            impatient.shutdown();
        }
    }

    @Test
    void brokenConnectionFailsThoseWhoTravelledAndTheNextGoOn() throws Exception {
        RedissonClient impatient = client(2_000);
        try {
            limiter = limiter(impatient);
            Bundle bundle = bundle("broken", 10);
            decided(ask(bundle, ALICE, 0));
            hold();
            Ask first = ask(bundle, BOB, 1);
            limiter.decide(first);
            List<Ask> rest = List.of(ask(bundle, ALICE, 1), ask(bundle, ALICE, 1));
            rest.forEach(limiter::decide);
            Eventually.holds(() -> {
                redis.tell("CLIENT KILL TYPE normal");
                return first.isDone();
            });
            assertThat(first.failure()).isNotNull();
            release();
            for (Ask ask : rest) {
                answered(ask); // as one: their call may have met a dying connection, too
            }
            assertThat(rest.get(1).failure() == null).isEqualTo(rest.get(0).failure() == null);
            Eventually.holds(() -> {
                Ask look = ask(bundle, ALICE, 0);
                limiter.decide(look);
                return answered(look).failure() == null;
            });
        } finally {
            impatient.shutdown();
        }
    }

    @Test
    void whoGivesUpWhileItGathersIsNotCharged() throws Exception {
        Bundle bundle = bundle("gives-up", 10);
        decided(ask(bundle, ALICE, 0));
        for (int i = 0; i < 2 * MAX_OPEN; i++) {
            Ask givesUp = ask(bundle, ALICE, 5);
            givesUp.hold();
            Ask stays = ask(bundle, ALICE, 1);
            hold();
            Ask first = ask(bundle, BOB, 1);
            limiter.decide(first);
            limiter.decide(givesUp);
            limiter.decide(stays);
            givesUp.giveUp();
            release();
            assertThat(answered(first).failure()).isNull();
            assertThat(answered(givesUp).failure()).isInstanceOf(CancellationException.class);
            assertThat(answered(stays).remaining(0)).isEqualTo(9 - i);
        }
        Ask held = ask(bundle, ALICE, 1);
        held.hold();
        assertThat(decided(held).allowed())
                .as("whoever gave up takes no room from those who hold")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aCallCarriesManyAndAdmitsExactlyTheLimit(int flights) throws Exception {
        limiter = limiter(client, flights);
        int threads = 64;
        int times = 300;
        AtomicInteger rounds = new AtomicInteger();
        Eventually.holds(
                () -> { // as soon as the code is warm: callers that come slowly find nobody to travel with
                    Bundle bundle = bundle("hot-" + rounds.incrementAndGet(), threads * times / 2);
                    decided(ask(bundle, ALICE, 0));
                    calls();
                    long before = calls();
                    assertThat(admitted(bundle, threads, times)).isEqualTo(threads * times / 2);
                    return calls() - before - 1 <= threads * times / 10;
                });
    }

    private int admitted(Bundle bundle, int threads, int times) throws InterruptedException {
        AtomicInteger admitted = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(new Thread(() -> {
                try {
                    for (int n = 0; n < times; n++) {
                        admitted.addAndGet(decided(ask(bundle, ALICE, 1)).allowed() ? 1 : 0);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
        return admitted.get();
    }

    @Test
    void whoAsksAloneIsOneCallEach() throws Exception {
        Bundle bundle = bundle("alone", 1_000);
        decided(ask(bundle, ALICE, 0));
        calls();
        long before = calls();
        for (int i = 0; i < 100; i++) {
            assertThat(decided(ask(bundle, ALICE, 1)).remaining(0)).isEqualTo(999 - i);
        }
        assertThat(calls() - before - 1).as("calls").isEqualTo(100);
    }
}
