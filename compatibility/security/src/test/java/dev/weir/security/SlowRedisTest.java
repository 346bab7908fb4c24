package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.admittedFrom;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.OnFailure;
import dev.weir.annotation.RateLimited;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Part H: what a Redis that does not answer for a while is worth to somebody who brought that about. */
@Timeout(120)
class SlowRedisTest {

    private SharedRedis redis;

    @TempDir
    private Path directory;

    @RateLimited(permits = 10, per = "1d", key = "ip", onFailure = OnFailure.LOCAL)
    static class Daily extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 10, per = "1d", key = "ip", onFailure = OnFailure.CLOSED)
    static class Strict extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 4, per = "1d", key = "api-key", onFailure = OnFailure.LOCAL)
    static class Keyed extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void start() throws Exception {
        redis = new SharedRedis();
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
    }

    private Site open() throws Exception {
        Path file = Files.writeString(directory.resolve("redisson.yaml"), """
                threads: 2
                nettyThreads: 2
                singleServerConfig:
                  address: redis://127.0.0.1:%d
                  timeout: 60000
                  retryAttempts: 3
                """.formatted(redis.redis.port));
        Site site = redis.site()
                .setting("weir.redis-config", file.toString())
                .setting("weir.deadline", "300ms")
                .setting("weir.on-failure", "local")
                .servlet("/daily", new Daily())
                .servlet("/strict", new Strict())
                .servlet("/keyed", new Keyed())
                .start();
        answersAgain(site);
        return site;
    }

    /* Whoever asks so takes nothing of anybody's. */
    private void answersAgain(Site site) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        do {
            assertThat(System.nanoTime() - deadline).as("thirty seconds").isNegative();
            SharedRedis.reached(site.weir().backend());
            LockSupport.parkNanos(1_000_000);
        } while (site.weir().isDegraded());
    }

    private void standStill() {
        assertThat(redis.redis.tell("CLIENT PAUSE 600000 WRITE")).isEqualTo("+OK");
    }

    private void goOn() {
        assertThat(redis.redis.tell("CLIENT UNPAUSE")).isEqualTo("+OK");
    }

    @Test
    @Row(
            value = "H6",
            promise = "A decision that Redis makes too late costs one permit at most, and nothing is sent to it twice",
            set = "over a client of your own: its `retryAttempts` 0")
    void whatIsDecidedTooLateIsChargedOnceAtMost() throws Exception {
        try (Site site = open()) {
            assertThat(admitted(site, 1, "/daily")).isEqualTo(1);
            standStill();
            assertThat(admitted(site, 1, "/daily")).as("by this node's share").isEqualTo(1);
            goOn();
            answersAgain(site);
            assertThat(admitted(site, 20, "/daily")).isEqualTo(8);

            standStill();
            assertThat(Wire.send(site, "POST", "/strict").status()).isEqualTo(503);
            goOn();
            answersAgain(site);
            assertThat(admitted(site, 20, "/strict")).isBetween(9, 10);
        }
    }

    @Test
    @Row(
            value = "H8",
            promise =
                    "While Redis is slow, nobody gets a burst again, strangers get a node's share from their first request on, and afterwards they are charged for it",
            set = "`weir.nodes`, or `weir.fallback-share`")
    void makingRedisSlowBuysNothing() throws Exception {
        try (Site site = open()) {
            assertThat(admitted(site, 40, "/daily")).isBetween(5, 10);
            standStill();
            assertThat(admitted(site, 20, "/daily")).as("who has used up all").isZero();
            for (int stranger = 2; stranger < 12; stranger++) {
                assertThat(admittedFrom("127.0.0." + stranger, site, 20, "/daily", i -> lines()))
                        .as("stranger %d", stranger)
                        .isEqualTo(5);
            }
            int newKeys = 5; // half of those that an address may bring in an hour
            assertThat(admitted(site, 100, "/keyed", i -> lines("X-API-Key: made-up-" + i % 25)))
                    .isLessThanOrEqualTo(2 * (newKeys + 1));
            goOn();
            answersAgain(site);
            assertThat(admitted(site, 20, "/daily")).isZero();
            for (int stranger = 2; stranger < 12; stranger++) {
                assertThat(admittedFrom("127.0.0." + stranger, site, 20, "/daily", i -> lines()))
                        .as("stranger %d", stranger)
                        .isLessThanOrEqualTo(5);
            }
        }
    }
}
