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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.RedissonClient;
import org.redisson.config.ReadMode;

/** The limiter over a master that has a replica, and may be replaced by it. */
@Timeout(180)
class SentinelTest {

    private static final String SECRET = "a secret of this test";
    private static final KeyHasher HASHER = KeyHasher.withSecret(SECRET.getBytes(StandardCharsets.UTF_8));
    private static final long PERMITS = 10;

    private SentinelRedis redis;
    private final List<RedissonClient> clients = new ArrayList<>();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void start() throws Exception {
        redis = new SentinelRedis();
    }

    @AfterEach
    void stop() throws Exception {
        clients.forEach(RedissonClient::shutdown);
        scheduler.shutdownNow();
        redis.close();
    }

    private RedissonClient client(ReadMode readMode) {
        RedissonClient client = redis.client(readMode);
        clients.add(client);
        return client;
    }

    private static RedisLimiter limiter(RedissonClient client) {
        return new RedisLimiter(client, "weir", HASHER, 1_000, Duration.ofMinutes(10), LimiterListener.NONE);
    }

    /** The back end that an application gets by a file of this text. */
    private Backend opened(Path directory, String text) throws Exception {
        Path file = Files.writeString(directory.resolve("redisson.yaml"), text);
        Map<String, String> settings = Map.of("weir.redis-config", file.toString(), "weir.secret", SECRET);
        Backend backend = new RedisBackendProvider()
                .limiter(new BackendContext(
                        settings::get, new Policies(), Ticker.system(), scheduler, LimiterListener.NONE));
        Eventually.holds(
                "Redis is found", () -> asked(backend, bundle(PERMITS), 0).failure() == null);
        return backend;
    }

    private static Bundle bundle(long permits) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(permits, Duration.ofDays(1))).withFallback(Patiently.FALLBACK));
        return policies.current().bundle("bundle", List.of("limit"));
    }

    private static Ask asked(Backend backend, Bundle bundle, long cost) throws InterruptedException {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        ask.cost(0, cost);
        backend.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).as("answered").isTrue();
        return ask;
    }

    private static Ask decided(Backend backend, Bundle bundle, long cost) throws InterruptedException {
        Ask ask = asked(backend, bundle, cost);
        assertThat(ask.failure()).isNull();
        return ask;
    }

    /** Takes permits one by one, until none is left; how many that were. */
    private static int rest(Backend backend, Bundle bundle) throws InterruptedException {
        int admitted = 0;
        while (decided(backend, bundle, 1).allowed()) {
            admitted++;
        }
        return admitted;
    }

    /** Everything that two nodes ask Redis for: decisions, also by rules that have to be looked up first, and settlements. */
    private static void useAllOf(Backend before, Backend after) throws InterruptedException {
        assertThat(decided(before, bundle(PERMITS), 5).allowed()).isTrue();
        Bundle hundred = bundle(10 * PERMITS);
        assertThat(decided(after, hundred, 0).remaining(0)).isEqualTo(50);
        Ask held = new Ask();
        held.add(hundred, ClientKey.GLOBAL);
        held.cost(0, 50);
        held.hold();
        after.decide(held);
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(held.failure()).isNull();
        held.actual(0, 40);
        after.settle(held);
        Eventually.holds("settled", () -> decided(after, hundred, 0).remaining(0) == 10);
        assertThat(rest(after, hundred)).isEqualTo(10);
    }

    // Bucket4j's module for Redisson reads from replicas under readMode SLAVE, which is Redisson's default.
    @Test
    void nothingIsAskedOfAReplicaAlsoWhereReplicasAreForReading() throws Exception {
        RedissonClient client = client(ReadMode.SLAVE);
        redis.awaitCopied();
        redis.replica().command("CONFIG", "RESETSTAT");
        assertThat(ServerCheck.warnings(client, "weir", HASHER)).isEmpty();
        assertThat(ServerCheck.warnings(client, "weir", KeyHasher.withSecret(new byte[32])))
                .hasSize(1);
        useAllOf(limiter(client), limiter(client));
        assertThat(redis.master().info("commandstats")).contains("cmdstat_evalsha", "cmdstat_time");
        assertThat(redis.replica().info("commandstats")).doesNotContain("cmdstat_eval", "cmdstat_time", "cmdstat_get:");
    }

    @Test
    void replicaThatLagsIsNotNoticed() throws Exception {
        RedissonClient client = client(ReadMode.SLAVE);
        redis.replica().pause();
        useAllOf(limiter(client), limiter(client));
    }

    @Test
    void fileOfTheUserDoesNotMakeReplicasRead(@TempDir Path directory) throws Exception {
        String json = """
                {"threads": 2, "nettyThreads": 2, "sentinelServersConfig":
                  {"masterName": "%s", "sentinelAddresses": ["%s"], "readMode": "SLAVE", "subscriptionMode": "SLAVE"}}
                """.formatted(SentinelRedis.NAME, String.join("\", \"", redis.addresses()));
        redis.awaitCopied();
        try (Backend before = opened(Files.createDirectory(directory.resolve("1")), json);
                Backend after = opened(Files.createDirectory(directory.resolve("2")), json)) {
            useAllOf(before, after);
            String connected = (String) redis.replica().command("CLIENT", "LIST", "TYPE", "normal");
            assertThat(connected.lines().filter(line -> !line.contains("name=sentinel-")))
                    .as("connections to the replica, besides this question")
                    .hasSize(1);
        }
    }

    private String yaml() {
        return """
                threads: 2
                nettyThreads: 2
                sentinelServersConfig:
                  masterName: %s
                  sentinelAddresses: ["%s"]
                """.formatted(SentinelRedis.NAME, String.join("\", \"", redis.addresses()));
    }

    @Test
    void decisionsGoOnAtTheNewMasterWithWhatWasCopied(@TempDir Path directory) throws Exception {
        Bundle bundle = bundle(PERMITS);
        try (Backend backend = opened(directory, yaml())) {
            for (int i = 0; i < 4; i++) {
                assertThat(decided(backend, bundle, 1).allowed()).isTrue();
            }
            redis.awaitCopied();
            redis.replica().command("SCRIPT", "FLUSH"); // from Redis 7 on scripts are not copied
            redis.master().kill();
            assertThat(asked(backend, bundle, 1).failure()).as("nobody decides").isNotNull();
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            AtomicInteger admitted = new AtomicInteger(4);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(new Thread(() -> askUntilRefused(backend, bundle, admitted, failures)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(admitted.get()).isEqualTo(PERMITS);
            assertThat(failures).noneMatch(failure -> failure.contains("NOSCRIPT"));
            assertThat(redis.replica().info("replication")).contains("role:master");
        }
    }

    /* What fails is asked again, as clients do. */
    private static void askUntilRefused(
            Backend backend, Bundle bundle, AtomicInteger admitted, Queue<String> failures) {
        Eventually.holds("decisions go on", () -> {
            Ask ask = asked(backend, bundle, 1);
            if (ask.failure() != null) {
                failures.add(String.valueOf(ask.failure().getCause()));
                return false;
            }
            admitted.addAndGet(ask.allowed() ? 1 : 0);
            return !ask.allowed();
        });
    }

    @Test
    void failoverForgetsWhatWasNotCopiedAndNoMore(@TempDir Path directory) throws Exception {
        Bundle bundle = bundle(PERMITS);
        try (Backend backend = opened(directory, yaml())) {
            assertThat(decided(backend, bundle, 4).allowed()).isTrue();
            redis.awaitCopied();
            redis.stopCopying();
            assertThat(decided(backend, bundle, 3).allowed()).isTrue();
            redis.master().kill();
            Eventually.holds("decisions go on", () -> asked(backend, bundle, 0).failure() == null);
            assertThat(rest(backend, bundle)).isEqualTo(6);
        }
    }
}
