package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Decision;
import dev.weir.core.Limit;
import dev.weir.core.ManualTicker;
import dev.weir.core.RateLimiter;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part G: costs and figures at the ends of their ranges. */
class ArithmeticTest {

    @RateLimited(permits = 5, per = "1m", key = "ip", costBy = "said")
    static class Costly extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Path("costly")
    public static class CostlyResource {
        @POST
        @RateLimited(permits = 5, per = "1m", key = "ip", costBy = "said")
        public String post() {
            return "in";
        }
    }

    @RateLimited(permits = 0, per = "1m", key = "ip")
    static class Closed extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Path("closed")
    public static class ClosedResource {
        @POST
        @RateLimited(permits = 0, per = "1m", key = "ip")
        public String post() {
            return "in";
        }
    }

    @Test
    @Row(value = "G1", promise = "A negative cost is an error and changes nothing; a cost of 0 only looks")
    void negativeCostsGiveNothingBack() {
        RateLimiter limiter = RateLimiter.of(new ManualTicker(), Limit.of(5, Duration.ofMinutes(1)));
        assertThat(limiter.tryAcquire("a", 3).remaining()).isEqualTo(2);
        for (long cost : new long[] {-1, -5, Long.MIN_VALUE, Long.MIN_VALUE + 1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> limiter.tryAcquire("a", cost)).isInstanceOf(IllegalArgumentException.class);
            assertThat(limiter.peek("a").remaining()).isEqualTo(2);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(limiter.tryAcquire("a", 0).allowed()).isTrue();
        }
        assertThat(limiter.peek("a").remaining()).isEqualTo(2);
    }

    @Test
    @Row(
            value = "G1",
            promise = "A cost resolver that returns a negative cost, or throws, gets its request a 503 and no refund")
    void negativeCostsOfResolversRefuse() {
        try (Site site = Site.with()
                .weir(builder -> builder.costResolver("said", request -> Long.parseLong(request.header("X-Cost"))))
                .servlet("/costly", new Costly())
                .resources(CostlyResource.class)
                .start()) {
            for (String path : List.of("/costly", "/api/costly")) {
                assertThat(Wire.send(site, "POST", path, "X-Cost: 3").status()).isEqualTo(200);
                for (String cost : List.of("-1", "-3", "-9223372036854775808", "x", "9223372036854775808", "")) {
                    assertThat(Wire.send(site, "POST", path, "X-Cost: " + cost).status())
                            .as(path + " at " + cost)
                            .isEqualTo(503);
                }
                assertThat(Wire.send(site, "POST", path, "X-Cost: 9223372036854775807")
                                .status())
                        .isEqualTo(429);
                assertThat(Wire.send(site, "POST", path, "X-Cost: 3").status()).isEqualTo(429);
                assertThat(Wire.send(site, "POST", path, "X-Cost: 2").status()).isEqualTo(200);
                assertThat(Wire.send(site, "POST", path, "X-Cost: 0").status()).isEqualTo(200);
                assertThat(Wire.send(site, "POST", path, "X-Cost: 1").status()).isEqualTo(429);
            }
        }
    }

    @Test
    @Row(
            value = "G2",
            promise =
                    "Figures at the ends of their ranges overflow nothing, and what cannot be kept exactly stops the deployment")
    void figuresAtTheEndsOfTheirRangesHold() {
        long most = 1_000_000_000_000_000L;
        for (Limit limit : List.of(
                Limit.of(1, Duration.ofNanos(1_000)),
                Limit.of(1_000_000_000, Duration.ofSeconds(1)),
                Limit.of(1, Duration.ofDays(365)),
                Limit.of(1, Duration.ofNanos(1L << 60)),
                new Limit(most, Duration.ofDays(365 * 30), 1_000, Algorithm.GCRA, Limit.REQUESTS, false),
                new Limit(most, Duration.ofDays(12), 1_000, Algorithm.GCRA, Limit.REQUESTS, false),
                Limit.of(3, Duration.ofNanos(1_000)),
                Limit.of(1_000, Duration.ofNanos(1_000)).withBurst(most),
                Limit.of(1_000_000_000, Duration.ofSeconds(1)).withBurst(most),
                Limit.of(7, Duration.ofDays(365)).withBurst(1),
                Limit.of(7, Duration.ofDays(365)).withBurst(7 * 36))) {
            for (long start : new long[] {0, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
                holds(limit, new ManualTicker(start));
            }
        }
        assertThatThrownBy(() -> Limit.of(1, Duration.ofNanos(1))).hasMessageContaining("1 microsecond");
        assertThatThrownBy(() -> Limit.of(1, Duration.ofNanos((1L << 60) + 1))).hasMessageContaining("2^60");
        assertThatThrownBy(() -> Limit.of(1, Duration.ofDays(1)).withBurst(1L << 53))
                .hasMessageContaining("10^15");
        assertThatThrownBy(() -> Limit.of(Long.MAX_VALUE, Duration.ofDays(1))).hasMessageContaining("10^15");
        assertThatThrownBy(() -> Limit.of(1, Duration.ofDays(365)).withBurst(most))
                .hasMessageContaining("Lower the burst");
        assertThatThrownBy(() -> Limit.of(most, Duration.ofNanos(1_000))).hasMessageContaining("too many");
    }

    @Test
    @Row(value = "G3", promise = "0 permits, or a burst of 0, admit nothing")
    void zeroPermitsAreNotUnlimited() {
        RateLimiter limiter = RateLimiter.of(new ManualTicker(), Limit.of(0, Duration.ofNanos(1_000)));
        assertThat(limiter.tryAcquire("a").allowed()).isFalse();
        assertThat(limiter.tryAcquire("a").never()).isTrue();
        for (String nothing : List.of("0/1m", "0/1m burst 5", "5/1m burst 0")) {
            try (Site site = Site.with()
                    .setting("weir.default-limits", nothing)
                    .servlet("/closed", new Closed())
                    .servlet("/defaults", new Counting())
                    .resources(ClosedResource.class)
                    .start()) {
                for (int day = 0; day < 3; day++) {
                    for (String path : List.of("/closed", "/defaults", "/api/closed")) {
                        Wire.Answer refused = Wire.send(site, "POST", path);
                        assertThat(refused.status()).as(path).isEqualTo(429);
                        assertThat(refused.header("Retry-After")).isNull();
                    }
                    site.ticker.advance(Duration.ofDays(1));
                }
            }
        }
    }

    /** Takes all that can be had at once and then, over and over, as soon as it is promised; never gets more than the limit says. */
    private static void holds(Limit limit, ManualTicker ticker) {
        RateLimiter limiter = RateLimiter.of(ticker, limit);
        for (long tooMuch : new long[] {Long.MAX_VALUE, limit.burst() + 1, 1L << 62, Long.MAX_VALUE / 2}) {
            assertThat(limiter.tryAcquire("a", tooMuch).never())
                    .as(limit + " at " + tooMuch)
                    .isTrue();
        }
        BigInteger admitted = BigInteger.valueOf(limit.burst());
        BigInteger elapsed = BigInteger.ZERO;
        assertThat(limiter.tryAcquire("a", limit.burst()).allowed())
                .as(limit.toString())
                .isTrue();
        for (long cost : new long[] {1, 1, limit.burst(), Math.max(1, limit.burst() / 2), limit.burst(), 1}) {
            Decision refused = limiter.tryAcquire("a", cost);
            assertThat(refused.allowed()).as(limit + " for " + cost).isFalse();
            long wait = refused.deciding().retryAfterNanos();
            assertThat(wait).as(limit.toString()).isPositive().isNotEqualTo(Ask.NEVER);
            ticker.advanceNanos(wait);
            assertThat(limiter.tryAcquire("a", cost).allowed())
                    .as(limit + " for " + cost)
                    .isTrue();
            admitted = admitted.add(BigInteger.valueOf(cost));
            elapsed = elapsed.add(BigInteger.valueOf(wait));
            BigInteger most = elapsed.multiply(BigInteger.valueOf(limit.permits()))
                    .divide(BigInteger.valueOf(limit.period().toNanos()))
                    .add(BigInteger.valueOf(limit.burst()));
            assertThat(admitted).as(limit.toString()).isLessThanOrEqualTo(most);
        }
    }
}
