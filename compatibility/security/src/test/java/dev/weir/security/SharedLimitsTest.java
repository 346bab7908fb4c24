package dev.weir.security;

import static dev.weir.security.SharedRedis.ask;
import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.spi.Backend;
import dev.weir.redisson.ToldTimeLimiter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts C, E, G and H: the limits of a fleet that shares one Redis. */
class SharedLimitsTest {

    private static SharedRedis redis;

    @BeforeAll
    static void start() throws Exception {
        redis = new SharedRedis();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void clear() {
        redis.clear();
    }

    private static Ask decided(Backend node, Ask ask) throws InterruptedException {
        node.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).isNull();
        return ask;
    }

    private static Ask look(Backend node, Bundle bundle, ClientKey client) throws InterruptedException {
        Ask ask = ask(bundle, client);
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, 0);
        }
        return decided(node, ask);
    }

    @Test
    @Row(
            value = "E6",
            promise =
                    "Where state is in Redis, every key of a call is declared, figures are arguments, and the scripts are always the same")
    void scriptsTouchDeclaredKeysOnly() throws Exception {
        Policies policies = new Policies();
        policies.declare(new Policy("all", Limit.of(1_000, Duration.ofHours(1))).withFallback(SharedRedis.PATIENTLY));
        Bundle all = policies.current().bundle("all", List.of("all"));
        Set<String> scripts = new HashSet<>();
        int calls = 0;
        try (Backend node = redis.node(SharedRedis.SECRET);
                RedisMonitor monitor = new RedisMonitor(redis)) {
            for (Algorithm algorithm : Algorithm.values()) {
                Bundle bundle = MemoryTest.bundle(
                        Limit.of(5, Duration.ofHours(1)).withAlgorithm(algorithm),
                        Limit.of(7, Duration.ofDays(1)).withAlgorithm(algorithm));
                for (int i = 0; i < 20; i++) {
                    Ask ask = ask(bundle, MemoryTest.address(i % 4));
                    ask.add(all, ClientKey.GLOBAL);
                    ask.cost(0, 1 + i % 3);
                    if (i % 5 == 0) {
                        ask.hold();
                    }
                    decided(node, ask);
                    if (ask.isOpen()) {
                        ask.actual(0, 0);
                        node.settle(ask);
                    }
                }
            }
            Set<String> declared = Set.of();
            for (RedisMonitor.Command command : monitor.commands()) {
                if (command.name().equals("EVALSHA") || command.name().equals("EVAL")) {
                    calls++;
                    scripts.add(command.words().get(1));
                    int keys = Integer.parseInt(command.words().get(2));
                    declared = new HashSet<>(command.words().subList(3, 3 + keys));
                    assertThat(declared).allMatch(key -> key.startsWith("weir:"));
                    boolean decides = declared.stream().anyMatch(key -> key.startsWith("weir:{"));
                    assertThat(command.words().subList(3 + keys, command.words().size()))
                            .as("arguments")
                            .allMatch(argument -> !decides || argument.length() % Double.BYTES == 0);
                } else if (command.byScript() && !List.of("TIME", "INFO").contains(command.name())) {
                    assertThat(command.name()).isIn("GET", "SET", "PTTL");
                    assertThat(declared).contains(command.words().get(1));
                }
            }
        }
        // Some are refused again, and cost no call.
        assertThat(calls).isGreaterThanOrEqualTo(10 * Algorithm.values().length);
        // To look at the server, to write rules down, to decide under one version of the rules and under several, to
        // settle.
        assertThat(scripts).hasSizeLessThanOrEqualTo(5);
    }

    @RateLimited(permits = 5, per = "1h")
    static class Hourly extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(value = "C1", promise = "The few budgets that made-up API keys buy are the same few on all nodes of a fleet")
    void madeUpKeysBuyAFewBudgetsInTheWholeFleet() throws Exception {
        try (Site one = redis.site().servlet("/hourly", new Hourly()).start();
                Site other = redis.site().servlet("/hourly", new Hourly()).start()) {
            SharedRedis.reached(one.weir().backend());
            SharedRedis.reached(other.weir().backend());
            redis.clear();
            IntFunction<String[]> keys = i -> lines("X-API-Key: made-up-" + i % 30);
            int newKeys = 10; // an hour, for each address
            int first = admitted(one, 90, "/hourly", keys);
            int then = admitted(other, 180, "/hourly", keys);
            assertThat(first + then).isEqualTo(5 * (newKeys + 1));
            assertThat(then).isPositive();
        }
    }

    @Test
    @Row(
            value = "C7",
            promise =
                    "In Redis, too, API keys, users and addresses of the same text are different clients, and so are two bundles of one")
    void clientsOfTheSameTextHaveKeysOfTheirOwnInRedis() throws Exception {
        KeyHasher hasher = KeyHasher.withSecret(SharedRedis.SECRET.getBytes(StandardCharsets.UTF_8));
        Bundle login = MemoryTest.bundle(Limit.of(5, Duration.ofHours(1)));
        Policies policies = new Policies();
        policies.declare(new Policy("search", Limit.of(5, Duration.ofHours(1))).withFallback(SharedRedis.PATIENTLY));
        Bundle search = policies.current().bundle("search", List.of("search"));
        int clients = 0;
        try (Backend node = redis.node(SharedRedis.SECRET)) {
            redis.clear();
            for (ClientKey.Kind kind : ClientKey.Kind.values()) {
                if (kind != ClientKey.Kind.GLOBAL) {
                    clients++;
                    ClientKey same = hasher.hash(ClientKey.Kind.CUSTOM, "1.2.3.4");
                    ClientKey client = new ClientKey(kind, same.high(), same.low());
                    assertThat(decided(node, ask(login, client)).remaining(0)).isEqualTo(4);
                    assertThat(decided(node, ask(search, client)).remaining(0)).isEqualTo(4);
                }
            }
        }
        assertThat(redis.states()).hasSize(2 * clients);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    @Row(
            value = "G6",
            promise =
                    "If Redis' clock steps back, nobody is locked out for longer than before, and nothing owed or promised is forgiven")
    void aClockThatStepsBackIsNobodysGainOrLoss(Algorithm algorithm) {
        Bundle bundle =
                MemoryTest.bundle(aligned(Limit.of(10, Duration.ofMinutes(1)).withAlgorithm(algorithm)));
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.redis.client, bundle);
        long start = 1_780_000_020_000_000L; // a whole minute
        long hour = 3_600_000_000L;
        limiter.decide(tenOf(bundle), start);
        Ask atOnce = tenOf(bundle);
        limiter.decide(atOnce, start - hour);
        assertThat(atOnce.allowed()).isFalse();
        Ask twoMinutesLater = tenOf(bundle);
        limiter.decide(twoMinutesLater, start - hour + 120_000_000);
        assertThat(twoMinutesLater.allowed()).isTrue();
    }

    private static Limit aligned(Limit limit) {
        return limit.algorithm().hasWindows() ? limit.withAlignedWindows() : limit;
    }

    private static Ask tenOf(Bundle bundle) {
        Ask ask = ask(bundle, MemoryTest.address(1));
        ask.cost(0, 10);
        return ask;
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    @Row(
            value = "G7",
            promise =
                    "In Redis every state expires, and not before it is as good as new, whatever has been asked of it")
    void everyStateExpiresAndNotBeforeItIsFull(Algorithm algorithm) throws Exception {
        Bundle bundle = MemoryTest.bundle(Limit.of(1, Duration.ofHours(1)).withAlgorithm(algorithm));
        try (Backend node = redis.node(SharedRedis.SECRET)) {
            ClientKey client = MemoryTest.address(1);
            assertThat(decided(node, ask(bundle, client)).allowed()).isTrue();
            String key = redis.states().iterator().next();
            assertLivesUntilItIsFull(node, bundle, client, key, "admitted");
            assertThat(decided(node, ask(bundle, client)).allowed()).isFalse();
            assertLivesUntilItIsFull(node, bundle, client, key, "refused");
            Ask patient = ask(bundle, client);
            patient.patience(0, Duration.ofDays(1).toNanos());
            if (decided(node, patient).allowed()) { // the queue is full
                assertLivesUntilItIsFull(node, bundle, client, key, "waits");
                settle(node, patient, 3, key);
                assertLivesUntilItIsFull(node, bundle, client, key, "settled above");
            }
        }
        for (int used = 0; used < 3; used++) {
            redis.clear();
            try (Backend node = redis.node(SharedRedis.SECRET)) {
                ClientKey client = MemoryTest.address(1);
                Ask held = ask(bundle, client);
                held.hold();
                assertThat(decided(node, held).allowed()).isTrue();
                String key = redis.states().iterator().next();
                assertLivesUntilItIsFull(node, bundle, client, key, "holds");
                settle(node, held, used, key);
                assertLivesUntilItIsFull(node, bundle, client, key, "settled at " + used);
            }
        }
    }

    /* Returns when Redis has heard of it: the value changes. */
    private static void settle(Backend node, Ask ask, long used, String key) {
        byte[] before = redis.bucket(key).get();
        ask.actual(0, used);
        node.settle(ask);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Arrays.equals(before, redis.bucket(key).get())) {
            assertThat(System.nanoTime() - deadline).as("thirty seconds").isNegative();
        }
    }

    /* The time that is left is read before what is still owed, which only shrinks meanwhile. PTTL cuts a part of a millisecond. */
    private static void assertLivesUntilItIsFull(Backend node, Bundle bundle, ClientKey client, String key, String when)
            throws InterruptedException {
        long lives = redis.bucket(key).remainTimeToLive();
        assertThat(lives).as("%s: -1 is for ever", when).isNotEqualTo(-1);
        long owed = look(node, bundle, client).resetAfterNanos(0);
        assertThat(TimeUnit.MILLISECONDS.toNanos(Math.max(0, lives) + 1))
                .as(when)
                .isGreaterThanOrEqualTo(owed);
    }

    @Test
    @Row(
            value = "H3",
            promise = "Of any number of nodes that share a Redis, together no more are admitted than the limit says")
    void nodesTogetherAdmitNoMoreThanTheLimit() throws Exception {
        Policies policies = new Policies();
        policies.declare(
                new Policy("fast", Limit.of(1_000, Duration.ofSeconds(1)).withBurst(50)));
        policies.declare(new Policy("daily", Limit.of(100, Duration.ofDays(1))).withFallback(SharedRedis.PATIENTLY));
        Bundle fast = policies.current().bundle("fast", List.of("fast"));
        Bundle daily = policies.current().bundle("daily", List.of("daily"));
        List<Backend> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                nodes.add(redis.node(SharedRedis.SECRET));
            }
            long begin = redis.micros();
            List<int[]> admitted = Together.run(20, number -> {
                int[] sums = new int[2];
                Backend node = nodes.get(number % nodes.size());
                for (int i = 0; i < 100; i++) {
                    sums[0] += decided(node, ask(fast, ClientKey.GLOBAL)).allowed() ? 1 : 0;
                    sums[1] += decided(node, ask(daily, ClientKey.GLOBAL)).allowed() ? 1 : 0;
                }
                return sums;
            });
            long micros = redis.micros() - begin;
            assertThat(admitted.stream().mapToInt(sums -> sums[1]).sum()).isEqualTo(100);
            assertThat((long) admitted.stream().mapToInt(sums -> sums[0]).sum()).isBetween(50L, 50 + micros / 1_000);
        } finally {
            nodes.forEach(Backend::close);
        }
    }

    @Test
    @Row(
            value = "H4",
            promise = "The same on nodes that share a Redis, whether the limits are of one client or of several")
    void refusedRequestsChargeNoLimitOfTheFleet() throws Exception {
        Policies policies = new Policies();
        policies.declare(new Policy("short", Limit.of(40, Duration.ofDays(1))).withFallback(SharedRedis.PATIENTLY));
        policies.declare(new Policy("long", Limit.of(1_000, Duration.ofDays(2))).withFallback(SharedRedis.PATIENTLY));
        policies.declare(new Policy("all", Limit.of(100, Duration.ofDays(1))).withFallback(SharedRedis.PATIENTLY));
        Bundle own = policies.current().bundle("own", List.of("short", "long"));
        Bundle shared = policies.current().bundle("shared", List.of("all"));
        try (Backend one = redis.node(SharedRedis.SECRET);
                Backend other = redis.node(SharedRedis.SECRET)) {
            List<int[]> taken = Together.run(8, number -> {
                int[] admitted = new int[4];
                for (int i = 0; i < 100; i++) {
                    int client = (i + number) % 4;
                    Ask ask = new Ask();
                    if (i % 2 == 0) {
                        ask.add(own, MemoryTest.address(client));
                        ask.add(shared, ClientKey.GLOBAL);
                    } else {
                        ask.add(shared, ClientKey.GLOBAL);
                        ask.add(own, MemoryTest.address(client));
                    }
                    admitted[client] +=
                            decided(number % 2 == 0 ? one : other, ask).allowed() ? 1 : 0;
                }
                return admitted;
            });
            int all = 0;
            for (int client = 0; client < 4; client++) {
                int which = client;
                int admitted = taken.stream().mapToInt(each -> each[which]).sum();
                all += admitted;
                Ask left = look(one, own, MemoryTest.address(client));
                assertThat(left.remaining(0)).isEqualTo(40 - admitted);
                assertThat(left.remaining(1)).isEqualTo(1_000 - admitted);
            }
            assertThat(all).isEqualTo(100);
            assertThat(look(other, shared, ClientKey.GLOBAL).remaining(0)).isZero();
        }
    }
}
