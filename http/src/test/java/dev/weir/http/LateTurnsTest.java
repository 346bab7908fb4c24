package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns and estimates of back ends that answer later: nothing stays taken for who has not waited for the answer. */
class LateTurnsTest {

    private static final Duration TURN = Duration.ofMillis(100);

    private final Application app = application("1h");
    private final HeldBackend backend = (HeldBackend) app.weir.backend();

    @RateLimited(name = "shaped", permits = 10, per = "1s", burst = 1, maxWait = "1s")
    static class Shaped {}

    @RateLimited(name = "estimated", permits = 10, per = "1s", costBy = "three")
    static class Estimated {}

    private static final class Three implements SettlingCostResolver {
        @Override
        public long cost(RequestView request) {
            return 3;
        }

        @Override
        public OptionalLong actual(Object answer) {
            return OptionalLong.of(2);
        }
    }

    private static Application application(String deadline) {
        return Application.with(
                builder -> builder.costResolver("three", new Three()),
                "weir.backend",
                "held",
                "weir.deadline",
                deadline,
                "weir.max-waiting",
                "1");
    }

    @AfterEach
    void close() {
        app.close();
    }

    @Test
    void turnThatIsAnsweredLaterIsWaitedFor() {
        Waiter waiter = ask(app, Shaped.class);
        HeldBackend.admit(backend.next(), TURN);
        assertThat(waiter.waits()).isTrue();
        assertThat(backend.settled()).isEmpty();
        app.advance(TURN);
        assertThat(waiter.answer().status()).isEqualTo(200);
        assertThat(backend.settled()).containsExactly("1 -> 1");
    }

    @Test
    void turnThatIsAnsweredAfterTheDeadlineIsGivenBack() {
        try (Application quick = application("1ms")) {
            HeldBackend asked = (HeldBackend) quick.weir.backend();
            Waiter freeing = ask(quick, Shaped.class);
            assertThat(freeing.answer().status()).isEqualTo(503);
            HeldBackend.admit(asked.next(), TURN);
            Exchange holding = quick.weir.exchange(client());
            holding.judge(quick.endpoint(Shaped.class), Point.ONLY);
            holding.await();
            HeldBackend.admit(asked.next(), TURN);
            assertThat(asked.settled()).containsExactly("1 -> 0", "1 -> 0");
            assertThat(quick.ticker.waiting()).isZero();
            assertThat(holding.hasOutcomes()).isFalse();
        }
    }

    @Test
    void estimateThatIsAnsweredAfterTheDeadlineIsGivenBack() {
        try (Application quick = application("1ms")) {
            HeldBackend asked = (HeldBackend) quick.weir.backend();
            Waiter waiter = ask(quick, Estimated.class);
            assertThat(waiter.answer().status()).isEqualTo(503);
            HeldBackend.admit(asked.next(), Duration.ZERO);
            assertThat(asked.settled()).containsExactly("3 -> 0");
            assertThat(waiter.exchange.settle("done")).isFalse();
            assertThat(quick.ticker.waiting()).isZero();
        }
    }

    @Test
    void turnThatIsAnsweredAfterTheClientHasGoneIsGivenBack() {
        Waiter gone = ask(app, Shaped.class);
        gone.exchange.giveUp();
        HeldBackend.admit(backend.next(), TURN);
        assertThat(backend.settled()).containsExactly("1 -> 0");
        assertThat(app.ticker.waiting()).isZero();
        assertThat(gone.waits()).as("nobody is called back who has given up").isTrue();
    }

    @Test
    void deadlineIsForTheAnswerAndCutsNoTurnShort() {
        try (Application quick = application("200ms")) {
            HeldBackend asked = (HeldBackend) quick.weir.backend();
            Waiter waits = ask(quick, Shaped.class);
            HeldBackend.admit(asked.next(), TURN);
            Waiter unanswered = ask(quick, Shaped.class);
            assertThat(unanswered.answer().status()).isEqualTo(503);
            assertThat(waits.waits()).as("longer than the deadline").isTrue();
            quick.advance(TURN);
            assertThat(waits.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void backEndThatNeverAnswersKeepsNoPlaceToWait() {
        try (Application quick = application("1ms")) {
            HeldBackend asked = (HeldBackend) quick.weir.backend();
            for (int i = 0; i < 3; i++) {
                assertThat(ask(quick, Shaped.class).answer().status()).isEqualTo(503);
                assertThat(asked.next().isPatient())
                        .as("a place to wait was free")
                        .isTrue();
            }
        }
    }

    @Test
    void backEndThatFailsKeepsNoPlaceToWait() {
        for (int i = 0; i < 3; i++) {
            Waiter waiter = ask(app, Shaped.class);
            Ask asked = backend.next();
            assertThat(asked.isPatient()).as("a place to wait was free").isTrue();
            asked.fail(new IllegalStateException("gone"));
            assertThat(waiter.answer().status()).isEqualTo(503);
        }
    }

    @Test
    void whoIsServedAtOnceOrRefusedKeepsNoPlaceToWait() {
        for (int i = 0; i < 4; i++) {
            Waiter waiter = ask(app, Shaped.class);
            Ask asked = backend.next();
            assertThat(asked.isPatient()).as("a place to wait was free").isTrue();
            if (i % 2 == 0) {
                HeldBackend.admit(asked);
            } else {
                HeldBackend.refuse(asked);
            }
            assertThat(waiter.answer().status()).isEqualTo(i % 2 == 0 ? 200 : 429);
        }
    }

    @Test
    void whoFindsNoPlaceToWaitAsksWithoutPatience() {
        ask(app, Shaped.class);
        HeldBackend.admit(backend.next(), TURN);
        ask(app, Shaped.class);
        assertThat(backend.next().isPatient()).isFalse();
        app.advance(TURN);
        ask(app, Shaped.class);
        assertThat(backend.next().isPatient()).isTrue();
    }

    @Test
    void requestGoesOnAtItsTurnThoughTheBackEndCannotSettle() {
        backend.cannotSettle();
        Waiter waiter = ask(app, Shaped.class);
        HeldBackend.admit(backend.next(), TURN);
        app.advance(TURN);
        assertThat(waiter.answer().status()).isEqualTo(200);

        Waiter estimated = ask(app, Estimated.class);
        HeldBackend.admit(backend.next(), Duration.ZERO);
        estimated.exchange.settle("done");
        assertThat(estimated.answer().status()).isEqualTo(200);
    }

    @Test
    void noLimitIsAskedForWhoHasGoneWhileItsApiKeyWasSettled() {
        Waiter gone = Waiter.freeing(app, Shaped.class, client().apiKey("k"));
        Ask gate = backend.next();
        gone.exchange.giveUp();
        HeldBackend.admit(gate);
        assertThat(backend.waiting()).isZero();
    }

    private static Waiter ask(Application app, Class<?> type) {
        return Waiter.freeing(app, type, client());
    }

    private static FakeRequest client() {
        return FakeRequest.from("192.0.2.1");
    }
}
