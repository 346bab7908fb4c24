package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.api.options.KeysScanOptions;

/** What a process has taken that is killed before it settles. */
@Timeout(120)
class KilledHolderTest {

    // Semaphores that are taken and released lose a permit for ever with each node that dies in between.
    @Test
    void whatAKilledNodeHoldsComesBackWithTimeAndNothingOfItStays() throws Exception {
        try (SingleRedis redis = new SingleRedis()) {
            Process node = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledHolder.class.getName(),
                            Integer.toString(redis.port))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                String said = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
                assertThat(said).matches("held " + Algorithm.values().length + ", waiting [1-9]\\d*");
            } finally {
                node.destroyForcibly(); // SIGKILL: no shutdown hook, no settlement
                assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            RedisLimiter limiter = KilledHolder.limiter(redis.client);
            for (Algorithm algorithm : Algorithm.values()) {
                Eventually.holds(
                        algorithm + " is full again",
                        () -> look(limiter, algorithm).remaining(0) == KilledHolder.PERMITS);
            }
            Eventually.holds(
                    "nothing is kept of it",
                    () -> !redis.client
                            .getKeys()
                            .getKeys(KeysScanOptions.defaults().pattern("weir:{*"))
                            .iterator()
                            .hasNext());
        }
    }

    private static Ask look(RedisLimiter limiter, Algorithm algorithm) throws InterruptedException {
        Ask ask = new Ask();
        ask.add(KilledHolder.bundle(algorithm), ClientKey.GLOBAL);
        ask.cost(0, 0);
        limiter.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).isNull();
        return ask;
    }
}
