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
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.RedissonClient;
import org.redisson.config.SingleServerConfig;

/** What thirty seconds of faults under load leave behind; with -Dweir.long-run=true ten minutes of them. */
@Timeout(1_200)
class FaultsLeakTest {

    private static final Pattern CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");
    /** What caches of the few clients hold may differ by so much: a leak of one in a hundred requests is many times as much. */
    private static final long SLACK_OBJECTS = 500;
    /** Buffers, and what the virtual machine keeps for itself. */
    private static final long SLACK_BYTES = 16 << 20;
    /** One for each request, or for what it asks Redis. */
    private static final Set<String> OF_REQUESTS = Set.of(
            "dev.weir.redisson.Call",
            "dev.weir.redisson.Guard$Pending",
            "dev.weir.redisson.Outage$Taken",
            "dev.weir.redisson.Part",
            "dev.weir.redisson.Question",
            "dev.weir.redisson.States$Verdict");

    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);

    private interface Step {
        void run() throws Exception;
    }

    private record Fault(String name, Step begin, Step end) {}

    private static List<Fault> faults(RedisNode redis) {
        Step nothing = () -> {};
        return List.of(
                new Fault("stands still", redis::pause, redis::resume),
                new Fault("connections cut", () -> redis.command("CLIENT", "KILL", "TYPE", "normal"), nothing),
                new Fault("killed and started again", redis::kill, redis::restart),
                new Fault(
                        "takes no writes",
                        () -> redis.command("REPLICAOF", "127.0.0.1", "1"),
                        () -> redis.command("REPLICAOF", "NO", "ONE")),
                new Fault("scripts forgotten", () -> redis.command("SCRIPT", "FLUSH"), nothing),
                new Fault("all data gone", () -> redis.command("FLUSHALL"), nothing));
    }

    /** Runs all faults under load, once, or again and again for a time; how many requests were answered. */
    private static long under(RedisNode redis, Backend backend, Duration atLeast) throws Exception {
        try (FaultLoad load = new FaultLoad(backend)) {
            long start = System.nanoTime();
            int rounds = 0;
            do {
                for (Fault fault : faults(redis)) {
                    fault.begin.run();
                    load.awaitAnswers(500);
                    fault.end.run();
                    Eventually.holds("Redis decides again after: " + fault.name, () -> !backend.isDegraded());
                    load.awaitAnswers(500);
                }
                rounds++;
            } while (System.nanoTime() - start < atLeast.toNanos());
            System.out.printf("%d requests answered in %d rounds of faults%n", load.answered.get(), rounds);
            return load.answered.get();
        }
    }

    /* After a fault the next requests may still find connections that it broke. */
    private static void awaitDecisions(Backend backend) {
        Eventually.holds(
                "Redis decides", () -> decided(backend, ask(bundle(1), ClientKey.GLOBAL, 0)) && !backend.isDegraded());
    }

    private static boolean decided(Backend backend, Ask ask) throws InterruptedException {
        backend.decide(ask);
        return ask.await(30, TimeUnit.SECONDS) && ask.failure() == null;
    }

    private static Bundle bundle(long permits) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(permits, Duration.ofDays(1))).withFallback(Patiently.FALLBACK));
        return policies.current().bundle("bundle-" + permits, List.of("limit"));
    }

    private static Ask ask(Bundle bundle, ClientKey client, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, client);
        ask.cost(0, cost);
        return ask;
    }

    private static long connections(RedisNode redis) throws Exception {
        return ((String) redis.command("CLIENT", "LIST")).lines().count() - 1; // less who asks
    }

    /* Those that it has opened under load it closes in its own time, if ever. */
    private static int inPools(RedisNode redis) {
        SingleServerConfig config = RedisBackendProvider.single(redis.address()).useSingleServer();
        return config.getConnectionPoolSize() + config.getSubscriptionConnectionPoolSize();
    }

    private static long calls(RedisNode redis) throws Exception {
        Matcher calls = CALLS.matcher(redis.info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    /** How many threads there are by their names without numbers. Workers of Java's own common pool come and go as Java likes. */
    private static Map<String, Integer> threads() {
        Map<String, Integer> counts = new TreeMap<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!thread.getName().startsWith("ForkJoinPool.commonPool")) {
                counts.merge(thread.getName().replaceAll("\\d+", "#"), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static long heapAfterCollection() {
        Map<String, Long> unused = LiveObjects.of(name -> false);
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static final Predicate<String> COUNTED = name -> name.startsWith("dev.weir.")
            || name.startsWith("org.redisson.client.")
            || name.startsWith("io.netty.util.HashedWheelTimer$")
            || name.equals("java.util.concurrent.CompletableFuture")
            || name.equals("java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask");

    private static boolean isBack(Map<String, Long> before) {
        Map<String, Long> now = LiveObjects.of(COUNTED);
        return now.entrySet().stream()
                .allMatch(entry -> OF_REQUESTS.contains(entry.getKey())
                        ? entry.getValue() == 0
                        : entry.getValue() <= before.getOrDefault(entry.getKey(), 0L) + SLACK_OBJECTS);
    }

    @Test
    void faultsUnderLoadLeaveNothingBehind() throws Exception {
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.prestartAllCoreThreads();
        Set<Thread> atFirst = new HashSet<>(Thread.getAllStackTraces().keySet());
        try (RedisNode redis = RedisNode.server()) {
            Map<String, String> settings =
                    Map.of("weir.redis", redis.address(), "weir.secret", "a secret of this test", "weir.nodes", "1");
            try (Backend backend = new RedisBackendProvider()
                    .open(new BackendContext(
                            settings::get, new Policies(), Ticker.system(), scheduler, LimiterListener.NONE))) {
                awaitDecisions(backend);
                under(redis, backend, Duration.ZERO); // to be warm
                quiet(backend);
                Map<String, Integer> threads = threads();
                Map<String, Long> objects = LiveObjects.of(COUNTED);
                long heap = heapAfterCollection();
                int timers = scheduler.getQueue().size();

                boolean longRun = Boolean.getBoolean("weir.long-run");
                long answered = under(redis, backend, Duration.ofSeconds(longRun ? 600 : 30));
                assertThat(answered).isGreaterThan(10 * SLACK_OBJECTS);
                quiet(backend);
                Eventually.holds("no connection beside the pools", () -> connections(redis) <= inPools(redis));
                Eventually.holds(
                        "no thread more than when it was warm",
                        () -> threads().entrySet().stream()
                                .allMatch(entry -> entry.getValue() <= threads.getOrDefault(entry.getKey(), 0)));
                Eventually.holds("objects are gone", () -> isBack(objects));
                Eventually.holds("the heap is as it was", () -> heapAfterCollection() <= heap + SLACK_BYTES);
                assertThat(scheduler.getQueue()).as("timers").hasSize(timers);
                Eventually.holds("no debt is left to be paid: a call for each look", () -> {
                    long before =
                            calls(redis); // others come now and then, from who renews the rules or counts processes
                    int looks = FaultLoad.lookAtAll(backend);
                    return calls(redis) - before == looks;
                });
            }
            assertThat(scheduler.getQueue()).isEmpty();
            Eventually.holds("no connection", () -> connections(redis) == 0);
        }
        Eventually.holds(
                "no thread of ours or Redisson's",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !atFirst.contains(thread))
                        .noneMatch(thread -> thread.getName().matches("(?i).*(weir|redisson|netty|eventexecutor).*")));
        scheduler.shutdownNow();
    }

    private static void quiet(Backend backend) throws InterruptedException {
        awaitDecisions(backend);
        FaultLoad.lookAtAll(backend);
    }

    @Test
    void roomForWhoWaitsOrHoldsIsFreeAgainAfterFaults() throws Exception {
        int room = 16;
        try (RedisNode redis = RedisNode.server()) {
            RedissonClient client = SingleRedis.client(redis.port);
            RedisLimiter limiter = new RedisLimiter(
                    client,
                    "weir",
                    KeyHasher.withSecret(new byte[16]),
                    room,
                    Duration.ofMinutes(1),
                    LimiterListener.NONE);
            try (Backend backend =
                    new Guard(limiter, new Nodes("none", false), Ticker.system(), 1_000_000, LimiterListener.NONE)) {
                awaitDecisions(backend);
                under(redis, backend, Duration.ZERO);
                awaitDecisions(backend);
                Eventually.holds("all may hold", () -> heldAtOnce(backend, room) == room);
                assertThat(heldAtOnce(backend, room + 1)).isLessThanOrEqualTo(room);
            } finally {
                client.shutdown();
            }
        }
    }

    /** How many of so many can hold at the same time, which they do not any more afterwards. */
    private static int heldAtOnce(Backend backend, int asks) throws InterruptedException {
        List<Ask> held = new ArrayList<>();
        for (int i = 0; i < asks; i++) {
            Ask ask = ask(bundle(1_000), ClientKey.GLOBAL, 1);
            ask.hold();
            if (decided(backend, ask) && ask.isOpen()) {
                held.add(ask);
            }
        }
        for (Ask ask : held) {
            ask.actual(0, 0);
            backend.settle(ask);
        }
        return held.size();
    }
}
