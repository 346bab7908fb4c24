package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.ManualTicker;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands in while the limiter elsewhere does not answer. */
@Timeout(60)
class GuardTest {

    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);
    private static final ClientKey BOB = new ClientKey(ClientKey.Kind.USER, 1, 3);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration NEVER = Duration.ofMinutes(1);

    private final ManualTicker ticker = new ManualTicker();
    private final Elsewhere elsewhere = new Elsewhere();
    private final List<Boolean> changes = new CopyOnWriteArrayList<>();
    private final AtomicInteger fallbacks = new AtomicInteger();
    private final Guard guard = new Guard(elsewhere, new Nodes("none", false), ticker, 1_000, new LimiterListener() {
        @Override
        public void fellBack(Ask ask, OnFailure mode, Throwable cause) {
            fallbacks.incrementAndGet();
        }

        @Override
        public void degraded(boolean degraded) {
            changes.add(degraded);
        }
    });

    @AfterEach
    void close() {
        guard.close();
    }

    /** A real limiter that answers at once, fails, or keeps silent, as the test says. */
    private final class Elsewhere implements SharedLimiter {
        private final LocalLimiter limiter = new LocalLimiter(1_000, ticker, LimiterListener.NONE);
        /** What it says if it speaks after all. */
        final List<Runnable> silent = new ArrayList<>();

        final AtomicInteger asked = new AtomicInteger();
        final List<Long> owed = new ArrayList<>();
        String mood = "answers";

        @Override
        public void decide(Ask ask) {
            limiter.decide(ask);
        }

        @Override
        public void ask(Ask question, long deadlineNanos, Consumer<@Nullable Throwable> done) {
            asked.incrementAndGet();
            switch (mood) {
                case "answers" -> {
                    limiter.decide(question);
                    done.accept(null);
                }
                case "fails" -> done.accept(new IllegalStateException("gone"));
                default ->
                    silent.add(() -> {
                        limiter.decide(question);
                        done.accept(null);
                    });
            }
        }

        @Override
        public void settle(Ask ask) {
            limiter.settle(ask);
        }

        @Override
        public CompletionStage<Void> probe() {
            return mood.equals("answers")
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new IllegalStateException("gone"));
        }

        @Override
        public CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id) {
            if (!mood.equals("answers")) {
                return CompletableFuture.failedFuture(new IllegalStateException("gone"));
            }
            Ask ask = new Ask();
            ask.add(bundle, client);
            for (int i = 0; i < permits.length; i++) {
                owed.add(permits[i]);
                ask.cost(i, permits[i]);
            }
            limiter.decide(ask);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            limiter.close();
        }
    }

    private static Bundle bundle(OnFailure mode, Duration deadline, double share, Limit... limits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add("limit-" + names.size());
            policies.declare(
                    new Policy(names.get(names.size() - 1), limit).withFallback(new Fallback(mode, deadline, share)));
        }
        return policies.current().bundle("bundle", names);
    }

    private static Bundle eightAnHour(OnFailure mode, double share) {
        return bundle(mode, NEVER, share, Limit.of(8, Duration.ofHours(1)));
    }

    private Ask asked(Bundle bundle, ClientKey client, long cost) throws InterruptedException {
        Ask ask = new Ask();
        ask.add(bundle, client);
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, cost);
        }
        guard.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).isTrue();
        return ask;
    }

    private int admittedOf(int times, Bundle bundle, ClientKey client) throws InterruptedException {
        int admitted = 0;
        for (int i = 0; i < times; i++) {
            admitted += asked(bundle, client, 1).allowed() ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void whileTheLimiterAnswersItAnswers() throws Exception {
        assertThat(admittedOf(10, eightAnHour(OnFailure.LOCAL, 0.25), ALICE)).isEqualTo(8);
        assertThat(fallbacks).hasValue(0);
        assertThat(guard.isDegraded()).isFalse();
    }

    @Test
    void aRefusalIsNoFailure() throws Exception {
        Bundle bundle = eightAnHour(OnFailure.LOCAL, 1);
        for (int i = 0; i < 200; i++) {
            asked(bundle, ALICE, 9);
        }
        assertThat(elsewhere.asked).hasValue(200);
        assertThat(changes).isEmpty();
    }

    @Test
    void aShareOfTheLimitStandsIn() throws Exception {
        Bundle bundle = eightAnHour(OnFailure.LOCAL, 0.25);
        elsewhere.mood = "fails";
        assertThat(admittedOf(10, bundle, ALICE)).isEqualTo(2);
        ticker.advance(Duration.ofMinutes(30));
        assertThat(admittedOf(10, bundle, ALICE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void sharesOfAllNodesAreTheLimit(Algorithm algorithm) throws Exception {
        elsewhere.mood = "fails";
        int admitted = 0;
        Bundle bundle = bundle(
                OnFailure.LOCAL, NEVER, 0.25, Limit.of(8, Duration.ofHours(1)).withAlgorithm(algorithm));
        for (int node = 0; node < 4; node++) {
            try (Guard one = new Guard(elsewhere, new Nodes("none", false), ticker, 1_000, LimiterListener.NONE)) {
                for (int i = 0; i < 10; i++) {
                    Ask ask = new Ask();
                    ask.add(bundle, ALICE);
                    one.decide(ask);
                    assertThat(ask.isDone()).isTrue();
                    admitted += ask.allowed() ? 1 : 0;
                }
            }
        }
        assertThat(admitted).isEqualTo(8);
    }

    @Test
    void anOutageIsNoFreeBurst() throws Exception {
        Bundle bundle = eightAnHour(OnFailure.LOCAL, 0.5);
        assertThat(admittedOf(8, bundle, ALICE)).isEqualTo(8);
        elsewhere.mood = "fails";
        assertThat(admittedOf(10, bundle, ALICE)).isZero();
        assertThat(admittedOf(10, bundle, BOB)).isEqualTo(4);
        ticker.advance(Duration.ofMinutes(15));
        assertThat(admittedOf(10, bundle, ALICE)).isEqualTo(1);
    }

    @Test
    void aSecondOutageBeginsWithWhatTheFirstAdmitted() throws Exception {
        Bundle bundle = eightAnHour(OnFailure.LOCAL, 0.5);
        elsewhere.mood = "fails";
        assertThat(admittedOf(10, bundle, ALICE)).isEqualTo(4);
        elsewhere.mood = "answers";
        Eventually.holds(() -> {
            asked(bundle, BOB, 0);
            return !guard.isDegraded();
        });
        ticker.advance(Duration.ofMinutes(2));
        elsewhere.mood = "fails";
        assertThat(admittedOf(10, bundle, ALICE)).isZero();
    }

    @Test
    void whatWasAdmittedMeanwhileIsChargedBeforeTheNextDecision() throws Exception {
        Bundle bundle = eightAnHour(OnFailure.LOCAL, 0.5);
        elsewhere.mood = "fails";
        assertThat(admittedOf(10, bundle, ALICE)).isEqualTo(4);
        elsewhere.mood = "answers";
        Eventually.holds(() -> {
            asked(bundle, BOB, 0);
            return !guard.isDegraded();
        });
        assertThat(asked(bundle, ALICE, 0).remaining(0)).isEqualTo(4);
        assertThat(elsewhere.owed).containsExactly(1L, 3L);
        assertThat(admittedOf(10, bundle, ALICE)).isEqualTo(4);
    }

    @Test
    void openAdmitsAndClosedFails() throws Exception {
        elsewhere.mood = "fails";
        Ask failed = asked(eightAnHour(OnFailure.CLOSED, 0), ALICE, 1);
        assertThat(admittedOf(20, eightAnHour(OnFailure.OPEN, 0), ALICE)).isEqualTo(20);
        assertThat(failed.allowed()).isFalse();
        assertThat(failed.failure()).hasMessage("gone");
    }

    @Test
    void ofSeveralLimitsTheStrictestModeCounts() throws Exception {
        elsewhere.mood = "fails";
        Ask ask = new Ask();
        ask.add(eightAnHour(OnFailure.OPEN, 0), ALICE);
        Policies policies = new Policies();
        policies.declare(new Policy("strict", Limit.of(8, Duration.ofHours(1)))
                .withFallback(new Fallback(OnFailure.CLOSED, NEVER, 0)));
        ask.add(policies.current().bundle("strict", List.of("strict")), ClientKey.GLOBAL);
        guard.decide(ask);
        assertThat(ask.isDone()).isTrue();
        assertThat(ask.failure()).isNotNull();
    }

    @Test
    void silenceIsAnsweredAtTheDeadlineAndALateAnswerGivesItsPlaceBack() throws Exception {
        elsewhere.mood = "silent";
        Bundle bundle = bundle(OnFailure.LOCAL, SOON, 1, Limit.of(8, Duration.ofHours(1)));
        Ask held = new Ask();
        held.add(bundle, ALICE);
        held.cost(0, 8);
        held.hold();
        guard.decide(held);
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(held.allowed()).isTrue();
        assertThat(fallbacks).hasValue(1);

        elsewhere.mood = "answers";
        elsewhere.silent.get(0).run();
        Ask look = new Ask();
        look.add(bundle, ALICE);
        look.cost(0, 0);
        elsewhere.limiter.decide(look);
        assertThat(look.remaining(0)).isEqualTo(8);
    }

    @Test
    void aLimiterThatFailsIsLeftAloneAndFoundAgain() throws Exception {
        Bundle bundle = eightAnHour(OnFailure.LOCAL, 1);
        elsewhere.mood = "fails";
        admittedOf(500, bundle, ALICE);
        int asked = elsewhere.asked.get();
        assertThat(asked).isLessThan(100);
        assertThat(guard.isDegraded()).isTrue();
        assertThat(changes).containsExactly(true);

        elsewhere.mood = "answers";
        Eventually.holds(() -> {
            asked(bundle, BOB, 0);
            return !guard.isDegraded();
        });
        Eventually.holds(() -> changes.size() == 2);
        assertThat(changes).containsExactly(true, false);
    }

    @Test
    void whatIsTakenMeanwhileIsSettledMeanwhile() throws Exception {
        Bundle bundle = eightAnHour(OnFailure.LOCAL, 1);
        elsewhere.mood = "fails";
        Ask held = new Ask();
        held.add(bundle, ALICE);
        held.cost(0, 8);
        held.hold();
        guard.decide(held);
        assertThat(held.isOpen()).isTrue();
        held.actual(0, 2);
        guard.settle(held);
        assertThat(asked(bundle, ALICE, 0).remaining(0)).isEqualTo(6);
    }
}
