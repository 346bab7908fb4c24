package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.KeyHasher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is said of a server before limits are kept there. */
class ServerCheckTest {

    private static final KeyHasher OURS = hasher("a secret of this test");
    private static final KeyHasher THEIRS = hasher("another secret than that");

    private static KeyHasher hasher(String secret) {
        return KeyHasher.withSecret(secret.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void serverAsItShouldBeIsNotSpokenOf() throws Exception {
        try (SingleRedis redis = new SingleRedis()) {
            for (int i = 0; i < 3; i++) {
                assertThat(ServerCheck.warnings(redis.client, "weir", OURS)).isEmpty();
            }
        }
    }

    @Test
    void theSecretOfAFleetIsRememberedAsLongAsItRuns() throws Exception {
        try (SingleRedis redis = new SingleRedis()) {
            EvictionWatch watch = new EvictionWatch(redis.client, "weir", OURS);
            ServerCheck.warnings(redis.client, "weir", OURS);
            redis.client.getBucket("weir:secret").expire(Duration.ofMinutes(1));
            watch.look().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(redis.client.getBucket("weir:secret").remainTimeToLive())
                    .isGreaterThan(Duration.ofHours(1).toMillis());
        }
    }

    @Test
    void twoSecretsAreNoticedAndNeitherIsTold() throws Exception {
        try (SingleRedis redis = new SingleRedis()) {
            assertThat(ServerCheck.warnings(redis.client, "weir", OURS)).isEmpty();
            List<String> warnings = ServerCheck.warnings(redis.client, "weir", THEIRS);
            assertThat(warnings)
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("WEIR-103: Another process keeps limits in this Redis");
            assertThat(ServerCheck.warnings(redis.client, "other", THEIRS)).isEmpty();
        }
    }

    @Test
    void serverThatForgetsIsNamed() throws Exception {
        for (String policy : List.of("volatile-lru", "allkeys-lru")) {
            try (SingleRedis redis = new SingleRedis("maxmemory-policy " + policy)) {
                assertThat(ServerCheck.warnings(redis.client, "weir", OURS))
                        .hasSize(1)
                        .first()
                        .asString()
                        .startsWith("WEIR-101: ")
                        .contains("maxmemory-policy " + policy);
            }
        }
    }

    @Test
    void serverWithoutItsClockIsUnfit() throws Exception {
        try (SingleRedis redis = new SingleRedis("rename-command TIME \"\"")) {
            assertThatThrownBy(() -> ServerCheck.warnings(redis.client, "weir", OURS))
                    .isInstanceOf(ServerCheck.UnfitException.class)
                    .hasMessageStartingWith("Limits cannot be kept in this Redis. It must be 6.2 or later")
                    .hasMessageEndingWith("Unknown Redis command called from Lua script");
        }
    }

    @Test
    void serverThatIsTooOldIsKnownByItsVersion() {
        for (String old : List.of("2.8.19", "5.0.14", "6.0.16", "6.1.240")) {
            assertThat(ServerCheck.tooOld("# Server\r\nredis_version:" + old + "\r\nredis_mode:standalone\r\n"))
                    .isEqualTo(old);
        }
        for (String fit : List.of("6.2.0", "6.2.6", "7.0.15", "7.2.4", "8.0-rc1", "10.0.0", "255.255.255")) {
            assertThat(ServerCheck.tooOld("# Server\r\nredis_version:" + fit + "\r\nvalkey_version:9.0.0\r\n"))
                    .as(fit)
                    .isNull();
        }
        assertThat(ServerCheck.tooOld("# Server\r\n")).isNull();
    }
}
