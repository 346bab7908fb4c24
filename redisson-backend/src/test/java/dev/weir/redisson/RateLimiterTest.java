package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.Algorithm;
import dev.weir.core.Decision;
import dev.weir.core.Limit;
import dev.weir.core.RateLimiter;
import dev.weir.core.Reservation;
import dev.weir.core.spi.Backend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.api.redisnode.RedisSingle;

/** The limiter as a library, over Redis. */
@Timeout(60)
class RateLimiterTest {

    private static final byte[] SECRET = "a secret of this test".getBytes(StandardCharsets.UTF_8);

    private static SingleRedis redis;
    private static Backend backend;

    @BeforeAll
    static void start() throws Exception {
        redis = new SingleRedis();
        backend = RedisBackendProvider.open(redis.client, SECRET);
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
    }

    private static RateLimiter limiter(String name, Limit... limits) {
        return RateLimiter.builder()
                .limits(limits)
                .backend(backend, name, SECRET)
                .build();
    }

    @Test
    void sameNameSharesOneBudget() {
        RateLimiter here = limiter("mails", Limit.of(2, Duration.ofDays(1)));
        RateLimiter there = limiter("mails", Limit.of(2, Duration.ofDays(1)));
        RateLimiter others = limiter("letters", Limit.of(2, Duration.ofDays(1)));
        assertThat(here.tryAcquire("alice").allowed()).isTrue();
        assertThat(there.tryAcquire("alice").allowed()).isTrue();
        assertThat(here.tryAcquire("alice").allowed()).isFalse();
        assertThat(here.tryAcquire("bob").allowed()).isTrue();
        assertThat(others.peek("alice").remaining()).isEqualTo(2);
    }

    @Test
    void whoWaitsIsServedInTurn() throws Exception {
        RateLimiter limiter =
                limiter("turns", Limit.of(100, Duration.ofSeconds(1)).withBurst(1));
        Decision first = limiter.acquire("alice");
        Decision second = limiter.acquire("alice");
        assertThat(first.waitNanos()).isZero();
        assertThat(second.allowed()).isTrue();
        List<CompletableFuture<Decision>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(limiter.acquireAsync("bob").toCompletableFuture());
        }
        for (CompletableFuture<Decision> each : all) {
            assertThat(each.get(20, TimeUnit.SECONDS).allowed()).isTrue();
        }
    }

    @Test
    void whoWouldWaitTooLongIsToldAtOnce() throws Exception {
        RateLimiter limiter = limiter("hours", Limit.of(1, Duration.ofHours(1)));
        limiter.acquire("alice");
        Decision refused = limiter.acquire("alice", 1, Duration.ofMinutes(5));
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.retryAfter()).isGreaterThan(Duration.ofMinutes(59));
    }

    @Test
    void whoeverLeavesGivesThePlaceBack() throws Exception {
        RateLimiter limiter = limiter("places", Limit.of(1, Duration.ofHours(1)));
        limiter.acquire("alice");
        CompletableFuture<Decision> waiting = limiter.acquireAsync("alice").toCompletableFuture();
        Eventually.holds("it waits", () -> limiter.peek("alice").resetAfter().compareTo(Duration.ofHours(1)) > 0);
        waiting.cancel(false);
        Eventually.holds(
                "the place is free", () -> limiter.peek("alice").resetAfter().compareTo(Duration.ofHours(1)) <= 0);
    }

    @Test
    void stagesNeverEndInAThreadOfRedisson() throws Exception {
        RateLimiter limiter = limiter("stages", Limit.of(100, Duration.ofSeconds(1)));
        String thread = limiter.acquireAsync("alice")
                .thenApply(decision -> Thread.currentThread().getName())
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(thread).doesNotContain("redisson");
    }

    @Test
    void reservationsAreSettled() {
        RateLimiter limiter = limiter("tokens", Limit.of(1_000, Duration.ofDays(1)));
        try (Reservation reservation = limiter.reserve("alice", 700)) {
            assertThat(reservation.allowed()).isTrue();
            reservation.settle(100);
        }
        Eventually.holds(
                "what was not used is back", () -> limiter.peek("alice").remaining() == 900);
    }

    @Test
    void idleFleetLeavesNothingBehindButItsRules() {
        int clients = 100;
        long expired = expiredKeys();
        for (Algorithm algorithm : Algorithm.values()) {
            Limit limit = Limit.of(10, Duration.ofMillis(500)).withAlgorithm(algorithm);
            RateLimiter limiter = limiter("idle-" + algorithm, limit);
            for (int i = 0; i < clients; i++) {
                assertThat(limiter.tryAcquire("client-" + i, 5).allowed()).isTrue();
            }
        }
        long written = (long) clients * Algorithm.values().length;
        Eventually.holds(
                "every key of a client expires",
                () -> expiredKeys() - expired >= written
                        && redis.client.getKeys().getKeysStream().noneMatch(key -> key.startsWith("weir:{")));
        assertThat(redis.client.getKeys().getKeys())
                .isNotEmpty()
                .allMatch(key -> key.startsWith("weir:rules:") || key.equals("weir:secret"));
    }

    private static long expiredKeys() {
        RedisSingle server = redis.client.getRedisNodes(RedisNodes.SINGLE);
        return Long.parseLong(server.getInstance()
                .info(org.redisson.api.redisnode.RedisNode.InfoSection.STATS)
                .get("expired_keys"));
    }

    @Test
    void whoCannotReachRedisIsTold() throws Exception {
        SingleRedis gone = new SingleRedis();
        try (Backend lost = RedisBackendProvider.open(gone.client, SECRET)) {
            RateLimiter limiter = RateLimiter.builder()
                    .limits(Limit.of(1, Duration.ofDays(1)))
                    .backend(lost, "lost", SECRET)
                    .answerTimeout(Duration.ofSeconds(20))
                    .build();
            assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
            gone.server.stop();
            assertThatThrownBy(() -> limiter.tryAcquire("alice")).isInstanceOf(IllegalStateException.class);
            assertThat(limiter.acquireAsync("alice").toCompletableFuture()).failsWithin(Duration.ofSeconds(20));
        } finally {
            gone.close();
        }
    }
}
