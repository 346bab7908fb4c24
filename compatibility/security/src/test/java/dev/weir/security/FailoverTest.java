package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.redisson.SentinelRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Part H: another server takes over, and has not heard of everything. */
@Timeout(180)
class FailoverTest {

    private static final int PATIENCE_SECONDS = 60;

    @RateLimited(permits = 10, per = "1d", key = "ip")
    static class Daily extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "H5",
            promise =
                    "When a replica takes over, at most what was admitted and not copied to it yet is admitted again; nothing is ever read from a replica",
            set = "`weir.redis-config`")
    void failoverForgetsWhatWasNotCopiedAndNoMore(@TempDir Path directory) throws Exception {
        try (SentinelRedis redis = new SentinelRedis()) {
            Path file = Files.writeString(directory.resolve("redisson.yaml"), """
                    threads: 2
                    nettyThreads: 2
                    sentinelServersConfig:
                      masterName: %s
                      sentinelAddresses: ["%s"]
                      readMode: SLAVE
                    """.formatted(
                            SentinelRedis.NAME, String.join("\", \"", redis.addresses())));
            try (Site site = Site.with()
                    .setting("weir.backend", "redis")
                    .setting("weir.redis-config", file.toString())
                    .setting("weir.secret", SharedRedis.SECRET)
                    .setting("weir.deadline", "5s")
                    .setting("weir.on-failure", "closed")
                    .servlet("/daily", new Daily())
                    .start()) {
                assertThat(admittedUntilRefused(site, 4)).isEqualTo(4);
                redis.awaitCopied();
                assertThat(redis.replica().info("commandstats")).doesNotContain("cmdstat_eval", "cmdstat_get:");
                redis.stopCopying();
                assertThat(admittedUntilRefused(site, 3)).isEqualTo(3);
                redis.master().kill();
                assertThat(admittedUntilRefused(site, 20)).isEqualTo(10 - 4);
                assertThat(redis.replica().info("replication")).contains("role:master");
            }
        }
    }

    /** How many of so many are admitted at most, of which those do not count that were answered 503: they are sent again. */
    private static int admittedUntilRefused(Site site, int atMost) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int admitted = 0;
        while (admitted < atMost) {
            int status = Wire.send(site, "POST", "/daily").status();
            assertThat(status).isIn(200, 429, 503);
            if (status == 429) {
                break;
            } else if (status == 200) {
                admitted++;
            } else {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            assertThat(System.nanoTime() - deadline).as("in time").isNegative();
        }
        return admitted;
    }
}
