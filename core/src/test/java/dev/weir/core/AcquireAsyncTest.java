package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Turns that are waited for without a thread: each comes at its time, and who leaves gives the place back, once. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class AcquireAsyncTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Decision OTHER = RateLimiter.of(Limit.of(1, SECOND)).peek("nobody");

    private final ManualTicker ticker = new ManualTicker();
    private final RateLimiter limiter = RateLimiter.of(ticker, Limit.of(1, SECOND));

    private static CompletableFuture<Decision> acquire(RateLimiter limiter) {
        return limiter.acquireAsync("alice").toCompletableFuture();
    }

    @Test
    void manyWaitWithoutAThreadAndEachTurnComesAtItsTime() {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            limiter.acquireAsync("alice").thenAccept(decision -> times.add(ticker.read()));
        }
        assertThat(times).containsExactly(0L);
        assertThat(ticker.waiting()).isEqualTo(999);
        for (int i = 1; i < 1_000; i++) {
            ticker.advance(SECOND);
            assertThat(times).hasSize(i + 1).last().isEqualTo(i * 1_000_000_000L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancellingGivesThePlaceToTheNext(Algorithm algorithm) {
        RateLimiter any = RateLimiter.of(ticker, Limit.of(2, SECOND).withAlgorithm(algorithm));
        any.tryAcquire("alice", algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? 1 : 2);
        Duration turn = any.tryAcquire("alice").retryAfter();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Decision> waiting =
                    any.acquireAsync("alice", 1, turn).toCompletableFuture();
            assertThat(waiting).isNotDone();
            assertThat(waiting.cancel(i % 2 == 0)).isTrue();
            assertThat(ticker.waiting()).isZero();
        }
        assertThat(any.acquireAsync("alice", 1, turn).toCompletableFuture()).isNotDone();
    }

    static Stream<Arguments> waysToLeave() {
        return Stream.of(
                way("cancel", turn -> turn.cancel(false)),
                way("complete", turn -> turn.complete(OTHER)),
                way("completeExceptionally", turn -> turn.completeExceptionally(new IllegalStateException())),
                way("completeAsync", turn -> turn.completeAsync(() -> OTHER)),
                way(
                        "completeAsync that fails",
                        turn -> turn.completeAsync(() -> {
                            throw new IllegalStateException();
                        })),
                way("orTimeout", turn -> turn.orTimeout(1, TimeUnit.NANOSECONDS)),
                way("completeOnTimeout", turn -> turn.completeOnTimeout(OTHER, 1, TimeUnit.NANOSECONDS)));
    }

    private static Arguments way(String name, Consumer<CompletableFuture<Decision>> leave) {
        return Arguments.of(name, leave);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waysToLeave")
    void whoeverCompletesItGivesThePlaceBackBeforeAnybodyHearsOfIt(
            String name, Consumer<CompletableFuture<Decision>> leave) {
        assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
        CompletableFuture<Decision> turn = acquire(limiter);
        List<Duration> next = new ArrayList<>();
        turn.whenComplete((decision, failure) -> {
            CompletableFuture<Decision> after = acquire(limiter);
            next.add(limiter.tryAcquire("alice").retryAfter());
            after.cancel(false);
        });
        leave.accept(turn);
        Sleepers.until("the handler has run", () -> !next.isEmpty());
        Sleepers.until("nobody waits", () -> ticker.waiting() == 0);
        assertThat(next).containsExactly(Duration.ofSeconds(2)); // after the turn at 1 s, which it has taken over
        assertThat(turn.cancel(false)).isEqualTo(name.equals("cancel"));
        assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(SECOND);
        ticker.advance(SECOND);
        assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
        assertThat(limiter.tryAcquire("alice").allowed()).isFalse();
    }

    @Test
    void turnThatHasComeCannotBeGivenBack() throws Exception {
        limiter.tryAcquire("alice");
        CompletableFuture<Decision> turn = acquire(limiter);
        ticker.advance(SECOND);
        assertThat(turn.cancel(true)).isFalse();
        assertThat(turn.complete(OTHER)).isFalse();
        assertThat(turn.completeExceptionally(new IllegalStateException())).isFalse();
        assertThat(turn.get().waited()).isEqualTo(SECOND);
        assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(SECOND);
    }

    @Test
    void cancellingADependentStageDoesNotGiveThePlaceBack() {
        limiter.tryAcquire("alice");
        CompletableFuture<Decision> dependent = acquire(limiter).thenApply(decision -> decision);
        dependent.cancel(false);
        assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(Duration.ofSeconds(2));
    }

    static Stream<Arguments> brokenExecutors() {
        return Stream.of(
                Arguments.of(new RejectedExecutionException("full")),
                Arguments.of(new IllegalStateException("stopped")),
                Arguments.of(new OutOfMemoryError("unable to create native thread")));
    }

    @ParameterizedTest
    @MethodSource("brokenExecutors")
    void executorThatTakesNothingFailsTheTurnAndGivesItBack(Throwable failure) {
        RateLimiter broken = RateLimiter.builder()
                .limits(Limit.of(1, SECOND))
                .ticker(ticker)
                .maxOpen(1)
                .executor(task -> sneak(failure))
                .build();
        broken.tryAcquire("alice");
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Decision> turn = acquire(broken);
            ticker.advance(SECOND);
            assertThatThrownBy(turn::get).hasCause(failure);
            assertThat(broken.tryAcquire("alice").allowed())
                    .as("the place is back")
                    .isTrue();
        }
    }

    @Test
    void executorThatRejectsTheSweepHurtsNoRequest() {
        RateLimiter broken = RateLimiter.builder()
                .limits(Limit.of(1, SECOND))
                .ticker(ticker)
                .executor(task -> sneak(new RejectedExecutionException("full")))
                .build();
        for (int minute = 0; minute < 5; minute++) {
            assertThat(broken.tryAcquire("alice").allowed()).isTrue();
            ticker.advance(Duration.ofMinutes(1));
        }
    }

    @Test
    void sleeperThatFailsLeavesNothingOpen() {
        RateLimiter broken = RateLimiter.builder()
                .limits(Limit.of(1, SECOND))
                .ticker(ticker)
                .maxOpen(1)
                .sleeper(new Sleeper() {
                    @Override
                    public void sleep(long nanos) {
                        throw new IllegalStateException("no sleep");
                    }

                    @Override
                    public Wake wake(long nanos, Runnable task) {
                        throw new IllegalStateException("no timer");
                    }
                })
                .build();
        broken.tryAcquire("alice");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> broken.acquireAsync("alice")).hasMessage("no timer");
            assertThatThrownBy(() -> broken.acquire("alice")).hasMessage("no sleep");
            assertThatThrownBy(() -> broken.reserve("bob", 1)).hasMessage("no timer");
        }
        assertThat(broken.tryAcquire("alice").retryAfter()).isEqualTo(SECOND);
        assertThat(broken.tryAcquire("bob").allowed()).isTrue();
    }

    @Test
    void handlerThatThrowsHurtsNobodyElse() {
        List<String> heard = new ArrayList<>();
        limiter.tryAcquire("alice");
        limiter.tryAcquire("bob");
        CompletableFuture<Decision> alice = acquire(limiter);
        alice.thenAccept(decision -> heard.add("alice"));
        alice.thenAccept(decision -> {
            throw new IllegalStateException("handler of alice");
        });
        alice.whenComplete((decision, failure) -> {
            throw new AssertionError("another handler of alice");
        });
        limiter.acquireAsync("bob").thenAccept(decision -> heard.add("bob"));
        limiter.acquireAsync("alice").thenAccept(decision -> heard.add("alice again"));
        ticker.advance(Duration.ofSeconds(2));
        assertThat(heard).containsExactly("alice", "bob", "alice again");
        assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(SECOND);
    }

    @Test
    void slowHandlerKeepsNothingOpen() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        CountDownLatch mayEnd = new CountDownLatch(1);
        try {
            RateLimiter narrow = RateLimiter.builder()
                    .limits(Limit.of(1, SECOND))
                    .ticker(ticker)
                    .maxOpen(1)
                    .executor(pool)
                    .build();
            narrow.tryAcquire("alice");
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Void> slow = acquire(narrow).thenAccept(decision -> {
                begun.countDown();
                awaitAtMostAMinute(mayEnd);
            });
            ticker.advance(SECOND);
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(acquire(narrow)).as("there is room for one to wait").isNotDone();
            mayEnd.countDown();
            slow.get(60, TimeUnit.SECONDS);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whoFindsNoRoomToWaitIsToldAtOnce() throws InterruptedException {
        RateLimiter narrow = RateLimiter.builder()
                .limits(Limit.of(1, SECOND))
                .ticker(ticker)
                .maxOpen(1)
                .build();
        narrow.tryAcquire("alice");
        narrow.tryAcquire("bob");
        CompletableFuture<Decision> waiting = acquire(narrow);
        assertThat(narrow.acquireAsync("bob").toCompletableFuture()).isDone();
        assertThat(narrow.acquire("bob").allowed()).isFalse();
        assertThat(narrow.reserve("carol", 1).decision().retryAfter()).isEqualTo(SECOND);
        assertThat(narrow.acquire("carol").allowed())
                .as("who need not wait needs no room")
                .isTrue();
        waiting.cancel(false);
        assertThat(narrow.acquireAsync("bob").toCompletableFuture()).isNotDone();
    }

    /* The real clock, executor and timer: the turn comes, in whatever time. */
    @Test
    void onTheSystemsClockTurnsComeToo() throws Exception {
        Executor executor = Runnable::run;
        RateLimiter real = RateLimiter.builder()
                .limits(Limit.of(1_000, SECOND).withBurst(1))
                .executor(executor)
                .build();
        List<CompletableFuture<Decision>> turns = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            turns.add(acquire(real));
        }
        for (CompletableFuture<Decision> turn : turns) {
            assertThat(turn.get(60, TimeUnit.SECONDS).allowed()).isTrue();
        }
        assertThat(real.acquire("alice").allowed()).isTrue();
    }

    private static void awaitAtMostAMinute(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /* Checked or not, an executor may throw it all the same. */
    private static void sneak(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
