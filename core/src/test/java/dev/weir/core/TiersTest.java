package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A limit per tier, and no second burst for who changes it. */
class TiersTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTicker ticker = new ManualTicker();
    private final Map<String, String> tiers = new HashMap<>();

    private RateLimiterBuilder builder() {
        return RateLimiter.builder()
                .ticker(ticker)
                .tierOf(tiers::get)
                .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    }

    private static int admitted(RateLimiter limiter, String key, int most) {
        int admitted = 0;
        while (admitted < most && limiter.tryAcquire(key).allowed()) {
            admitted++;
        }
        return admitted;
    }

    private RateLimiter threeTiers() {
        return builder()
                .tier("free", Limit.of(10, HOUR))
                .tier("premium", Limit.of(100, HOUR))
                .tier("enterprise", Limit.of(10_000, HOUR))
                .tier("Partner_7.x", Limit.of(3, HOUR))
                .defaultTier("free")
                .build();
    }

    @Test
    void eachTierHasItsLimitAndWhoHasNoneTheDefault() {
        RateLimiter limiter = threeTiers();
        tiers.putAll(Map.of(
                "bob",
                "premium",
                "carol",
                "enterprise",
                "dave",
                "Partner_7.x",
                "erin",
                "gold",
                "fred",
                "",
                "gina",
                "FREE"));
        assertThat(admitted(limiter, "alice", 20_000)).isEqualTo(10);
        assertThat(admitted(limiter, "bob", 20_000)).isEqualTo(100);
        assertThat(admitted(limiter, "carol", 20_000)).isEqualTo(10_000);
        assertThat(admitted(limiter, "dave", 20_000)).isEqualTo(3);
        assertThat(admitted(limiter, "erin", 20_000)).as("unknown tier").isEqualTo(10);
        assertThat(admitted(limiter, "fred", 20_000)).as("empty tier").isEqualTo(10);
        assertThat(admitted(limiter, "gina", 20_000)).as("names differ by case").isEqualTo(10);
    }

    @Test
    void limitsWithoutATierAreTheDefaultUnlessAnotherIsNamed() {
        RateLimiter limits = builder()
                .limits(Limit.of(2, HOUR))
                .tier("premium", Limit.of(5, HOUR))
                .build();
        tiers.put("bob", "premium");
        tiers.put("carol", "unknown");
        assertThat(admitted(limits, "alice", 99)).isEqualTo(2);
        assertThat(admitted(limits, "bob", 99)).isEqualTo(5);
        assertThat(admitted(limits, "carol", 99)).isEqualTo(2);
        RateLimiter named = builder()
                .limits(Limit.of(2, HOUR))
                .tier("premium", Limit.of(5, HOUR))
                .defaultTier("premium")
                .build();
        tiers.put("dave", "");
        assertThat(admitted(named, "alice", 99)).isEqualTo(5);
        assertThat(admitted(named, "dave", 99)).as("the empty name is no tier").isEqualTo(5);
        tiers.put("erin", "withdrawn");
        assertThat(admitted(named, "erin", 99)).as("nor is one without limits").isEqualTo(5);
    }

    @Test
    void changeTakesEffectAtTheNextRequestAndKeepsTheUsedShare() {
        RateLimiter limiter = threeTiers();
        assertThat(admitted(limiter, "alice", 6)).isEqualTo(6);
        tiers.put("alice", "premium");
        assertThat(limiter.peek("alice").remaining()).isEqualTo(39); // 40, but for a nanosecond that a change costs
        assertThat(admitted(limiter, "alice", 14)).isEqualTo(14);
        tiers.put("alice", "enterprise");
        assertThat(limiter.peek("alice").remaining()).isEqualTo(2_599);
        tiers.remove("alice");
        assertThat(limiter.peek("alice").remaining()).isEqualTo(2);
        assertThat(admitted(limiter, "alice", 99)).isEqualTo(2);
    }

    @Test
    void nobodyWaitsLongerAfterAChangeThanTheNewLimitWouldLetHim() {
        RateLimiter limiter = threeTiers();
        assertThat(admitted(limiter, "alice", 99)).isEqualTo(10);
        tiers.put("alice", "premium");
        assertThat(limiter.tryAcquire("alice").retryAfter())
                .isEqualTo(Duration.ofSeconds(36).plusNanos(1));
        tiers.put("alice", "enterprise");
        assertThat(limiter.tryAcquire("alice").retryAfter())
                .isEqualTo(Duration.ofMillis(360).plusNanos(2));
    }

    @Test
    void turnsThatWerePromisedStayWhenTheTierChanges() {
        RateLimiter limiter = builder()
                .tier("free", Limit.of(1, SECOND))
                .tier("premium", Limit.of(10, SECOND))
                .defaultTier("free")
                .build();
        limiter.tryAcquire("alice");
        long[] times = new long[2];
        limiter.acquireAsync("alice").thenAccept(decision -> times[0] = ticker.read());
        tiers.put("alice", "premium");
        limiter.acquireAsync("alice").thenAccept(decision -> times[1] = ticker.read());
        ticker.advance(Duration.ofSeconds(10));
        assertThat(times[0]).isEqualTo(1_000_000_000);
        assertThat(times[1]).isGreaterThanOrEqualTo(times[0]);
    }

    private record Visit(boolean premium, long cost, long afterNanos) {}

    /* Whatever the two tiers count with: at one moment no more than the larger burst, in whatever order the tier changes. */
    @Property(tries = 500)
    void goingBackAndForthBringsNoSecondBurst(
            @ForAll("limits") Limit free, @ForAll("limits") Limit premium, @ForAll("visits") List<Visit> visits) {
        Map<String, String> now = new HashMap<>();
        RateLimiter limiter = RateLimiter.builder()
                .ticker(new ManualTicker(123_456_789))
                .tierOf(now::get)
                .tier("free", free)
                .tier("premium", premium)
                .defaultTier("free")
                .build();
        long admitted = 0;
        for (Visit visit : visits) {
            now.put("alice", visit.premium ? "premium" : "free");
            admitted += limiter.tryAcquire("alice", visit.cost).allowed() ? visit.cost : 0;
            assertThat(admitted).isLessThanOrEqualTo(Math.max(atOnce(free), atOnce(premium)));
        }
    }

    private static long atOnce(Limit limit) {
        return limit.isClosed() ? 0 : limit.burst();
    }

    /* In shares of the whole bucket, of which time gives back what the tier of that time gives. */
    @Property(tries = 200)
    void bucketsRefillAtThePaceOfTheTierOfThatTime(
            @ForAll("buckets") Limit free, @ForAll("buckets") Limit premium, @ForAll("visits") List<Visit> visits) {
        Map<String, String> now = new HashMap<>();
        ManualTicker clock = new ManualTicker();
        RateLimiter limiter = RateLimiter.builder()
                .ticker(clock)
                .tierOf(now::get)
                .tier("free", free)
                .tier("premium", premium)
                .defaultTier("free")
                .build();
        double used = 0;
        double refilled = 1;
        for (Visit visit : visits) {
            Limit limit = visit.premium ? premium : free;
            now.put("alice", visit.premium ? "premium" : "free");
            limiter.peek("alice"); // from here on it is of this tier
            clock.advanceNanos(visit.afterNanos);
            refilled += (double) visit.afterNanos
                    * limit.permits()
                    / limit.burst()
                    / limit.period().toNanos();
            used += limiter.tryAcquire("alice", visit.cost).allowed() ? (double) visit.cost / limit.burst() : 0;
            assertThat(used).isLessThanOrEqualTo(refilled + 1e-6);
        }
    }

    @Test
    void namesThatCannotBeToldApartOrWrittenAreRefused() {
        Limit limit = Limit.of(1, SECOND);
        String tooLong = "t".repeat(63);
        for (String name : List.of(" ", "a b", "\u00e9", tooLong)) {
            assertThatThrownBy(() -> builder().tier(name, limit).limits(limit).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("tier is \"" + name + "\", must be ");
        }
        assertThat(builder().tier("t".repeat(60), limit).limits(limit).build()).isNotNull();
        assertThatThrownBy(() -> builder().tier("free").build()).hasMessageContaining("no limits for tier \"free\"");
        assertThatThrownBy(() -> builder().tier("free", limit).build())
                .hasMessageContaining("call limits, or defaultTier");
        assertThatThrownBy(
                        () -> builder().tier("free", limit).defaultTier("gone").build())
                .hasMessage("defaultTier is \"gone\", must be one of [free]");
        assertThatThrownBy(() -> builder().limits(limit).tier("limit", limit).build())
                .hasMessageContaining("rename one of the tiers");
    }

    @Provide
    Arbitrary<Limit> limits() {
        return Combinators.combine(Arbitraries.of(Algorithm.class), bucketsOf(0))
                .as((algorithm, bucket) -> {
                    Limit limit = algorithm.isBucket() ? bucket : bucket.withBurst(bucket.permits());
                    return limit.withAlgorithm(algorithm);
                });
    }

    @Provide
    Arbitrary<Limit> buckets() {
        return bucketsOf(1);
    }

    private static Arbitrary<Limit> bucketsOf(long leastPermits) {
        return Combinators.combine(
                        Arbitraries.longs().between(leastPermits, 50),
                        Arbitraries.longs().between(1, 50),
                        Arbitraries.of(SECOND, Duration.ofNanos(1_001), HOUR))
                .as((permits, burst, period) -> Limit.of(permits, period).withBurst(burst));
    }

    @Provide
    Arbitrary<List<Visit>> visits() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(1, 12),
                        Arbitraries.of(0L, 0L, 20L, 1_000L, 100_000_000L, 60_000_000_000L))
                .as(Visit::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(40);
    }
}
