package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One question, one answer, told once. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AskTest {

    private static final Limit TEN = Limit.of(10, Duration.ofSeconds(1));
    private static final Bundle ONE = Asks.bundle("one", TEN);
    private static final Bundle TWO = Asks.bundle("two", TEN, TEN.withBurst(5));

    @Test
    void callbackRunsOnceInTheThreadThatAnswers() throws InterruptedException {
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        AtomicReference<Thread> ran = new AtomicReference<>();
        AtomicInteger times = new AtomicInteger();
        ask.onDone(() -> {
            assertThat(ask.isDone()).isTrue();
            ran.set(Thread.currentThread());
            times.incrementAndGet();
        });
        assertThat(ask.isDone()).isFalse();
        Thread other = new Thread(() -> ask.complete(true));
        other.start();
        other.join();
        assertThat(ran).hasValue(other);
        assertThat(times).hasValue(1);
        assertThat(ask.allowed()).isTrue();
        assertThat(ask.failure()).isNull();
    }

    @Test
    void callbackAfterTheAnswerRunsAtOnce() {
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        ask.complete(false);
        List<Thread> ran = new ArrayList<>();
        ask.onDone(() -> ran.add(Thread.currentThread()));
        assertThat(ran).containsExactly(Thread.currentThread());
    }

    @Test
    void callbackGivenBeforeTheLocalLimiterDecidesRunsToo() {
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        AtomicInteger times = new AtomicInteger();
        ask.onDone(times::incrementAndGet);
        Asks.limiter(new ManualTicker()).decide(ask);
        assertThat(times).hasValue(1);
    }

    @Test
    void secondCallbackIsAnErrorAndDoesNotRunBeforeTheAnswer() {
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        List<String> ran = new ArrayList<>();
        ask.onDone(() -> ran.add("first"));
        assertThatThrownBy(() -> ask.onDone(() -> ran.add("second"))).isInstanceOf(IllegalStateException.class);
        ask.complete(true);
        assertThat(ran).containsExactly("first");
    }

    @Test
    void secondAnswerIsAnError() {
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        ask.complete(true);
        assertThatThrownBy(() -> ask.complete(true)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ask.fail(new RuntimeException())).isInstanceOf(IllegalStateException.class);
        ask.clear();
        ask.add(ONE, Asks.ALICE);
        ask.complete(false);
        assertThat(ask.isDone()).isTrue();
    }

    @Test
    void failureIsToldAndForgottenByClear() {
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        RuntimeException cause = new RuntimeException("Redis is away");
        ask.fail(cause);
        assertThat(ask.isDone()).isTrue();
        assertThat(ask.allowed()).isFalse();
        assertThat(ask.failure()).isSameAs(cause);
        ask.clear();
        assertThat(ask.isDone()).isFalse();
        assertThat(ask.failure()).isNull();
        assertThat(ask.limits()).isZero();
        assertThat(ask.bundles()).isZero();
    }

    @Test
    void awaitReturnsWhenAnotherThreadAnswers() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            Ask ask = Asks.ask(ONE, Asks.ALICE);
            CountDownLatch ready = new CountDownLatch(1);
            Thread other = new Thread(() -> {
                ready.countDown();
                ask.answer(0, 7, 0, 0);
                ask.complete(true);
            });
            other.start();
            ready.await();
            assertThat(ask.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ask.remaining(0)).isEqualTo(7);
            other.join();
        }
    }

    // peers: guava#1622, redisson#1659 (timeouts that overflowed, or were ignored)
    @Test
    void awaitKeepsItsTimeout() throws InterruptedException {
        for (long timeout : new long[] {Long.MIN_VALUE, -1, 0, 1, 1_000_000}) {
            assertThat(Asks.ask(ONE, Asks.ALICE).await(timeout)).isFalse();
        }
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        Thread other = new Thread(() -> ask.complete(true));
        other.start();
        assertThat(ask.await(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        other.join();
    }

    @Test
    void awaitIsInterruptible() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Asks.ask(ONE, Asks.ALICE).await(20, TimeUnit.SECONDS))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void sameBundleTwiceForOneClientIsAnError() {
        Ask ask = Asks.ask(ONE, Asks.ALICE);
        assertThatThrownBy(() -> ask.add(ONE, Asks.ALICE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ask.add(Asks.bundle("one", TEN, TEN), Asks.ALICE))
                .hasMessage("Bundle one is asked of twice for one client: add up its costs");
        ask.add(ONE, Asks.BOB);
        ask.add(TWO, Asks.ALICE);
        assertThat(ask.bundles()).isEqualTo(3);
        assertThat(ask.limits()).isEqualTo(4);
    }

    @Test
    void limitsAreNumberedInTheOrderOfTheirBundles() {
        Ask ask = new Ask();
        for (int i = 0; i < 5; i++) {
            assertThat(ask.add(TWO, Asks.client(i))).isEqualTo(2 * i);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(ask.policy(i)).isSameAs(TWO.policies().get(i % 2));
            assertThat(ask.cost(i)).isEqualTo(1);
        }
        assertThat(ask.client(3)).isEqualTo(Asks.client(3));
        assertThat(ask.firstLimit(3)).isEqualTo(6);
        assertThatThrownBy(() -> ask.cost(10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ask.remaining(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(ask.clear().add(ONE, Asks.ALICE)).isZero();
        assertThat(ask.cost(0)).isEqualTo(1);
    }

    @Test
    void decisionIsTheSameAnswerAsAValue() {
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = Asks.limiter(ticker);
        Decision decision = Decision.of(Asks.decide(limiter, TWO, Asks.ALICE, 1, 5));
        assertThat(decision.allowed()).isTrue();
        assertThat(decision.outcomes()).extracting(Outcome::remaining).containsExactly(9L, 0L);
        assertThat(decision.deciding()).isEqualTo(decision.outcomes().get(1));
        Decision refused = Decision.of(Asks.decide(limiter, TWO, Asks.ALICE));
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(100));
        assertThat(refused.resetAfter()).isEqualTo(Duration.ofMillis(500));
        assertThat(refused.outcomes().get(0).violated()).isFalse();
        assertThat(refused.never()).isFalse();
    }
}
