package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import dev.weir.http.Application.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that wait for their turn. */
class TurnsTest {

    private final Application app = Application.with();

    @RateLimited(name = "shaped", permits = 10, per = "1s", burst = 1, maxWait = "250ms")
    static class Shaped {}

    @RateLimited(name = "slow", permits = 1, per = "1m", maxWait = "5m")
    static class Slow {}

    @RateLimited(name = "patient", permits = 10, per = "1s", burst = 1, maxWait = "1s")
    @RateLimited(name = "hasty", permits = 10, per = "1s", burst = 1, maxWait = "150ms")
    static class Both {}

    @RateLimited(name = "patient2", permits = 10, per = "1s", burst = 1, maxWait = "1s")
    @RateLimited(name = "strict", permits = 3, per = "1m")
    static class Mixed {}

    @RateLimited(name = "queue", permits = 10, per = "1s", burst = 4, algorithm = Algorithm.LEAKY_BUCKET_QUEUE)
    static class Queue {}

    @RateLimited(
            name = "short-queue",
            permits = 10,
            per = "1s",
            burst = 4,
            algorithm = Algorithm.LEAKY_BUCKET_QUEUE,
            maxWait = "100ms")
    static class ShortQueue {}

    @AfterEach
    void close() {
        app.close();
    }

    @Test
    void whoIsOverTheLimitGoesOnWhenItsTurnComesAndNotBefore() {
        assertThat(ask(Shaped.class).waits()).isFalse();
        Waiter second = ask(Shaped.class);
        assertThat(second.exchange.isDone()).isFalse();
        app.advance(Duration.ofNanos(99_999_999));
        assertThat(second.waits()).isTrue();
        app.advance(Duration.ofNanos(1));
        assertThat(second.exchange.isDone()).isTrue();
        assertThat(second.answer().status()).isEqualTo(200);
    }

    @Test
    void turnsComeInOrderOfArrival() {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiters.add(ask(Shaped.class));
        }
        for (int served = 1; served <= 3; served++) {
            assertThat(waiters.stream().map(Waiter::waits)).containsExactly(false, served < 2, served < 3);
            app.advance(Duration.ofMillis(100));
        }
    }

    @Test
    void whoseTurnIsTooFarOffIsRefusedAtOnceAndTakesNothing() {
        for (int i = 0; i < 3; i++) {
            ask(Shaped.class);
        }
        for (int i = 0; i < 3; i++) {
            Answer refused = ask(Shaped.class).answer();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("Retry-After")).isEqualTo("1");
            assertThat(refused.field("RateLimit")).isEqualTo("\"shaped\";r=0;t=1");
        }
        app.advance(Duration.ofMillis(50));
        assertThat(ask(Shaped.class).waits()).isTrue();
    }

    @Test
    void ofSeveralLimitsInTheWayTheShortestMaxWaitCounts() {
        assertThat(ask(Both.class).waits()).isFalse();
        assertThat(ask(Both.class).waits()).isTrue();
        Answer refused = ask(Both.class).answer();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body()).endsWith("\"violated-policies\":[\"hasty\"]}");
    }

    @Test
    void limitWithoutMaxWaitRefusesAtOnce() {
        for (int i = 0; i < 3; i++) {
            ask(Mixed.class);
        }
        app.advance(Duration.ofSeconds(1));
        Answer refused = ask(Mixed.class).answer();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.field("Retry-After")).isEqualTo("19");
        assertThat(refused.body()).endsWith("\"violated-policies\":[\"strict\"]}");
    }

    @Test
    void fieldsTellHowThingsStandWhenTheTurnHasCome() {
        ask(Slow.class);
        Waiter second = ask(Slow.class);
        app.advance(Duration.ofMinutes(1));
        assertThat(second.answer().field("RateLimit")).isEqualTo("\"slow\";r=0;t=60");
        assertThat(second.answer().field("X-RateLimit-Remaining")).isEqualTo("0");
    }

    @Test
    void aQueueHasATurnForEachOfItsPlacesAndRefusesTheRestAtOnce() {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            waiters.add(ask(Queue.class));
        }
        for (Waiter refused : waiters.subList(4, 6)) {
            assertThat(refused.answer().status()).isEqualTo(429);
            assertThat(refused.answer().field("Retry-After")).isEqualTo("1");
        }
        for (int served = 1; served <= 4; served++) {
            assertThat(waiters.subList(0, 4).stream().filter(Waiter::waits)).hasSize(4 - served);
            app.advance(Duration.ofMillis(100));
        }
    }

    @Test
    void maxWaitBoundsTheWaitInAQueue() {
        assertThat(ask(ShortQueue.class).waits()).isFalse();
        assertThat(ask(ShortQueue.class).waits()).isTrue();
        assertThat(ask(ShortQueue.class).answer().status()).isEqualTo(429);
    }

    @Test
    void whoGivesUpGivesItsTurnToTheNextWhoCome() {
        ask(Shaped.class);
        Waiter gone = ask(Shaped.class);
        gone.exchange.giveUp();
        assertThat(app.ticker.waiting()).isZero();
        Waiter next = ask(Shaped.class);
        app.advance(Duration.ofMillis(100));
        assertThat(next.answer().status()).isEqualTo(200);
        assertThat(gone.waits()).as("nobody is called back who has given up").isTrue();
        assertThat(gone.exchange.isAdmitted()).isFalse();
        assertThat(gone.exchange.hasOutcomes()).isFalse();
    }

    @Test
    void whoGivesUpHurriesNobodyWhoWaits() {
        ask(Shaped.class);
        Waiter gone = ask(Shaped.class);
        Waiter waits = ask(Shaped.class);
        gone.exchange.giveUp();
        app.advance(Duration.ofMillis(199));
        assertThat(waits.waits()).isTrue();
        app.advance(Duration.ofMillis(1));
        assertThat(waits.answer().status()).isEqualTo(200);
    }

    @Test
    void givingUpAfterTheTurnOrTwiceGivesNothingBack() {
        ask(Shaped.class);
        Waiter served = ask(Shaped.class);
        app.advance(Duration.ofMillis(100));
        served.exchange.giveUp();
        Waiter gone = ask(Shaped.class);
        gone.exchange.giveUp();
        gone.exchange.giveUp();
        Waiter next = ask(Shaped.class);
        app.advance(Duration.ofMillis(99));
        assertThat(next.waits()).isTrue();
        assertThat(served.exchange.isAdmitted()).isTrue();
    }

    @Test
    void threadThatWaitsGoesOnAtItsTurn() {
        ask(Shaped.class);
        Waiter holding = Waiter.holding(app, Shaped.class, client());
        assertThat(holding.waits()).isTrue();
        app.advance(Duration.ofMillis(100));
        assertThat(holding.answer().status()).isEqualTo(200);
    }

    @Test
    void threadThatIsInterruptedWhileItWaitsGivesItsTurnBackAndIsAnswered503() {
        ask(Shaped.class);
        Waiter holding = Waiter.holding(app, Shaped.class, client()).interrupt();
        assertThat(holding.answer().status()).isEqualTo(503);
        Waiter next = ask(Shaped.class);
        app.advance(Duration.ofMillis(100));
        assertThat(next.waits()).isFalse();
    }

    private Waiter ask(Class<?> type) {
        return Waiter.freeing(app, type, client());
    }

    private static FakeRequest client() {
        return FakeRequest.from("192.0.2.1");
    }
}
