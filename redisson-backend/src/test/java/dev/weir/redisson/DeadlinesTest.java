package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlinesTest {

    private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    /** One under way. */
    private static final class One implements Deadlines.Pending {
        private final long deadlineNanos;
        private final AtomicInteger late = new AtomicInteger();
        private final AtomicLong lateNanos = new AtomicLong();
        private final CountDownLatch told = new CountDownLatch(1);
        private volatile boolean ended;

        One(long inMillis) {
            deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(inMillis);
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public boolean hasEnded() {
            return ended;
        }

        @Override
        public void late() {
            lateNanos.set(System.nanoTime());
            late.incrementAndGet();
            told.countDown();
        }
    }

    /** Runs what is to be done later when the test says so. */
    private static final class ByHand extends ScheduledThreadPoolExecutor {
        private final Deque<Runnable> due = new ArrayDeque<>();
        private long longestNanos;

        ByHand() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            due.add(task);
            longestNanos = Math.max(longestNanos, unit.toNanos(delay));
            return new Later(task);
        }

        void runNext() {
            due.remove().run();
        }
    }

    private static final class Later extends FutureTask<Void> implements ScheduledFuture<Void> {
        Later(Runnable task) {
            super(task, null);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }

    @Test
    void whatHasNotEndedByItsDeadlineIsToldOnceAndNotBefore() throws Exception {
        Deadlines deadlines = new Deadlines(scheduler);
        List<One> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(new One(i));
            deadlines.add(all.get(i));
        }
        for (One one : all) {
            assertThat(one.told.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(one.lateNanos.get() - one.deadlineNanos).isNotNegative();
        }
        Eventually.holds("none is looked after", () -> deadlines.size() == 0);
        assertThat(all).allMatch(one -> one.late.get() == 1);
    }

    @Test
    void whatHasEndedLeavesUntoldLongBeforeItsDeadline() {
        Deadlines deadlines = new Deadlines(scheduler);
        List<One> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            One one = new One(3_600_000);
            one.ended = i % 2 == 0;
            all.add(one);
            deadlines.add(one);
        }
        Eventually.holds("half have left", () -> deadlines.size() == 500);
        all.forEach(one -> one.ended = true);
        Eventually.holds("all have left", () -> deadlines.size() == 0);
        assertThat(all).allMatch(one -> one.late.get() == 0);
    }

    @Test
    void looksAgainWithinItsSlackWhileAnythingIsPendingAndNotAtAllOtherwise() {
        try (AutoClosing hand = new AutoClosing()) {
            Deadlines deadlines = new Deadlines(hand.scheduler);
            assertThat(hand.scheduler.due).isEmpty();
            One one = new One(3_600_000);
            deadlines.add(one);
            deadlines.add(new One(-1));
            assertThat(hand.scheduler.due).as("one look for all").hasSize(1);
            hand.scheduler.runNext();
            assertThat(deadlines.size()).isEqualTo(1);
            assertThat(hand.scheduler.due).as("while one is pending").hasSize(1);
            one.ended = true;
            hand.scheduler.runNext();
            assertThat(deadlines.size()).isZero();
            assertThat(hand.scheduler.due).as("nothing is pending").isEmpty();
            deadlines.add(new One(-1));
            assertThat(hand.scheduler.due).as("again").hasSize(1);
            assertThat(hand.scheduler.longestNanos).isLessThanOrEqualTo(SLACK_NANOS);
        }
    }

    private static final class AutoClosing implements AutoCloseable {
        private final ByHand scheduler = new ByHand();

        @Override
        public void close() {
            scheduler.shutdownNow();
        }
    }
}
