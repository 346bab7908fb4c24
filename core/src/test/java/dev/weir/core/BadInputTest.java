package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be meant is refused by the name of the parameter, its value and its range, and changes nothing. */
class BadInputTest {

    private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

    private final ManualTicker ticker = new ManualTicker();
    private final RateLimiter limiter = RateLimiter.of(ticker, Limit.of(10, Duration.ofSeconds(1)));

    static Stream<Arguments> builders() {
        return Stream.of(
                Arguments.of(
                        "RateLimiter has no limits for who has no tier: call limits, or defaultTier",
                        (ThrowingCallable) () -> RateLimiter.builder().build()),
                Arguments.of("RateLimiter has no limits, must have at least one", (ThrowingCallable)
                        () -> RateLimiter.builder().limits()),
                Arguments.of("defaultTier is \"gold\", must be one of []", (ThrowingCallable)
                        () -> RateLimiter.builder().defaultTier("gold").build()),
                Arguments.of("maxError is 1.5, must be from 0 to 1", (ThrowingCallable)
                        () -> RateLimiter.builder().maxError(1.5)),
                Arguments.of("maxError is NaN, must be from 0 to 1", (ThrowingCallable)
                        () -> RateLimiter.builder().maxError(Double.NaN)),
                Arguments.of("overrun is -1, must be 0 or more", (ThrowingCallable)
                        () -> RateLimiter.builder().overrun(-1)),
                Arguments.of("reservationTimeout is PT0S, must be above 0", (ThrowingCallable)
                        () -> RateLimiter.builder().reservationTimeout(Duration.ZERO)),
                Arguments.of(
                        "reservationTimeout is " + LONG + ", must be from 0 to 2^63 - 1 nanoseconds (292 years)",
                        (ThrowingCallable) () -> RateLimiter.builder().reservationTimeout(LONG)),
                Arguments.of("answerTimeout is PT0S, must be above 0", (ThrowingCallable)
                        () -> RateLimiter.builder().answerTimeout(Duration.ZERO)),
                Arguments.of("maxKeys is 0, must be 1 or more", (ThrowingCallable) () -> RateLimiter.builder()
                        .limits(Limit.of(1, Duration.ofSeconds(1)))
                        .maxKeys(0)
                        .build()),
                Arguments.of("maxOpen is -1, must be 0 or more", (ThrowingCallable) () -> RateLimiter.builder()
                        .limits(Limit.of(1, Duration.ofSeconds(1)))
                        .maxOpen(-1)
                        .build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("builders")
    void figureOfTheBuilderIsNamed(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    static Stream<Arguments> requests() {
        String noKey = "key is %s, must say whose budget it is";
        return Stream.of(
                request(noKey.formatted("null"), limiter -> limiter.tryAcquire(null)),
                request(noKey.formatted("empty"), limiter -> limiter.tryAcquire("")),
                request(noKey.formatted("empty"), limiter -> limiter.peek("")),
                request(noKey.formatted("empty"), limiter -> limiter.acquire("")),
                request(noKey.formatted("empty"), limiter -> limiter.acquireAsync("")),
                request(noKey.formatted("empty"), limiter -> limiter.enter("")),
                request(noKey.formatted("empty"), limiter -> limiter.reserve("", 1)),
                request("cost is -1, must be 0 or more", limiter -> limiter.tryAcquire("alice", -1)),
                request(
                        "cost is " + Long.MIN_VALUE + ", must be 0 or more",
                        limiter -> limiter.acquire("alice", Long.MIN_VALUE)),
                request("cost is -1, must be 0 or more", limiter -> limiter.reserve("alice", -1)),
                request(
                        "cost of requests is -5, must be 0 or more",
                        limiter -> limiter.tryAcquire("alice", Cost.of("requests", -5))),
                request(
                        "unit is \"requests\", must be a word that a cost of {requests=1} does not have",
                        limiter -> limiter.tryAcquire(
                                "alice", Cost.of("requests", 1).and("requests", 1))),
                request(
                        "The cost names the unit \"tokens\", but no limit counts it. Counted: [requests]",
                        limiter -> limiter.tryAcquire("alice", Cost.of("tokens", 1))),
                request(
                        "timeout is PT-1S, must be from 0 to 2^63 - 1 nanoseconds (292 years)",
                        limiter -> limiter.acquire("alice", 1, Duration.ofSeconds(-1))),
                request(
                        "timeout is " + LONG + ", must be from 0 to 2^63 - 1 nanoseconds (292 years)",
                        limiter -> limiter.acquireAsync("alice", 1, LONG)),
                request("permits is -3, must be 0 (gives all back) or more", limiter -> {
                    Reservation reservation = limiter.reserve("alice", 5);
                    try {
                        reservation.settle(-3);
                    } finally {
                        reservation.cancel();
                    }
                }));
    }

    private interface Request {
        void ask(RateLimiter limiter) throws Exception;
    }

    private static Arguments request(String message, Request request) {
        return Arguments.of(message, request);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void parameterOfARequestIsNamedAndNothingIsTaken(String message, Request request) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request.ask(limiter))
                .withMessage(message);
        assertThat(limiter.peek("alice").remaining()).isEqualTo(10);
    }

    @Test
    void costAboveTheBurstIsNoMistakeButNever() throws InterruptedException {
        for (Decision decision : List.of(
                limiter.tryAcquire("alice", Long.MAX_VALUE),
                limiter.acquire("alice", 11),
                limiter.reserve("alice", 11).decision())) {
            assertThat(decision.allowed()).isFalse();
            assertThat(decision.never()).isTrue();
        }
        assertThat(limiter.peek("alice").remaining()).isEqualTo(10);
    }
}
