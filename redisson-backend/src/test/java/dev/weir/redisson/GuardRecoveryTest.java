package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a fault leaves behind: nobody unanswered, no debt twice, nobody else's trouble. */
@Timeout(60)
class GuardRecoveryTest {

    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);
    private static final ClientKey BOB = new ClientKey(ClientKey.Kind.USER, 1, 3);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LATE = Duration.ofMinutes(1);

    private final ManualTicker ticker = new ManualTicker();
    private final Elsewhere elsewhere = new Elsewhere();
    private final Guard guard = guard(LimiterListener.NONE);

    private Guard guard(LimiterListener listener) {
        return new Guard(elsewhere, new Nodes("none", false), ticker, 1_000, listener);
    }

    @AfterEach
    void close() {
        guard.close();
    }

    /** A real limiter behind a connection that does as the test says. */
    private final class Elsewhere implements SharedLimiter {
        private final LocalLimiter limiter = new LocalLimiter(1_000, ticker, LimiterListener.NONE);
        final List<Long> charges = new ArrayList<>();
        final List<Long> ids = new ArrayList<>();
        volatile boolean silent;
        volatile @Nullable RuntimeException trouble;
        volatile CompletableFuture<Void> chargeAnswered = CompletableFuture.completedFuture(null);

        @Override
        public void decide(Ask ask) {
            limiter.decide(ask);
        }

        @Override
        public void ask(Ask question, long deadlineNanos, Consumer<@Nullable Throwable> done) {
            RuntimeException why = trouble;
            if (why != null) {
                done.accept(why);
            } else if (!silent) {
                limiter.decide(question);
                done.accept(null);
            }
        }

        @Override
        public CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id) {
            charges.add(permits[0]);
            ids.add(id);
            return chargeAnswered.copy();
        }

        @Override
        public CompletionStage<Void> probe() {
            RuntimeException why = trouble;
            return why == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(why);
        }

        @Override
        public void close() {
            limiter.close();
        }
    }

    private static Bundle bundle(String name, Duration deadline) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(8, Duration.ofHours(1)))
                .withFallback(new Fallback(OnFailure.LOCAL, deadline, 1)));
        return policies.current().bundle(name, List.of("limit"));
    }

    private static Ask ask(Bundle bundle, ClientKey client) {
        Ask ask = new Ask();
        ask.add(bundle, client);
        return ask;
    }

    private Ask asked(Bundle bundle, ClientKey client) throws InterruptedException {
        Ask ask = ask(bundle, client);
        guard.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).as("is answered").isTrue();
        return ask;
    }

    private static IllegalStateException gone() {
        return new IllegalStateException("gone");
    }

    @Test
    void whoThrowsWhenItIsLateTakesNobodyElsesDeadline() throws Exception {
        Bundle bundle = bundle("bundle", SOON);
        elsewhere.silent = true;
        Ask thrower = ask(bundle, ALICE);
        thrower.onDone(() -> {
            throw new IllegalStateException("a callback of this test");
        });
        guard.decide(thrower);
        Eventually.holds(thrower::isDone);
        asked(bundle, BOB);
    }

    @Test
    void aListenerThatThrowsKeepsNobodyWaiting() throws Exception {
        elsewhere.silent = true;
        try (Guard told = guard(new LimiterListener() {
            @Override
            public void fellBack(Ask ask, OnFailure mode, Throwable cause) {
                throw new IllegalStateException("a listener of this test");
            }
        })) {
            Ask ask = ask(bundle("bundle", SOON), ALICE);
            told.decide(ask);
            Eventually.holds(ask::isDone);
        }
    }

    @Test
    void aDebtWhoseAnswerIsLostIsSentAgainAsTheSame() throws Exception {
        Bundle bundle = bundle("bundle", LATE);
        elsewhere.trouble = gone();
        assertThat(asked(bundle, ALICE).allowed()).isTrue();
        assertThat(asked(bundle, ALICE).allowed()).isTrue();
        elsewhere.trouble = null;
        elsewhere.chargeAnswered = CompletableFuture.failedFuture(gone());
        asked(bundle, ALICE);
        asked(bundle, ALICE);
        elsewhere.chargeAnswered = CompletableFuture.completedFuture(null);
        asked(bundle, ALICE);
        assertThat(elsewhere.charges).containsExactly(1L, 1L, 1L, 1L, 2L);
        List<Long> ids = elsewhere.ids;
        assertThat(ids.subList(1, 4)).as("the lost one, three times").containsOnly(ids.get(1));
        assertThat(List.of(ids.get(0), ids.get(1), ids.get(4))).doesNotHaveDuplicates();
        asked(bundle, ALICE);
        assertThat(elsewhere.charges).as("all is charged").hasSize(5);
    }

    @Test
    void whoAsksWhileADebtIsOnItsWayWaitsForIt() throws Exception {
        Bundle bundle = bundle("bundle", LATE);
        elsewhere.trouble = gone();
        asked(bundle, ALICE);
        elsewhere.trouble = null;
        elsewhere.chargeAnswered = new CompletableFuture<>();
        CompletableFuture<Void> answered = elsewhere.chargeAnswered;
        Ask first = ask(bundle, ALICE);
        Ask second = ask(bundle, ALICE);
        guard.decide(first);
        guard.decide(second);
        assertThat(first.isDone() || second.isDone()).isFalse();
        assertThat(asked(bundle, BOB).allowed()).isTrue();
        answered.complete(null);
        assertThat(first.isDone() && second.isDone()).isTrue();
        assertThat(elsewhere.charges).containsExactly(1L);
    }

    @Test
    void oneClientsUnreadableStateIsNobodyElsesTrouble() throws Exception {
        Bundle bundle = bundle("bundle", LATE);
        for (int i = 0; i < 200; i++) {
            elsewhere.trouble = UnreadableStateException.foreign(bundle, "weir:{*}:bundle");
            asked(bundle, ALICE);
        }
        elsewhere.trouble = null;
        assertThat(guard.isDegraded()).isFalse();
    }

    @Test
    void itIsFoundAgainThoughNobodyAsks() throws Exception {
        Bundle bundle = bundle("bundle", LATE);
        elsewhere.trouble = gone();
        Eventually.holds(() -> {
            asked(bundle, ALICE);
            return guard.isDegraded();
        });
        elsewhere.trouble = null;
        Eventually.holds(() -> !guard.isDegraded());
    }

    @Test
    void whoeverIsUnderWayWhenItClosesIsAnswered() {
        Bundle bundle = bundle("bundle", LATE);
        elsewhere.silent = true;
        Ask before = ask(bundle, ALICE);
        guard.decide(before);
        guard.close();
        assertThat(before.isDone()).isTrue();
        Ask after = ask(bundle, ALICE);
        guard.decide(after);
        assertThat(after.isDone()).isTrue();
    }

    @Test
    void whoIsStoodInForAgainBeginsWithWhatWasHeardSince() throws Exception {
        Bundle bundle = bundle("bundle", LATE);
        elsewhere.trouble = gone();
        asked(bundle, ALICE);
        elsewhere.trouble = null;
        Eventually.holds(() -> {
            asked(bundle, BOB);
            return !guard.isDegraded();
        });
        ticker.advance(Duration.ofMillis(1));
        for (int i = 0; i < 10; i++) {
            asked(bundle, ALICE);
        }
        elsewhere.trouble = gone();
        for (int i = 0; i < 10; i++) {
            assertThat(asked(bundle, ALICE).allowed()).isFalse();
        }
    }

    @Test
    void shortDeadlinesOfOneLimitOpenNothingForOthers() throws Exception {
        Bundle hurried = bundle("hurried", Duration.ofMillis(1));
        Bundle patient = bundle("patient", LATE);
        for (int i = 0; i < 100; i++) {
            elsewhere.silent = true;
            Ask late = ask(hurried, ALICE);
            guard.decide(late);
            elsewhere.silent = false;
            asked(patient, BOB);
            Eventually.holds(late::isDone);
        }
        assertThat(guard.isDegraded()).isFalse();
    }
}
