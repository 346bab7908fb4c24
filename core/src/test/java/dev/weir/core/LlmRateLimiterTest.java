package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Requests per minute, tokens per minute and tokens per day: one step, all or nothing, settled from the usage. */
class LlmRateLimiterTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualTicker ticker = new ManualTicker();
    private final LlmRateLimiter limiter = LlmRateLimiter.perMinute(10, 1_000)
            .tokensPerDay(1_800)
            .with(RateLimiter.builder().ticker(ticker))
            .build();

    private List<Long> left() {
        return left(limiter.peek("alice"));
    }

    private static List<Long> left(Decision decision) {
        return decision.outcomes().stream().map(Outcome::remaining).toList();
    }

    @Test
    void estimateIsTakenAndUsageIsCharged() {
        try (Reservation call = limiter.reserve("alice", 240, 500)) {
            assertThat(call.allowed()).isTrue();
            assertThat(left(call.decision())).containsExactly(9L, 260L, 1_060L);
            assertThat(left(LlmRateLimiter.settle(call, 300))).containsExactly(9L, 700L, 1_500L);
        }
        assertThat(left()).containsExactly(9L, 700L, 1_500L);
    }

    @Test
    void whichLimitRefusesChargesNoneOfThem() {
        limiter.reserve("alice", 100, 800);
        Reservation tokens = limiter.reserve("alice", 1, 100);
        assertThat(tokens.allowed()).isFalse();
        assertThat(tokens.decision().deciding().policy().limit().unit()).isEqualTo("tokens");
        assertThat(tokens.decision().retryAfter()).isEqualTo(Duration.ofMillis(60)); // one token of 1,000 a minute
        assertThat(left()).containsExactly(9L, 100L, 900L);

        for (int i = 0; i < 9; i++) {
            assertThat(limiter.reserve("alice", 1, 0).allowed()).isTrue();
        }
        Reservation requests = limiter.reserve("alice", 0, 1);
        assertThat(requests.allowed()).isFalse();
        assertThat(requests.decision().retryAfter()).isEqualTo(Duration.ofSeconds(6));
        assertThat(left()).containsExactly(0L, 91L, 891L);

        ticker.advance(MINUTE);
        limiter.reserve("alice", 891, 0);
        ticker.advance(MINUTE);
        Reservation day = limiter.reserve("alice", 1, 49);
        assertThat(day.decision().allowed()).isFalse();
        assertThat(day.decision().deciding().policy().limit().period()).isEqualTo(Duration.ofDays(1));
        assertThat(left()).containsExactly(10L, 1_000L, 2L); // 1,800 a day are one in 48 s
    }

    @Test
    void usageAboveTheEstimateIsOwed() {
        Reservation call = limiter.reserve("alice", 200, 700);
        assertThat(left(LlmRateLimiter.settle(call, 1_500))).containsExactly(9L, 0L, 300L);
        Reservation next = limiter.reserve("alice", 10, 0);
        assertThat(next.decision().retryAfter()).isEqualTo(Duration.ofMillis(510 * 60));
    }

    @Test
    void usageOfNothingKeepsTheRequest() {
        Reservation call = limiter.reserve("alice", 200, 700);
        assertThat(left(LlmRateLimiter.settle(call, 0))).containsExactly(9L, 1_000L, 1_800L);
        Reservation failed = limiter.reserve("alice", 200, 700);
        failed.cancel();
        assertThat(left()).containsExactly(9L, 1_000L, 1_800L);
    }

    @Test
    void unsettledCallIsChargedAsEstimated() {
        limiter.reserve("alice", 100, 200);
        limiter.reserve("alice", 100, 200).close();
        ticker.advance(Duration.ofMinutes(10));
        assertThat(limiter.peek("alice").outcomes().get(2).remaining()).isEqualTo(1_200 + 12); // one in 48 s is back
    }

    @Test
    void waitingCallsGoOnWhenTheirTokensAreThere() throws InterruptedException {
        LlmRateLimiter waiting = LlmRateLimiter.perMinute(10, 1_000)
                .with(RateLimiter.builder().ticker(ticker).sleeper(Sleepers.moving(ticker)))
                .build();
        List<Long> seconds = LongStream.range(0, 5)
                .map(i -> {
                    try (Reservation call = waiting.enter("alice", 100, 400, MINUTE)) {
                        assertThat(call.allowed()).isTrue();
                        return ticker.read() / 1_000_000_000;
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .boxed()
                .toList();
        assertThat(seconds).containsExactly(0L, 0L, 30L, 60L, 90L);
        assertThatThrownBy(() -> waiting.enter("alice", 100, 400, Duration.ofSeconds(29)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("Refused by limit-2 (1000 tokens per PT1M), to be tried again in PT30S");
        assertThatThrownBy(() -> waiting.enter("alice", 1_000, 1, MINUTE)).hasMessageContaining("no wait helps");
    }

    @Test
    void figuresOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> limiter.reserve("alice", -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("promptTokens is -1 and maxAnswerTokens is 0, must be 0 or more");
        assertThatThrownBy(() -> limiter.reserve("alice", 0, Long.MIN_VALUE)).hasMessageContaining("maxAnswerTokens");
        assertThatThrownBy(() -> LlmRateLimiter.settle(limiter.reserve("alice", 1, 1), -1))
                .hasMessage("cost of tokens is -1, must be 0 or more");
        assertThatThrownBy(() -> LlmRateLimiter.perMinute(-1, 1).build()).hasMessageContaining("Limit.permits is -1");
        LlmRateLimiter.Builder builder = LlmRateLimiter.perMinute(10, 1_000);
        String range = ": Limit.permits is -1, must be from 0 to 10^15";
        assertThatThrownBy(() -> LlmRateLimiter.perMinute(-1, 1)).hasMessage("requests per minute" + range);
        assertThatThrownBy(() -> LlmRateLimiter.perMinute(1, -1)).hasMessage("tokens per minute" + range);
        assertThatThrownBy(() -> builder.tokensPerDay(-1)).hasMessage("tokens per day" + range);
        assertThatThrownBy(() -> limiter.reserve("", 1, 1)).hasMessageContaining("key is empty");
        assertThat(limiter.reserve("alice", Long.MAX_VALUE, Long.MAX_VALUE)
                        .decision()
                        .never())
                .isTrue();
    }

    @Test
    void limitsOfZeroTokensAreClosed() {
        LlmRateLimiter closed = LlmRateLimiter.perMinute(10, 0)
                .with(RateLimiter.builder().ticker(ticker))
                .build();
        assertThat(closed.reserve("alice", 1, 0).decision().never()).isTrue();
        assertThat(left(closed.peek("alice"))).containsExactly(10L, 0L);
    }
}
