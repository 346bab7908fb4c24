package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.ManualTicker;
import dev.weir.core.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Part G: clocks that jump. */
class ClockTest {

    private static final Instant NOON = Instant.parse("2026-10-25T12:00:00Z");

    /** The time of day, set by hand. */
    private static final class Wall extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }

    @Test
    @Row(value = "G4", promise = "Jumps of the time of day grant and take nothing; only X-RateLimit-Reset follows them")
    void jumpsOfTheWallClockChangeNoDecision() {
        Wall wall = new Wall();
        try (Site site = Site.with()
                .weir(builder -> builder.clock(wall))
                .servlet("/login", new Counting.Login())
                .start()) {
            for (int i = 0; i < 5; i++) {
                assertThat(Wire.send(site, "POST", "/login").status()).isEqualTo(200);
            }
            for (Duration jump : List.of(
                    Duration.ZERO,
                    Duration.ofHours(1),
                    Duration.ofHours(-1),
                    Duration.ofSeconds(1),
                    Duration.ofDays(365),
                    Duration.ofDays(-20_000))) {
                wall.now.set(NOON.plus(jump));
                Wire.Answer refused = Wire.send(site, "POST", "/login");
                assertThat(refused.status()).as(jump.toString()).isEqualTo(429);
                assertThat(refused.header("Retry-After")).isEqualTo("12");
                assertThat(refused.header("RateLimit")).endsWith(";r=0;t=12");
                assertThat(refused.header("X-RateLimit-Reset"))
                        .isEqualTo(String.valueOf(NOON.plus(jump).getEpochSecond() + 12));
            }
            wall.now.set(NOON.minus(Duration.ofHours(1)));
            site.ticker.advance(Duration.ofSeconds(12));
            assertThat(Wire.send(site, "POST", "/login").status()).isEqualTo(200);
            assertThat(Wire.send(site, "POST", "/login").status()).isEqualTo(429);
        }
    }

    @Test
    @Row(
            value = "G5",
            promise =
                    "A monotonic clock that starts anywhere, wraps around, or differs by a millisecond between threads grants nothing and locks nobody out")
    void unsteadyTickersGrantNothingAndLockNobodyOut() throws Exception {
        for (long start : new long[] {Long.MAX_VALUE - 1_500_000_000L, Long.MIN_VALUE, -1_000, 0, Long.MAX_VALUE}) {
            ManualTicker steady = new ManualTicker(start);
            AtomicLong readings = new AtomicLong();
            Ticker unsteady = () -> steady.read() - readings.incrementAndGet() % 3 * 500_000;
            LocalLimiter limiter = new LocalLimiter(1_000, unsteady, LimiterListener.NONE);
            Bundle bundle = MemoryTest.bundle(Limit.of(100, Duration.ofSeconds(10)));

            long admitted = 0;
            for (int tenth = 0; tenth < 50; tenth++) {
                admitted +=
                        Together.run(4, number -> MemoryTest.admitted(limiter, bundle, MemoryTest.address(1), 40))
                                .stream()
                                .mapToLong(Integer::longValue)
                                .sum();
                // 100 at once, one each tenth of a second, and none for what is only the difference between two
                // threads' clocks.
                assertThat(admitted).as("from " + start).isBetween(100L + tenth - 1, 100L + tenth);
                steady.advance(Duration.ofMillis(100));
            }
            steady.advance(Duration.ofSeconds(10));
            assertThat(MemoryTest.admitted(limiter, bundle, MemoryTest.address(1), 200))
                    .isEqualTo(100);
        }
    }
}
