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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;

/** The limiter over a real cluster, where the keys of two clients lie in two slots. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterLimiterTest {

    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);

    private static ClusterRedis cluster;
    private static RedissonClient client;

    @BeforeAll
    static void start() throws Exception {
        cluster = new ClusterRedis();
        client = cluster.client();
    }

    @AfterAll
    static void stop() throws Exception {
        client.shutdown();
        cluster.close();
    }

    @BeforeEach
    void empty() {
        client.getKeys().flushall();
    }

    private static RedisLimiter limiter() {
        KeyHasher hasher = KeyHasher.withSecret("a secret of this test".getBytes(StandardCharsets.UTF_8));
        return new RedisLimiter(client, "weir", hasher, 1_000, Duration.ofMinutes(10), LimiterListener.NONE);
    }

    private static Bundle bundle(String name, Limit limit) {
        Policies policies = new Policies();
        policies.declare(new Policy(name, limit));
        return policies.current().bundle(name, List.of(name));
    }

    private static Bundle aDay(String name, long permits) {
        return bundle(name, Limit.of(permits, Duration.ofDays(1)));
    }

    /** Everybody's first: it is asked last all the same. */
    private static Ask both(Bundle everybodys, Bundle own) {
        Ask ask = new Ask();
        ask.add(everybodys, ClientKey.GLOBAL);
        ask.add(own, ALICE);
        return ask;
    }

    private static Ask decided(RedisLimiter limiter, Ask ask) throws InterruptedException {
        limiter.decide(ask);
        assertThat(ask.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).isNull();
        return ask;
    }

    private static long left(RedisLimiter limiter, Bundle bundle, ClientKey client) throws InterruptedException {
        Ask ask = new Ask();
        ask.add(bundle, client);
        ask.cost(0, 0);
        return decided(limiter, ask).remaining(0);
    }

    @Test
    @Order(1)
    void whatBothAdmitBothHaveTaken() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle all = aDay("all", 10);
        Bundle own = aDay("own", 5);
        Ask ask = decided(limiter, both(all, own));
        assertThat(ask.allowed()).isTrue();
        assertThat(ask.remaining(0)).isEqualTo(9);
        assertThat(ask.remaining(1)).isEqualTo(4);
        assertThat(ask.isOpen()).isFalse();
        assertThat(left(limiter, all, ClientKey.GLOBAL)).isEqualTo(9);
        assertThat(left(limiter, own, ALICE)).isEqualTo(4);
    }

    @Test
    @Order(1)
    void aRefusalByEverybodysLimitGivesTheOwnBack() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle all = aDay("all", 1);
        Bundle own = aDay("own", 5);
        decided(limiter, both(all, own));
        Ask refused = decided(limiter, both(all, own));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.violated(0)).isTrue();
        assertThat(refused.violated(1)).isFalse();
        assertThat(refused.remaining(1)).isEqualTo(4);
        assertThat(left(limiter, own, ALICE)).isEqualTo(4);
    }

    @Test
    @Order(1)
    void aRefusalByTheOwnLimitTellsOfBoth() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle all = aDay("all", 1);
        Bundle own = bundle("own", Limit.of(1, Duration.ofHours(1)));
        decided(limiter, both(all, own));
        Ask refused = decided(limiter, both(all, own));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.violated(0)).isTrue();
        assertThat(refused.violated(1)).isTrue();
        assertThat(refused.retryAfterNanos(0)).isGreaterThan(refused.retryAfterNanos(1));
        assertThat(left(limiter, all, ClientKey.GLOBAL)).isZero();
    }

    @Test
    @Order(1)
    void bothAreChargedAsOfOneTurn() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle all = bundle("all", Limit.of(1, Duration.ofHours(2)));
        Bundle own = bundle("own", Limit.of(1, Duration.ofHours(1)));
        decided(limiter, both(all, own));
        Ask waits = both(all, own);
        waits.patience(0, Long.MAX_VALUE);
        waits.patience(1, Long.MAX_VALUE);
        decided(limiter, waits);
        assertThat(waits.allowed()).isTrue();
        assertThat(waits.isOpen()).isTrue();
        long twoHours = TimeUnit.HOURS.toNanos(2);
        assertThat(waits.waitNanos()).isBetween(twoHours - TimeUnit.MINUTES.toNanos(1), twoHours);
        // The own limit alone would have let it go on after an hour: its next turn would be after two, not three.
        Ask next = new Ask();
        next.add(own, ALICE);
        decided(limiter, next);
        assertThat(next.allowed()).isFalse();
        long threeHours = TimeUnit.HOURS.toNanos(3);
        assertThat(next.retryAfterNanos(0)).isBetween(threeHours - TimeUnit.MINUTES.toNanos(1), threeHours);

        for (int i = 0; i < waits.limits(); i++) {
            waits.actual(i, 0);
        }
        limiter.settle(waits);
        Eventually.holds("both places are free", () -> {
            Ask again = new Ask();
            again.add(own, ALICE);
            decided(limiter, again);
            assertThat(again.allowed()).isFalse();
            return again.retryAfterNanos(0) <= TimeUnit.HOURS.toNanos(1);
        });
        Eventually.holds("both places are free", () -> {
            Ask again = new Ask();
            again.add(all, ClientKey.GLOBAL);
            decided(limiter, again);
            assertThat(again.allowed()).isFalse();
            return again.retryAfterNanos(0) <= twoHours;
        });
    }

    @Test
    @Order(1)
    void manyWhoWaitForBothAtOnceLoseNoTurns() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle all = bundle("all", Limit.of(2, Duration.ofMinutes(1)).withBurst(1));
        Bundle own = bundle("own", Limit.of(1, Duration.ofMinutes(1)));
        List<Ask> asks = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Ask ask = both(all, own);
            ask.patience(0, Long.MAX_VALUE);
            ask.patience(1, Long.MAX_VALUE);
            asks.add(ask);
        }
        asks.forEach(limiter::decide);
        long last = 0;
        for (Ask ask : asks) {
            assertThat(ask.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(ask.failure()).isNull();
            assertThat(ask.allowed()).isTrue();
            last = Math.max(last, ask.waitNanos());
        }
        assertThat(last).isBetween(TimeUnit.MINUTES.toNanos(28), TimeUnit.MINUTES.toNanos(29));
    }

    @Test
    @Order(1)
    void whatIsHeldIsSettledInBoth() throws Exception {
        RedisLimiter limiter = limiter();
        Bundle all = aDay("all", 100);
        Bundle own = aDay("own", 50);
        Ask held = both(all, own);
        held.cost(0, 10);
        held.cost(1, 10);
        held.hold();
        decided(limiter, held);
        assertThat(held.isOpen()).isTrue();
        held.actual(0, 3);
        held.actual(1, 4);
        limiter.settle(held);
        Eventually.holds("what was not used is back", () -> left(limiter, all, ClientKey.GLOBAL) == 97);
        Eventually.holds("what was not used is back", () -> left(limiter, own, ALICE) == 46);
    }

    @Test
    @Order(1)
    void nodesAtOnceAdmitExactlyTheLimit() throws Exception {
        Bundle all = aDay("all", 40);
        Bundle own = aDay("own", 100);
        AtomicInteger admitted = new AtomicInteger();
        AtomicReference<Throwable> problem = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int node = 0; node < 4; node++) {
            RedisLimiter limiter = limiter();
            for (int i = 0; i < 4; i++) {
                threads.add(new Thread(() -> {
                    try {
                        for (int n = 0; n < 10; n++) {
                            admitted.addAndGet(decided(limiter, both(all, own)).allowed() ? 1 : 0);
                        }
                    } catch (InterruptedException | AssertionError e) {
                        problem.set(e);
                    }
                }));
            }
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(problem).hasNullValue();
        assertThat(admitted).hasValue(40);
        RedisLimiter limiter = limiter();
        Eventually.holds("who was refused has it back", () -> left(limiter, own, ALICE) == 60);
    }

    /** Scenario of spring-cloud-gateway#248: scripts forgotten, a master gone, slots elsewhere, all under load. */
    @Test
    @Order(2)
    void scriptsForgottenAndAMasterLostReachNobodyAsSuch() throws Exception {
        Bundle own = aDay("own", 1_000_000);
        RedisLimiter limiter = limiter();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger admitted = new AtomicInteger();
        List<String> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ClientKey who = new ClientKey(ClientKey.Kind.USER, 7, i);
            threads.add(new Thread(() -> {
                while (!ended.get()) {
                    Ask ask = new Ask();
                    ask.add(own, who);
                    limiter.decide(ask);
                    try {
                        if (!ask.await(20, TimeUnit.SECONDS)) {
                            failures.add("no answer");
                        } else if (ask.failure() != null) {
                            failures.add(String.valueOf(ask.failure().getCause()));
                        } else {
                            admitted.incrementAndGet();
                        }
                    } catch (InterruptedException e) {
                        failures.add("interrupted");
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (RedisNode node : cluster.nodes()) {
            node.command("SCRIPT", "FLUSH");
        }
        RedisNode dead = cluster.masterOf("anything");
        cluster.kill(dead);
        cluster.awaitFailoverOf(dead);
        for (RedisNode node : cluster.nodes()) {
            if (node.isAlive()) {
                node.command("SCRIPT", "FLUSH");
            }
        }
        int before = admitted.get();
        Eventually.holds("decisions go on", () -> admitted.get() > before + 1_000);
        for (int i = 0; i < 4; i++) {
            ClientKey who = new ClientKey(ClientKey.Kind.USER, 7, i);
            Eventually.holds("every client is served", () -> {
                Ask ask = new Ask();
                ask.add(own, who);
                limiter.decide(ask);
                return ask.await(20, TimeUnit.SECONDS) && ask.failure() == null;
            });
        }
        ended.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).noneMatch(text -> text.contains("CROSSSLOT") || text.contains("NOSCRIPT"));
        assertThat(failures).doesNotContain("no answer");
    }
}
