package dev.weir.core;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.LeakyBucketQueues.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;

/** Threads that submit, cancel, delete and stop while the clock moves: every task runs once or never, and all end. */
class QueuedTasksConcurrencyTest {

    private static final int THREADS = 4;
    private static final int TASKS = 2_000;

    private final ManualTicker clock = new ManualTicker(Long.MAX_VALUE - 1_000_000_000);
    private final LeakyBucketQueues queues = LeakyBucketQueues.builder()
            .time(clock, clock)
            .executor(TaskThreads.daemons())
            .maxTasks(200)
            .build();

    @RepeatedTest(3)
    void countersAgreeWithWhatHasRun() throws Exception {
        queues.configure("test", 100, 1, ofMillis(1));
        AtomicInteger ran = new AtomicInteger();
        List<List<QueuedTask<Integer>>> tasks = Together.run(THREADS, thread -> {
            List<QueuedTask<Integer>> mine = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                mine.add(queues.submit("test", ran::incrementAndGet));
                if (ThreadLocalRandom.current().nextInt(4) == 0) {
                    mine.get(ThreadLocalRandom.current().nextInt(mine.size()))
                            .outcome()
                            .cancel(false);
                }
                if (thread == 0) {
                    clock.advanceNanos(1_500_000);
                }
            }
            return mine;
        });
        clock.advance(ofMillis(100));
        queues.stop(Stop.DRAIN).get(60, TimeUnit.SECONDS);
        QueueStatus status = queues.status("test").orElseThrow();
        List<CompletableFuture<Integer>> outcomes =
                tasks.stream().flatMap(List::stream).map(QueuedTask::outcome).toList();
        assertThat(outcomes).allMatch(CompletableFuture::isDone);
        long completed = outcomes.stream()
                .filter(outcome -> !outcome.isCompletedExceptionally())
                .count();
        assertThat(status.total()).isEqualTo(THREADS * TASKS);
        assertThat(status.size()).isZero();
        assertThat(status.processed() + status.cancelled()).isEqualTo(status.allowed());
        assertThat((long) ran.get()).isBetween(completed, status.processed()); // some are cancelled while they run
        assertThat(clock.waiting()).isZero();
    }

    @RepeatedTest(3)
    void stopAndDeleteLeaveNoTaskBehind() throws Exception {
        List<List<QueuedTask<Long>>> tasks = Together.run(THREADS, thread -> {
            List<QueuedTask<Long>> mine = new ArrayList<>();
            AtomicLong ran = new AtomicLong();
            for (int i = 0; i < TASKS && thread > 0; i++) {
                mine.add(queues.submit("test-" + i % 3, ran::incrementAndGet));
            }
            for (int i = 0; i < TASKS / 10 && thread == 0; i++) {
                queues.configure("test-" + i % 3, 50, 1, ofMillis(1));
                clock.advanceNanos(700_000);
                queues.delete("test-" + (i + 1) % 3);
            }
            if (thread == 0) {
                queues.stop(Stop.CANCEL).get(60, TimeUnit.SECONDS);
            }
            return mine;
        });
        assertThat(tasks)
                .allSatisfy(ofThread ->
                        assertThat(ofThread).allMatch(task -> task.outcome().isDone()));
        assertThat(clock.waiting()).isZero();
    }
}
