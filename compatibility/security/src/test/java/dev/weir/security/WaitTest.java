package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Part I: when those who were refused together come back. */
class WaitTest {

    @RateLimited(permits = 1, per = "1h", key = "global")
    static class Hourly extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "I8",
            promise = "The wait that is announced is exact: who keeps it is admitted, and nobody has to wait longer")
    void announcedWaitsAreExact() {
        try (Site site = Site.with().servlet("/hourly", new Hourly()).start()) {
            assertThat(Wire.send(site, "GET", "/hourly").status()).isEqualTo(200);
            site.ticker.advance(Duration.ofMillis(1));
            for (int i = 2; i < 50; i++) {
                assertThat(Wire.sendFrom("127.0.1." + i, site, "GET", "/hourly").header("Retry-After"))
                        .isEqualTo("3600");
            }
            site.ticker.advance(Duration.ofSeconds(3_599));
            assertThat(Wire.send(site, "GET", "/hourly").header("Retry-After")).isEqualTo("1");
            site.ticker.advance(Duration.ofSeconds(1));
            assertThat(Wire.send(site, "GET", "/hourly").status()).isEqualTo(200);
        }
    }

    @Test
    @Row(
            value = "I8",
            promise =
                    "Clients who were refused together are told to come back at different times, none of them too early",
            set = "`weir.retry-jitter`")
    void jitterSpreadsTheWaits() {
        try (Site site = Site.with()
                .setting("weir.retry-jitter", "10")
                .servlet("/hourly", new Hourly())
                .start()) {
            assertThat(Wire.send(site, "GET", "/hourly").status()).isEqualTo(200);
            Set<Integer> waits = new HashSet<>();
            for (int i = 2; i < 250; i++) {
                Wire.Answer refused = Wire.sendFrom("127.0.1." + i, site, "GET", "/hourly");
                int wait = Integer.parseInt(refused.header("Retry-After"));
                assertThat(wait).isBetween(3_600, 3_960);
                assertThat(refused.header("RateLimit")).endsWith(";r=0;t=3600");
                waits.add(wait);
            }
            // Of 248 numbers from 361, 180 are different if they are random.
            assertThat(waits).hasSizeGreaterThan(120);
        }
        assertThatThrownBy(() -> Weir.builder()
                        .settings(Settings.none().after("test", Map.of("weir.retry-jitter", "11")))
                        .build())
                .hasMessageContaining("weir.retry-jitter = \"11\": write a percentage from 0 to 10");
    }
}
