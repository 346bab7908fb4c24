package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The clock that users test with: what is to run later runs at its very time and in order, and who sleeps wakes. */
class ManualTickerTest {

    private final ManualTicker clock = new ManualTicker(Long.MAX_VALUE - 5);
    private final List<String> log = new ArrayList<>();
    private final long start = clock.read();

    @Test
    void runsInOrderOfTimeThenOfAsking() {
        note(20, "c");
        note(10, "a");
        note(10, "b");
        note(21, "too late");
        clock.advanceNanos(20);
        assertThat(log).containsExactly("a at 10", "b at 10", "c at 20");
        assertThat(clock.waiting()).isEqualTo(1);
    }

    @Test
    void runsAtItsTimeWhatARunningOneAsksFor() {
        clock.wake(10, () -> note(5, "second"));
        clock.advanceNanos(30);
        assertThat(log).containsExactly("second at 15");
    }

    @Test
    void timeThatHasPassedIsNow() {
        note(-7, "past");
        assertThat(log).isEmpty();
        clock.advanceNanos(0);
        assertThat(log).containsExactly("past at 0");
    }

    // A past bug: times were ordered by their distance from the first reading, which is negative after 292 years.
    @Test
    void keepsTheOrderHoweverLongItHasRun() {
        clock.advanceNanos(Long.MAX_VALUE);
        note(1, "a");
        note(20, "too late");
        note(10, "b");
        clock.advanceNanos(10);
        assertThat(log).hasSize(2);
        assertThat(log.get(0)).startsWith("a at ");
        assertThat(log.get(1)).startsWith("b at ");
    }

    @Test
    void cancelledDoesNotRun() {
        Sleeper.Wake wake = clock.wake(10, () -> log.add("cancelled"));
        note(10, "other");
        wake.cancel();
        wake.cancel();
        clock.advanceNanos(10);
        assertThat(log).containsExactly("other at 10");
    }

    @Test
    void throwingOneHurtsNobodyElse() {
        clock.wake(10, () -> {
            throw new IllegalStateException("expected by this test");
        });
        note(10, "other");
        clock.advanceNanos(10);
        assertThat(log).containsExactly("other at 10");
    }

    @Test
    void clockThatGoesBackDelays() {
        note(10, "a");
        clock.advanceNanos(-5);
        clock.advanceNanos(14);
        assertThat(log).isEmpty();
        clock.advanceNanos(1);
        assertThat(log).containsExactly("a at 10");
    }

    @Test
    void sleepersWakeEachInItsTime() throws Exception {
        CompletableFuture<Void> shorter = sleeping(10);
        CompletableFuture<Void> longer = sleeping(20);
        awaitWaiting(2);
        clock.advanceNanos(10);
        shorter.get(60, TimeUnit.SECONDS);
        assertThat(longer).isNotDone();
        clock.advanceNanos(10);
        longer.get(60, TimeUnit.SECONDS);
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void sleepOfNothingReturnsAtOnce() throws Exception {
        clock.sleep(0);
        clock.sleep(-1);
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void interruptedSleeperLeavesNothingBehind() throws Exception {
        AtomicReference<Thread> sleeper = new AtomicReference<>();
        CompletableFuture<Void> sleeping = sleeping(10, sleeper);
        awaitWaiting(1);
        sleeper.get().interrupt();
        assertThatThrownBy(() -> sleeping.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(InterruptedException.class);
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void interruptedBeforeSleepingDoesNotSleep() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> clock.sleep(10)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void movesByDurations() {
        clock.advance(Duration.ofNanos(12));
        assertThat(clock.read() - start).isEqualTo(12);
    }

    private void note(long nanos, String name) {
        clock.wake(nanos, () -> log.add(name + " at " + (clock.read() - start)));
    }

    private CompletableFuture<Void> sleeping(long nanos) {
        return sleeping(nanos, new AtomicReference<>());
    }

    private CompletableFuture<Void> sleeping(long nanos, AtomicReference<Thread> thread) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread sleeper = new Thread(() -> {
            try {
                clock.sleep(nanos);
                done.complete(null);
            } catch (InterruptedException e) {
                done.completeExceptionally(new CompletionException(e));
            }
        });
        thread.set(sleeper);
        sleeper.start();
        return done;
    }

    private void awaitWaiting(int count) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (clock.waiting() < count) {
            assertThat(System.nanoTime() - patience).as("out of patience").isNegative();
            Thread.onSpinWait();
        }
    }
}
