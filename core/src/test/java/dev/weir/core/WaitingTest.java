package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that wait for a turn: first come, first served, each wakes at its own time, and none holds up anybody else. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class WaitingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final ManualTicker ticker = new ManualTicker();

    private RateLimiter limiter(Algorithm algorithm, long permits) {
        return RateLimiter.of(ticker, Limit.of(permits, SECOND).withAlgorithm(algorithm));
    }

    // peers: guava#1622, redisson#1659 (timeouts that overflowed, or were not kept)
    @Test
    void timeoutIsKeptToTheNanosecond() throws InterruptedException {
        RateLimiter limiter = RateLimiter.builder()
                .limits(Limit.of(1, SECOND))
                .ticker(ticker)
                .sleeper(Sleepers.moving(ticker))
                .build();
        assertThat(limiter.acquire("alice", 1, Duration.ZERO).allowed()).isTrue();
        assertThat(limiter.acquire("alice", 1, Duration.ZERO).retryAfter()).isEqualTo(SECOND);
        ticker.advanceNanos(999_999_998);
        Decision early = limiter.acquire("alice", 1, Duration.ofNanos(1));
        assertThat(early.allowed()).isFalse();
        assertThat(early.retryAfter()).isEqualTo(Duration.ofNanos(2));
        ticker.advanceNanos(1);
        Decision inTime = limiter.acquire("alice", 1, Duration.ofNanos(1));
        assertThat(inTime.allowed()).isTrue();
        assertThat(inTime.waited()).isEqualTo(Duration.ofNanos(1));
        Decision patient = limiter.acquire("alice", 1, Duration.ofNanos(Long.MAX_VALUE));
        assertThat(patient.waited()).isEqualTo(SECOND);
        assertThat(ticker.read()).isEqualTo(2_000_000_000);
    }

    @Test
    void timeoutThatCannotBeCountedInNanosecondsIsRefusedByName() {
        RateLimiter limiter = RateLimiter.of(ticker, Limit.of(1, SECOND));
        for (Duration timeout : List.of(
                Duration.ofDays(300 * 365), Duration.ofNanos(Long.MAX_VALUE).plusNanos(1), Duration.ofNanos(-1))) {
            String message = "timeout is " + timeout + ", must be from 0 to 2^63 - 1 nanoseconds (292 years)";
            assertThatThrownBy(() -> limiter.acquire("alice", 1, timeout))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> limiter.acquireAsync("alice", 1, timeout)).hasMessage(message);
            assertThatThrownBy(() -> limiter.enter("alice", Cost.of(1), timeout))
                    .hasMessage(message);
        }
        assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
    }

    /* In this thread, on a clock that nobody moves: should it wait, it would wait for ever. */
    // peers: resilience4j#1283, resilience4j#1968
    @ParameterizedTest
    @EnumSource
    void whoCannotMakeItIsToldAtOnce(Algorithm algorithm) throws InterruptedException {
        RateLimiter limiter = limiter(algorithm, 4);
        assertThat(limiter.acquire("alice", algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 1 : 4)
                        .allowed())
                .isTrue();
        Decision refused = limiter.tryAcquire("alice");
        assertThat(refused.allowed()).isFalse();
        Duration tooShort = refused.retryAfter().minusNanos(1);
        // a queue would take whoever has the same patience a nanosecond later
        assertThat(limiter.acquire("alice", 1, tooShort).retryAfter())
                .isEqualTo(algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? Duration.ofNanos(1) : refused.retryAfter());
        assertThatThrownBy(() -> limiter.enter("alice", Cost.of(1), tooShort)).isInstanceOf(RefusedException.class);
        assertThat(limiter.acquireAsync("alice", 1, tooShort).toCompletableFuture())
                .isDone();
        assertThat(limiter.acquire("alice", 5).never()).isTrue();
        assertThatThrownBy(() -> limiter.enter("alice", Cost.of(5), LONG)).hasMessageContaining("no wait helps");
        assertThat(ticker.waiting()).isZero();
        assertThat(limiter.tryAcquire("alice")).isEqualTo(refused);
    }

    @ParameterizedTest
    @EnumSource
    void interruptionBeforeAskingTakesNothing(Algorithm algorithm) {
        RateLimiter limiter = limiter(algorithm, 3);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> limiter.acquire("alice")).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> limiter.enter("alice")).isInstanceOf(InterruptedException.class);
        assertThat(limiter.peek("alice").remaining()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void interruptionMeanwhileGivesTheTurnToTheNext(Algorithm algorithm) throws Exception {
        RateLimiter limiter = limiter(algorithm, 2);
        limiter.tryAcquire("alice", algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 1 : 2);
        Duration turn = limiter.tryAcquire("alice").retryAfter();
        for (int i = 0; i < 20; i++) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            boolean enters = i % 2 == 0;
            Thread waiter = new Thread(() -> {
                try {
                    Object entered =
                            enters ? limiter.enter("alice", Cost.of(1), turn) : limiter.acquire("alice", 1, turn);
                    thrown.set(new AssertionError("went on with " + entered));
                } catch (InterruptedException e) {
                    thrown.set(e);
                }
            });
            waiter.start();
            Sleepers.until("it waits", () -> ticker.waiting() == 1);
            waiter.interrupt();
            waiter.join(60_000);
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            assertThat(ticker.waiting()).isZero();
        }
        assertThat(limiter.acquireAsync("alice", 1, turn).toCompletableFuture())
                .as("it has the turn that twenty others gave back")
                .isNotDone();
        ticker.advance(turn);
        assertThat(ticker.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "GCRA|TOKEN_BUCKET|LEAKY_BUCKET|LEAKY_BUCKET_QUEUE")
    void firstComeIsFirstServedAndEachWakesAloneAtItsTime(Algorithm algorithm) throws Exception {
        int waiters = 60;
        RateLimiter limiter =
                RateLimiter.of(ticker, Limit.of(10, SECOND).withBurst(100).withAlgorithm(algorithm));
        limiter.tryAcquire("alice", algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 1 : 100);
        ConcurrentLinkedQueue<Integer> wentOn = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            int number = i;
            threads.add(new Thread(() -> {
                try {
                    limiter.acquire("alice");
                    wentOn.add(number);
                } catch (InterruptedException e) {
                    wentOn.add(-1);
                }
            }));
            threads.get(i).start();
            Sleepers.until(number + " waits", () -> ticker.waiting() == number + 1);
        }
        for (int i = 0; i < waiters; i++) {
            ticker.advanceNanos(99_999_999);
            assertThat(ticker.waiting()).isEqualTo(waiters - i);
            ticker.advanceNanos(1);
            assertThat(ticker.waiting()).as("wait on, one has been woken").isEqualTo(waiters - i - 1);
            threads.get(i).join(60_000);
            assertThat(wentOn).hasSize(i + 1).last().isEqualTo(i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyOvertakesWhoWaits(Algorithm algorithm) {
        RateLimiter limiter = limiter(algorithm, 10);
        limiter.tryAcquire("alice", algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 1 : 5);
        long cost = algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 1 : 10;
        Decision[] gone = new Decision[1];
        limiter.acquireAsync("alice", cost, LONG).thenAccept(decision -> gone[0] = decision);
        assertThat(ticker.waiting()).isEqualTo(1);
        while (gone[0] == null) {
            Decision overtaker = limiter.tryAcquire("alice");
            assertThat(overtaker.allowed()).as("at " + ticker.read()).isFalse();
            assertThat(limiter.peek("alice").allowed()).isTrue();
            ticker.advanceNanos(10_000_000);
        }
        Decision next = limiter.tryAcquire("alice");
        if (!next.allowed()) {
            ticker.advance(next.retryAfter());
            assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void othersDecideWhileAHundredWait(Algorithm algorithm) throws Exception {
        RateLimiter limiter = RateLimiter.of(ticker, Limit.of(100, SECOND).withAlgorithm(algorithm));
        limiter.tryAcquire("alice", algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 1 : 100);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            threads.add(new Thread(() -> {
                try {
                    limiter.acquire("alice");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            threads.get(i).start();
        }
        Sleepers.until("all wait", () -> ticker.waiting() == 99);
        assertThat(limiter.tryAcquire("alice").allowed()).isFalse();
        assertThat(limiter.peek("alice").remaining()).isLessThanOrEqualTo(1);
        assertThat(limiter.tryAcquire("bob").allowed()).isTrue();
        ticker.advance(Duration.ofMinutes(1));
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void virtualThreadsWaitByTheThousand() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "this Java has no virtual threads");
        int waiters = 5_000;
        RateLimiter limiter = RateLimiter.of(ticker, Limit.of(1_000, SECOND).withBurst(1));
        limiter.tryAcquire("alice");
        ConcurrentLinkedQueue<Long> waits = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < waiters; i++) {
            startVirtualThread(() -> {
                try {
                    waits.add(limiter.acquire("alice").waitNanos());
                } catch (InterruptedException e) {
                    waits.add(-1L);
                }
            });
        }
        Sleepers.until("all wait", () -> ticker.waiting() == waiters);
        ticker.advance(Duration.ofSeconds(5));
        Sleepers.until("all went on", () -> waits.size() == waiters);
        assertThat(waits)
                .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, waiters)
                        .mapToObj(turn -> turn * 1_000_000)
                        .toList());
    }

    private static void startVirtualThread(Runnable task) throws ReflectiveOperationException {
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }
}
