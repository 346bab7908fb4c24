package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.http.DeploymentException;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.embedded.RedisServer;

/** From settings to a limiter, whether Redis is there or not. */
class RedisBackendTest {

    private static final String SECRET = "a secret of this test";

    private final Policies policies = new Policies();

    private Ask ask() {
        policies.declare(new Policy("limit", Limit.of(10, Duration.ofDays(1))).withFallback(Patiently.FALLBACK));
        Bundle bundle = policies.current().bundle("bundle", List.of("limit"));
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        return ask;
    }

    private Backend open(ScheduledExecutorService scheduler, Map<String, String> settings) {
        return new RedisBackendProvider()
                .limiter(new BackendContext(settings::get, policies, Ticker.system(), scheduler, LimiterListener.NONE));
    }

    @Test
    void redisThatComesLaterIsFoundAndNobodyWaitsForIt() throws Exception {
        int port = SingleRedis.freePort();
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        RedisServer server = SingleRedis.server(port);
        try (Backend backend =
                open(scheduler, Map.of("weir.redis", "redis://127.0.0.1:" + port, "weir.secret", SECRET))) {
            Ask early = ask();
            backend.decide(early);
            assertThat(early.isDone()).isTrue();
            assertThat(early.failure()).hasMessage("Redis has not been reached yet");
            server.start();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            Ask ask = ask();
            do {
                ask = ask();
                backend.decide(ask);
                assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(System.nanoTime() - deadline).as("thirty seconds").isNegative();
            } while (ask.failure() != null);
            assertThat(ask.allowed()).isTrue();
            assertThat(ask.remaining(0)).isEqualTo(9);
        } finally {
            server.stop();
            scheduler.shutdownNow();
        }
    }

    @Test
    void evictedKeysAreLookedForInTheBackgroundUntilItIsClosed() throws Exception {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        scheduler.setRemoveOnCancelPolicy(true);
        try (SingleRedis redis = new SingleRedis()) {
            try (Backend backend =
                    open(scheduler, Map.of("weir.redis", "redis://127.0.0.1:" + redis.port, "weir.secret", SECRET))) {
                Eventually.holds(() ->
                        scheduler.getQueue().peek() instanceof Delayed next && next.getDelay(TimeUnit.SECONDS) > 30);
                assertThat(scheduler.getQueue()).hasSize(1);
                Ask ask = ask();
                backend.decide(ask);
                assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(scheduler.getQueue()).as("no more for an ask").hasSize(1);
            }
            assertThat(scheduler.getQueue()).isEmpty();
        } finally {
            scheduler.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "weir.redis = redis://127.0.0.1:1 | weir.secret is not set. All processes that share a Redis must",
                "weir.secret = short              | The secret has 5 bytes, must have 16 or more",
                "weir.redis = 127.0.0.1:6379      | weir.redis is not an address of Redis. Write redis://HOST:PORT",
                "weir.redis = redis://u:p4ss@h    | weir.redis is not an address of Redis. Write redis://HOST:PORT",
                "weir.redis = redis://h:1/x       | weir.redis is not an address of Redis. Write redis://HOST:PORT",
                "weir.redis-prefix = a{b}         | weir.redis-prefix = \"a{b}\": write 1 to 32 of the characters",
                "weir.redis-config = no-such-file | weir.redis-config = \"no-such-file\" cannot be read as a configuration"
            })
    void whatIsWrongIsSaidAtTheStart(String setting, String message) {
        String[] parts = setting.split(" = ", 2);
        boolean secretMatters = message.contains("ecret");
        Map<String, String> settings = secretMatters
                ? Map.of("weir.backend", "redis", parts[0], parts[1])
                : Map.of("weir.backend", "redis", "weir.secret", SECRET, parts[0], parts[1]);
        assertThatThrownBy(() -> Weir.builder()
                        .settings(Settings.none().after("test", settings))
                        .build())
                .isInstanceOf(DeploymentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("p4ss");
    }
}
