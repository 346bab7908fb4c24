package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the users of other limiters were hurt: each a short story, most of them told as a table. */
class PeerScenariosTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    // peers: Helidon ThroughputLimit (an idle hour let 36,010 through at once)
    @Test
    void idleHourIsWorthOneBurst() {
        Timeline.replay(Limit.of(10, SECOND), """
                at   ask   answer
                0s   10    allowed, 0 left
                1h   0     allowed, 10 left
                1h   10    allowed, 0 left
                1h   1     refused, retry after 100ms
                """);
    }

    // peers: polaris PR 3433, spring-cloud-gateway PR 591 (fractions were lost at each question)
    @Test
    void fractionsAccrueHoweverOftenOneAsks() {
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = Asks.limiter(ticker);
        Ask ask = Asks.ask(Asks.bundle("x", Limit.of(1, SECOND)), Asks.ALICE);
        int admitted = 0;
        for (long micros = 0; micros < 10_000_000; micros++) {
            limiter.decide(ask);
            admitted += ask.allowed() ? 1 : 0;
            ticker.advanceNanos(1_000);
        }
        assertThat(admitted).isEqualTo(10);
    }

    // peers: pulsar PR 25262, bucket4j (tokens times nanoseconds overflowed, and fell back to floating point)
    @ParameterizedTest
    @CsvSource({"980000000, PT10S", "1000000000, PT1S", "999999999, PT1S", "1000000000000000, PT1000000S"})
    void largeFiguresNeitherOverflowNorStallWhenTimeGoesByInYears(long permits, Duration period) {
        ManualTicker ticker = new ManualTicker(Long.MAX_VALUE - 1);
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", Limit.of(permits, period));
        for (int year = 0; year < 300; year += 10) {
            assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, permits)).isTrue();
            assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, permits)).isFalse();
            ticker.advance(Duration.ofDays(3_652));
        }
    }

    @Test
    void clockThatGoesBackANanosecondMintsNothing() {
        ManualTicker ticker = new ManualTicker(Long.MIN_VALUE + 7);
        RateLimiter limiter = RateLimiter.of(ticker, Limit.of(10, SECOND));
        assertThat(limiter.tryAcquire("alice", 10).allowed()).isTrue();
        for (int i = 0; i < 100; i++) {
            ticker.advanceNanos(-1);
            assertThat(limiter.tryAcquire("alice").allowed()).isFalse();
        }
    }

    // peers: spring-cloud-gateway PR 2453 (a burst below the rate switched the limiter off)
    @Test
    void burstBelowTheRateStillLimits() {
        Timeline.replay(Limit.of(3, SECOND).withBurst(1), """
                at           ask   answer
                0ms          1     allowed, 0 left
                333333333ns  1     refused, retry after 1ns
                333333334ns  1     allowed, 0 left
                """);
        Timeline.replay(Limit.of(1_000, Duration.ofMillis(100)), """
                at      ask    answer
                0ms     1000   allowed, 0 left
                0ms     1      refused, retry after 100us
                50ms    501    refused, retry after 100us
                50ms    500    allowed, 0 left
                """);
    }

    // peers: redisson#2931, bucket4j#128 (twice the limit at the edge of two periods)
    @Test
    void edgeOfAPeriodHasNoSecondBurst() {
        Timeline.replay(Limit.of(10, SECOND), """
                at       ask   answer
                990ms    10    allowed, 0 left
                1000ms   10    refused, retry after 990ms
                1000ms   1     refused, retry after 90ms
                1090ms   1     allowed, 0 left
                """);
    }

    // peers: Jetty DoSHandler and DoSFilter, SmallRye rolling window (nothing passed at 1 % above the limit)
    @ParameterizedTest
    @CsvSource({"1.01", "2", "100"})
    void clientAboveItsLimitGetsItsLimitAndNotZero(double times) {
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = Asks.limiter(ticker);
        Ask ask = Asks.ask(Asks.bundle("x", Limit.of(100, SECOND)), Asks.ALICE);
        long step = (long) (10_000_000 / times);
        int[] admitted = new int[300];
        for (long now = 0; now < 300 * 1_000_000_000L; now += step) {
            limiter.decide(ask);
            admitted[(int) (now / 1_000_000_000L)] += ask.allowed() ? 1 : 0;
            ticker.advanceNanos(step);
        }
        for (int second = 200; second < 300; second++) {
            assertThat(admitted[second]).as("second %s", second).isBetween(99, 101);
        }
    }

    // peers: bucket4j#220, RRateLimiter (a finite wait, or an error from the server)
    @Test
    void costThatCanNeverBeMetIsNever() {
        Timeline.replay(Limit.of(3, SECOND), """
                at    ask                   answer
                0ms   4                     never
                0ms   9223372036854775807   never
                0ms   3                     allowed, 0 left
                """);
    }

    // peers: bucket4j#88, bucket4j#71 (the wait ignored what had refilled already)
    @Test
    void waitIsExact() {
        Timeline.replay(Limit.of(10, SECOND), """
                at            ask   answer
                0ms           8     allowed, 2 left
                0ms           5     refused, retry after 300ms
                50ms          5     refused, retry after 250ms
                299999999ns   5     refused, retry after 1ns
                300ms         5     allowed, 0 left
                """);
    }
}
