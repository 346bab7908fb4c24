package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.OnFailure;
import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.ManualTicker;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.redisson.RedisBackendProvider;
import dev.weir.redisson.RedisNode;
import dev.weir.redisson.SingleRedis;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Part H: what a Redis that is gone, or slow, is worth to somebody who brought that about. */
class OutageTest {

    @RateLimited(permits = 10, per = "1d", key = "ip")
    static class Daily extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 10, per = "1d", key = "ip", onFailure = OnFailure.CLOSED)
    static class Strict extends Counting {
        private static final long serialVersionUID = 1L;
    }

    private static Site.Plan site(int port) {
        return Site.with()
                .setting("weir.backend", "redis")
                .setting("weir.redis", "redis://127.0.0.1:" + port)
                .setting("weir.secret", SharedRedis.SECRET)
                .setting("weir.nodes", "2")
                .servlet("/daily", new Daily())
                .servlet("/strict", new Strict());
    }

    @Test
    @Row(
            value = "H7",
            promise = "While Redis is away, all nodes together admit no more than the limit, each its share",
            set = "`weir.nodes`, or `weir.fallback-share`")
    void nodesOnTheirOwnAdmitTheLimitTogether() {
        int nobody = SingleRedis.freePort();
        try (Site one = site(nobody).start();
                Site other = site(nobody).start()) {
            assertThat(admitted(one, 20, "/daily")).isEqualTo(5);
            assertThat(admitted(other, 20, "/daily")).isEqualTo(5);
            assertThat(one.weir().isDegraded()).isTrue();
        }
    }

    @Test
    @Row(
            value = "H10",
            promise = "A failure of Redis is answered 503 where a limit is to fail closed, and never 429",
            set = "`onFailure`, or `weir.on-failure`; how soon: `weir.deadline`")
    void aFailureIsNeverToldAsARefusal() {
        try (Site site = site(SingleRedis.freePort()).start()) {
            for (int i = 0; i < 20; i++) {
                assertThat(Wire.send(site, "POST", "/strict").status()).isEqualTo(503);
            }
        }
    }

    @Test
    @DisplayName(
            "example 16: Redis gone, fail closed: 503 with Retry-After, no-store and the registered type; no RateLimit")
    @Row(
            value = "H10",
            promise = "The same when Redis is killed while it is in use, each request within its deadline",
            set = "`onFailure`, or `weir.on-failure`; how soon: `weir.deadline`")
    void redisThatIsKilledIsToldAsReducedCapacity() throws Exception {
        try (RedisNode redis = RedisNode.server();
                Site site = site(redis.port).start()) {
            SharedRedis.reached(site.weir().backend());
            assertThat(awaitAdmitted(site).headers()).containsKeys("RateLimit", "RateLimit-Policy");
            redis.kill();
            for (int i = 0; i < 30; i++) {
                Wire.Answer answer = Wire.send(site, "POST", "/strict");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.headers().get("Retry-After")).containsExactly("1");
                assertThat(answer.headers().get("Cache-Control")).containsExactly("no-store");
                assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
                assertThat(answer.body())
                        .startsWith(
                                "{\"type\":\"https://iana.org/assignments/http-problem-types#temporary-reduced-capacity\"")
                        .contains("\"status\":503");
                assertThat(answer.headers().keySet())
                        .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("ratelimit"));
            }
            redis.restart();
            awaitAdmitted(site);
        }
    }

    /* On a busy machine a decision may take longer than it may. */
    private static Wire.Answer awaitAdmitted(Site site) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Wire.Answer answer;
        do {
            answer = Wire.send(site, "POST", "/strict");
            assertThat(System.nanoTime() - deadline).as("thirty seconds").isNegative();
            assertThat(answer.status()).isIn(200, 503);
        } while (answer.status() != 200);
        return answer;
    }

    private static final int BOUND = 1_000;

    @Test
    @Row(
            value = "E3",
            promise =
                    "The limiter that stands in for Redis has the same bound as a local one, forgets who has refilled, and gives nobody a burst for being forgotten",
            set = "`weir.max-clients`")
    void floodingWhileRedisIsAwayStaysWithinTheBound() {
        AtomicInteger evicted = new AtomicInteger();
        ManualTicker ticker = new ManualTicker();
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        Map<String, String> settings = Map.of(
                "weir.redis",
                "redis://127.0.0.1:" + SingleRedis.freePort(),
                "weir.secret",
                SharedRedis.SECRET,
                "weir.nodes",
                "1",
                "weir.max-clients",
                Integer.toString(BOUND));
        LimiterListener listener = new LimiterListener() {
            @Override
            public void evictedWhileOwing(Bundle bundle) {
                evicted.incrementAndGet();
            }
        };
        try (Backend node = new RedisBackendProvider()
                .open(new BackendContext(settings::get, new Policies(), ticker, scheduler, listener))) {
            for (int drained = 0; drained < 100; drained++) {
                assertThat(admittedOf(6, node, drained)).isEqualTo(5);
            }
            int strangers = 100_000;
            for (int stranger = 0; stranger < strangers; stranger++) {
                assertThat(admittedOf(1, node, 1_000 + stranger)).isLessThanOrEqualTo(1);
            }
            assertThat(evicted.get()).as("had to leave").isGreaterThanOrEqualTo(strangers - BOUND);
            for (int drained = 0; drained < 100; drained++) {
                assertThat(admittedOf(5, node, drained)).isZero();
            }
            ticker.advance(Duration.ofDays(80 * 365)); // it sweeps in the background, and at once after so long a time
            int before = evicted.get();
            for (int stranger = 0; stranger < BOUND / 2; stranger++) {
                assertThat(admittedOf(1, node, 200_000 + stranger)).isEqualTo(1);
            }
            assertThat(evicted.get() - before).as("had to leave while owing").isZero();
        } finally {
            scheduler.shutdownNow();
        }
    }

    private static int admittedOf(int times, Backend node, long address) {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            Ask ask = SharedRedis.ask(LOGIN, MemoryTest.address(address));
            node.decide(ask);
            assertThat(ask.isDone()).isTrue();
            admitted += ask.allowed() ? 1 : 0;
        }
        return admitted;
    }

    private static final Bundle LOGIN = login();

    private static Bundle login() {
        Policies policies = new Policies();
        policies.declare(new Policy("login", Limit.of(5, Duration.ofMinutes(1)))
                .withFallback(new Fallback(dev.weir.core.OnFailure.LOCAL, Duration.ofMillis(50), 1)));
        return policies.current().bundle("login", List.of("login"));
    }

    @Test
    @Row(value = "H9", promise = "Refusals are no failures: however many there are, Redis goes on deciding")
    void refusalsAreNoFailures() throws Exception {
        try (SharedRedis redis = new SharedRedis();
                Site site = redis.site().servlet("/daily", new Daily()).start()) {
            SharedRedis.reached(site.weir().backend());
            assertThat(admitted(site, 200, "/daily")).isEqualTo(10);
            assertThat(site.weir().isDegraded()).isFalse();
        }
    }
}
