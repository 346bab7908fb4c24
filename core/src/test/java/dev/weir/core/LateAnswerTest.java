package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.spi.Backend;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A limiter whose back end answers when it likes. */
@Timeout(30)
class LateAnswerTest {

    private static final byte[] SECRET = "a secret of this test".getBytes(StandardCharsets.UTF_8);

    private final ManualTicker ticker = new ManualTicker();
    private final Slow backend = new Slow();
    private final Limit oneAnHour = Limit.of(1, Duration.ofHours(1));

    /** The local limiter, which is asked when the test says so. */
    private final class Slow implements Backend {
        private final LocalLimiter local =
                new LocalLimiter(100, 100, ticker, WindowAnchor.of(ticker, Clock.systemUTC()), LimiterListener.NONE);
        final Queue<Ask> asked = new LinkedBlockingQueue<>();

        @Override
        public void decide(Ask ask) {
            asked.add(ask);
        }

        void answer() {
            Ask ask = asked.remove();
            Ask question = new Ask();
            question.add(ask.bundle(0), ask.client(0));
            question.cost(0, ask.cost(0));
            question.patience(0, ask.patienceNanos(0));
            if (ask.holds()) {
                question.hold();
            }
            local.decide(question);
            ask.answer(0, question.remaining(0), question.retryAfterNanos(0), question.resetAfterNanos(0));
            ask.turn(question.waitNanos());
            if (question.isOpen()) {
                ask.open(question);
            }
            ask.complete(question.allowed());
        }

        @Override
        public void settle(Ask ask) {
            if (ask.close() instanceof Ask question) {
                question.actual(0, ask.actual(0));
                local.settle(question);
            }
        }

        @Override
        public void close() {
            local.close();
        }
    }

    private RateLimiterBuilder builder() {
        return RateLimiter.builder()
                .ticker(ticker)
                .limits(oneAnHour)
                .backend(backend, "slow", SECRET)
                .answerTimeout(Duration.ofSeconds(20));
    }

    private void answerInAnotherThread() {
        Thread answers = new Thread(() -> {
            while (backend.asked.isEmpty()) {
                Thread.onSpinWait();
            }
            backend.answer();
        });
        answers.setDaemon(true);
        answers.start();
    }

    private Decision peeked(RateLimiter limiter) {
        answerInAnotherThread();
        return limiter.peek("alice");
    }

    @Test
    void aCallWaitsForItsAnswer() {
        RateLimiter limiter = builder().build();
        answerInAnotherThread();
        assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
        answerInAnotherThread();
        assertThat(limiter.tryAcquire("alice").allowed()).isFalse();
    }

    @Test
    void whoeverIsInterruptedStillHasTheAnswer() {
        RateLimiter limiter = builder().build();
        answerInAnotherThread();
        Thread.currentThread().interrupt();
        assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anAnswerThatComesTooLateGivesThePlaceBack() {
        RateLimiter limiter = builder().answerTimeout(Duration.ofNanos(1)).build();
        assertThatThrownBy(() -> limiter.reserve("alice", 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PT0.000000001S");
        backend.answer();
        assertThat(peeked(builder().build()).resetAfter()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aStageThatIsCancelledBeforeTheAnswerGivesThePlaceBack() {
        RateLimiter limiter = builder().build();
        CompletableFuture<Decision> first = limiter.acquireAsync("alice").toCompletableFuture();
        CompletableFuture<Decision> second = limiter.acquireAsync("alice").toCompletableFuture();
        second.cancel(false);
        backend.answer();
        backend.answer();
        assertThat(first).isCompletedWithValueMatching(Decision::allowed);
        assertThat(peeked(limiter).resetAfter()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aStageEndsAtItsTurn() {
        RateLimiter limiter = builder().build();
        CompletableFuture<Decision> first = limiter.acquireAsync("alice").toCompletableFuture();
        CompletableFuture<Decision> second = limiter.acquireAsync("alice").toCompletableFuture();
        assertThat(first).isNotDone();
        backend.answer();
        backend.answer();
        assertThat(second).isNotDone();
        ticker.advance(Duration.ofHours(1));
        assertThat(second).isCompletedWithValueMatching(Decision::allowed);
    }

    @Test
    void aStageWithoutAThreadFailsAndGivesThePlaceBack() {
        Queue<Runnable> runs = new ArrayDeque<>();
        RateLimiter rejects = builder()
                .executor(task -> {
                    throw new RejectedExecutionException("full");
                })
                .build();
        RateLimiter limiter = builder().executor(runs::add).build();
        var unused = limiter.acquireAsync("alice");
        CompletableFuture<Decision> rejected = rejects.acquireAsync("alice").toCompletableFuture();
        backend.answer();
        backend.answer();
        assertThat(rejected).failsWithin(Duration.ofSeconds(20));
        assertThat(runs).hasSize(1);
        assertThat(peeked(limiter).resetAfter()).isLessThan(Duration.ofMinutes(61));
    }

    @Test
    void aReservationCannotLastLongerThanItIsKept() {
        Backend forgets = new Backend() {
            @Override
            public void decide(Ask ask) {
                backend.decide(ask);
            }

            @Override
            public Duration keepsOpen() {
                return Duration.ofMinutes(1);
            }

            @Override
            public void close() {
                backend.close();
            }
        };
        RateLimiterBuilder tooLong = builder().backend(forgets, "slow", SECRET).reservationTimeout(Duration.ofHours(1));
        assertThatThrownBy(tooLong::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT1H")
                .hasMessageContaining("PT1M");
    }

    @Test
    void theErrorThatEachLimitMayHaveReachesTheBackEnd() {
        RateLimiter limiter = builder()
                .tier("premium", Limit.of(2, Duration.ofHours(1)), Limit.of(9, Duration.ofDays(1)))
                .tierOf(key -> key)
                .maxError(0.05)
                .build();
        for (String tier : new String[] {"none", "premium"}) {
            var unused = limiter.acquireAsync(tier);
            Bundle asked = backend.asked.remove().bundle(0);
            assertThat(asked.policies()).extracting(Policy::maxError).containsOnly(0.05);
            assertThat(asked.maxError()).isEqualTo(0.05);
        }
        var unused = builder().build().acquireAsync("none");
        assertThat(backend.asked.remove().bundle(0).maxError()).isZero();
    }

    @Test
    void namesAndSecretsThatCannotBeSharedAreErrors() {
        assertThatThrownBy(() -> RateLimiter.builder().backend(backend, "two words", SECRET))
                .hasMessageContaining("two words");
        assertThatThrownBy(() -> RateLimiter.builder().backend(backend, "name", new byte[3]))
                .hasMessageContaining("3 bytes");
        assertThatThrownBy(() -> RateLimiter.builder().answerTimeout(Duration.ZERO))
                .hasMessageContaining("answerTimeout");
    }
}
