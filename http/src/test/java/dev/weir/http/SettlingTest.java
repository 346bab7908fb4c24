package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.LimiterListener;
import dev.weir.http.Application.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Costs that are estimates at first. */
class SettlingTest {

    private static final FakeRequest NOBODY = FakeRequest.from("192.0.2.1");

    private final List<String> failures = new ArrayList<>();
    private final Application app = application();

    private Application application(String... settings) {
        LimiterListener listener = new LimiterListener() {
            @Override
            public void failed(Ask ask, Throwable cause) {
                failures.add(String.valueOf(cause.getMessage()));
            }
        };
        return Application.with(
                builder -> builder.costResolver("tokens", new Tokens()).listener(listener), settings);
    }

    @AfterEach
    void close() {
        app.close();
    }

    @RateLimited(name = "tokens", permits = 100, per = "1m", costBy = "tokens", unit = "tokens")
    static class Completion {}

    @RateLimited(name = "requests", permits = 10, per = "1m")
    @RateLimited(name = "tokens2", permits = 100, per = "1m", costBy = "tokens", unit = "tokens")
    static class Several {}

    @RateLimited(name = "patient", permits = 60, per = "1h", burst = 1, costBy = "tokens", maxWait = "1h")
    static class Patient {}

    /** Estimates what the field says; the answer is the cost, or why there is none. */
    private static final class Tokens implements SettlingCostResolver {
        @Override
        public long cost(RequestView request) {
            return Long.parseLong(String.valueOf(request.header("Estimate")));
        }

        @Override
        public OptionalLong actual(Object answer) {
            if (answer instanceof RuntimeException e) {
                throw e;
            }
            return answer instanceof Long cost ? OptionalLong.of(cost) : OptionalLong.empty();
        }
    }

    @ParameterizedTest(name = "estimate {0}, cost {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            60 | 10   | "tokens";r=90;t=54
            60 | 60   | "tokens";r=40;t=24
            60 | 0    | "tokens";r=100;t=60
            10 | 50   | "tokens";r=50;t=30
            60 |      | "tokens";r=40;t=24
            """)
    void fieldsTellWhatIsLeftAfterSettling(long estimate, Long cost, String left) {
        Exchange exchange = judge(Completion.class, estimate);
        assertThat(exchange.settle(cost)).isTrue();
        assertThat(Application.answer(exchange).field("RateLimit")).isEqualTo(left);
        assertThat(left(Completion.class)).isEqualTo(left);
    }

    @Test
    void noMoreThanABurstIsOwedOnTopOfTheEstimate() {
        judge(Completion.class, 10).settle(Long.MAX_VALUE);
        app.advance(Duration.ofMillis(6_599));
        assertThat(Application.answer(judge(Completion.class, 1)).status()).isEqualTo(429);
        app.advance(Duration.ofMillis(1));
        assertThat(Application.answer(judge(Completion.class, 1)).status()).isEqualTo(200);
    }

    @Test
    void estimateOfNothingIsTakenForOne() {
        Exchange exchange = judge(Completion.class, 0);
        assertThat(Application.answer(exchange).field("RateLimit")).isEqualTo("\"tokens\";r=99;t=60");
        exchange.settle(200L);
        for (int i = 0; i < 100; i++) {
            assertThat(Application.answer(judge(Completion.class, 0)).status())
                    .as("whoever owes")
                    .isEqualTo(429);
        }
    }

    @Test
    void onlyEstimatesAreSettled() {
        Exchange exchange = judge(Several.class, 60);
        exchange.settle(10L);
        assertThat(Application.answer(exchange).field("RateLimit"))
                .isEqualTo("\"requests\";r=9;t=54, \"tokens2\";r=90;t=54");
    }

    @Test
    void settlingAgainHasNoEffect() {
        Exchange exchange = judge(Completion.class, 60);
        exchange.settle(50L);
        assertThat(exchange.settle(0L)).isFalse();
        assertThat(left(Completion.class)).isEqualTo("\"tokens\";r=50;t=30");
        assertThat(app.ticker.waiting()).isZero();
    }

    @Test
    void whoIsRefusedHasNothingToSettle() {
        judge(Completion.class, 60);
        Exchange refused = judge(Completion.class, 60);
        assertThat(refused.settle(0L)).isFalse();
        assertThat(Application.answer(refused).status()).isEqualTo(429);
        assertThat(left(Completion.class)).isEqualTo("\"tokens\";r=40;t=24");
    }

    @Test
    void resolverThatCannotEstimateIsAnswered503AndTakesNothing() {
        Exchange exchange = app.weir.exchange(FakeRequest.from("192.0.2.1").header("Estimate", "many"));
        exchange.judge(app.endpoint(Several.class), Point.ONLY);
        assertThat(exchange.settle(1L)).isFalse();
        assertThat(Application.answer(exchange).status()).isEqualTo(503);
        assertThat(left(Several.class)).isEqualTo("\"requests\";r=9;t=54, \"tokens2\";r=100;t=60");
        assertThat(app.ticker.waiting()).isZero();
    }

    @Test
    void estimateStandsWhereTheResolverCannotTellTheCost() {
        for (Object answer : List.of(new IllegalStateException("no usage"), -5L)) {
            assertThat(judge(Completion.class, 10).settle(answer)).isTrue();
        }
        assertThat(left(Completion.class)).isEqualTo("\"tokens\";r=80;t=48");
        assertThat(failures).containsExactly("no usage", "actual is -5, must be 0 (gives all back) or more");
        assertThat(app.ticker.waiting()).isZero();
    }

    @Test
    void whatNobodySettlesIsChargedAsEstimatedInTheEnd() {
        try (Application held = application("weir.backend", "held")) {
            HeldBackend backend = (HeldBackend) held.weir.backend();
            Exchange exchange = judge(held, Completion.class, 60);
            HeldBackend.admit(backend.next(), Duration.ZERO);
            exchange.await();
            held.advance(Waits.SETTLE_WITHIN.minusNanos(1));
            assertThat(backend.settled()).isEmpty();
            held.advance(Duration.ofNanos(1));
            assertThat(backend.settled()).containsExactly("60 -> 60");
            assertThat(exchange.settle(10L)).as("too late").isFalse();
            assertThat(backend.settled()).hasSize(1);
        }
    }

    @Test
    void theEndIsCountedFromTheTurn() {
        try (Application held = application("weir.backend", "held")) {
            HeldBackend backend = (HeldBackend) held.weir.backend();
            Waiter waits = Waiter.freeing(held, Patient.class, estimate(1));
            HeldBackend.admit(backend.next(), Waits.SETTLE_WITHIN.plusMinutes(1));
            held.advance(Waits.SETTLE_WITHIN.plusMinutes(1));
            assertThat(waits.answer().status()).isEqualTo(200);
            assertThat(backend.settled()).isEmpty();
            held.advance(Waits.SETTLE_WITHIN);
            assertThat(backend.settled()).containsExactly("1 -> 1");
        }
    }

    @Test
    void whoWaitsAndGivesUpLeavesNothingToSettle() {
        judge(Patient.class, 1).settle(1L);
        Waiter gone = Waiter.freeing(app, Patient.class, estimate(1));
        gone.exchange.giveUp();
        assertThat(gone.exchange.settle(1L)).isFalse();
        assertThat(app.ticker.waiting()).isZero();
    }

    @Test
    void whoHasWaitedIsSettledAfterItsTurn() {
        judge(Patient.class, 1).settle(1L);
        Waiter waits = Waiter.freeing(app, Patient.class, estimate(1));
        app.advance(Duration.ofMinutes(1));
        assertThat(waits.answer().status()).isEqualTo(200);
        assertThat(waits.exchange.settle(0L)).isTrue();
        assertThat(judge(Patient.class, 1).isDone())
                .as("what it gave back is there")
                .isTrue();
    }

    private Exchange judge(Class<?> type, long estimate) {
        return judge(app, type, estimate);
    }

    private static Exchange judge(Application app, Class<?> type, long estimate) {
        Exchange exchange = app.weir.exchange(estimate(estimate));
        exchange.judge(app.endpoint(type), Point.ONLY, WaitMode.FREES_THREAD);
        return exchange;
    }

    private static FakeRequest estimate(long permits) {
        return FakeRequest.from(NOBODY.peerAddress()).header("Estimate", Long.toString(permits));
    }

    /** What a request is told that takes no tokens. */
    private String left(Class<?> type) {
        Exchange exchange = judge(type, 0);
        exchange.settle(0L);
        Answer answer = Application.answer(exchange);
        return String.valueOf(answer.field("RateLimit"));
    }
}
