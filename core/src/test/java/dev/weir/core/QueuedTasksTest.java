package dev.weir.core;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.core.QueuePlace.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tasks run at their turns, whatever other tasks, callers, executors and clocks do. */
class QueuedTasksTest {

    private static final Duration SECOND = ofSeconds(1);

    private final ManualTicker clock =
            new ManualTicker(Long.MAX_VALUE - 500_000_000); // wraps around after half a second
    private final long start = clock.read();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final LeakyBucketQueues queues = queues(Runnable::run);

    @Test
    void tasksRunAtTheirTurns() {
        queues.configure("test", 10, 10, SECOND);
        for (String name : List.of("a", "b", "c")) {
            queues.submit("test", note(name));
        }
        assertThat(log).isEmpty();
        clock.advance(SECOND);
        assertThat(log).containsExactly("a at 0", "b at 100", "c at 200");
    }

    @Test
    void burstRunsAtTheLeakRate() {
        queues.configure("test", 1_000, 10, SECOND);
        for (int i = 0; i < 1_000; i++) {
            queues.submit("test", note("task"));
        }
        clock.advanceNanos(0);
        for (int second = 1; second <= 99; second++) {
            clock.advance(SECOND);
            assertThat(log).hasSize(1 + 10 * second);
        }
    }

    @Test
    void queuesShareOneTimer() {
        for (int bucket = 0; bucket < 100; bucket++) {
            queues.configure("test-" + bucket, 10, 10, SECOND);
            for (int i = 0; i < 10; i++) {
                queues.submit("test-" + bucket, note("task"));
            }
            assertThat(clock.waiting()).isEqualTo(1);
        }
        clock.advance(ofMillis(550));
        assertThat(log).hasSize(600);
        assertThat(clock.waiting()).isEqualTo(1);
        clock.advance(SECOND);
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void earlierTurnOfAnotherQueueDoesNotWaitForALaterOne() {
        queues.configure("slow", 10, 1, SECOND);
        queues.configure("fast", 10, 10, SECOND);
        queues.submit("slow", note("slow"));
        queues.submit("slow", note("slow"));
        clock.advance(ofMillis(100));
        queues.submit("fast", note("fast"));
        queues.submit("fast", note("fast"));
        clock.advance(SECOND);
        assertThat(log).containsExactly("slow at 0", "fast at 100", "fast at 200", "slow at 1000");
    }

    @Test
    void lateTimerRunsInOrderWhatIsDueAndNoMore() {
        List<Runnable> timer = new ArrayList<>();
        LeakyBucketQueues late = LeakyBucketQueues.builder()
                .time(clock, new HeldSleeper(timer))
                .executor(Runnable::run)
                .build();
        late.configure("test", 100, 10, SECOND);
        for (int i = 0; i < 10; i++) {
            late.submit("test", note("task-" + i));
        }
        clock.advance(ofMillis(350));
        timer.remove(0).run();
        assertThat(log).containsExactly("task-0 at 350", "task-1 at 350", "task-2 at 350", "task-3 at 350");
        assertThat(late.status("test").orElseThrow().processed()).isEqualTo(3);
        timer.remove(0).run(); // too early: nothing is due
        assertThat(log).hasSize(4);
        clock.advance(ofMillis(50));
        timer.remove(0).run();
        assertThat(log).hasSize(5).endsWith("task-4 at 400");
    }

    @Test
    void clockThatStepsBackDelaysAndLosesNothing() {
        queues.configure("test", 10, 10, SECOND);
        for (int i = 0; i < 3; i++) {
            queues.submit("test", note("task"));
        }
        clock.advance(ofMillis(120));
        clock.advance(ofMillis(-60));
        clock.advance(ofMillis(139));
        assertThat(log).containsExactly("task at 0", "task at 100");
        clock.advance(ofMillis(1));
        assertThat(log).endsWith("task at 200");
    }

    @Test
    void outcomeIsWhatTheTaskReturns() {
        queues.configure("test", 10, 10, SECOND);
        QueuedTask<String> task = queues.submit("test", "mine", () -> "done");
        QueuedTask<Void> second = queues.submit("test", "other", () -> {});
        assertThat(task.place()).isEqualTo(QueuePlace.queued("mine", 1, 0));
        assertThat(second.place().waiting()).isEqualTo(ofMillis(100));
        assertThat(task.outcome()).isNotDone();
        clock.advance(ofMillis(100));
        assertThat(task.outcome()).isCompletedWithValue("done");
        assertThat(second.outcome()).isCompletedWithValue(null);
    }

    @Test
    void throwingTaskHurtsNobodyElse() {
        queues.configure("test", 10, 10, SECOND);
        QueuedTask<Object> throwing = queues.submit("test", () -> {
            throw new Exception("of the task");
        });
        QueuedTask<Object> failing = queues.submit("test", () -> {
            throw new StackOverflowError("of the task");
        });
        queues.submit("test", note("next"));
        clock.advance(SECOND);
        assertThatThrownBy(() -> throwing.outcome().get())
                .cause()
                .isInstanceOf(Exception.class)
                .hasMessage("of the task");
        assertThatThrownBy(() -> failing.outcome().get()).cause().isInstanceOf(StackOverflowError.class);
        assertThat(log).containsExactly("next at 200");
        assertThat(queues.status("test").orElseThrow().processed()).isEqualTo(3);
    }

    @Test
    void slowTaskDelaysNobodyElse() throws Exception {
        LeakyBucketQueues threaded = queues(TaskThreads.daemons());
        threaded.configure("slow", 10, 10, SECOND);
        threaded.configure("other", 10, 10, SECOND);
        CountDownLatch release = new CountDownLatch(1);
        QueuedTask<Boolean> slow = threaded.submit("slow", () -> release.await(60, TimeUnit.SECONDS));
        QueuedTask<Void> behind = threaded.submit("slow", note("behind"));
        QueuedTask<Void> elsewhere = threaded.submit("other", note("elsewhere"));
        clock.advance(ofMillis(100));
        behind.outcome().get(60, TimeUnit.SECONDS);
        elsewhere.outcome().get(60, TimeUnit.SECONDS);
        assertThat(slow.outcome()).isNotDone();
        release.countDown();
        assertThat(slow.outcome().get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasksThatWaitOrRunAreBounded() {
        List<Runnable> running = new ArrayList<>();
        LeakyBucketQueues bounded = LeakyBucketQueues.builder()
                .time(clock, clock)
                .executor(running::add)
                .maxTasks(4)
                .build();
        bounded.configure("a", 10, 10, SECOND);
        bounded.configure("b", 10, 10, SECOND);
        bounded.submit("a", note("a"));
        bounded.submit("a", note("a"));
        bounded.submit("b", note("b"));
        clock.advanceNanos(0);
        assertThat(running).hasSize(2);

        QueuedTask<Void> beyond = bounded.submit("b", note("beyond"));
        assertThat(beyond.place()).isEqualTo(QueuePlace.refused(Answer.TOO_MANY_TASKS, "", 100_000_000));
        assertThat(beyond.outcome()).isCompletedExceptionally();
        assertThat(bounded.status("b").orElseThrow().rejected()).isEqualTo(1);
        assertThat(bounded.submit("b").allowed()).as("without a task").isTrue();

        running.remove(0).run();
        assertThat(bounded.submit("b", note("next")).place().allowed()).isTrue();
        assertThat(bounded.submit("b", note("beyond")).place().allowed()).isFalse();
    }

    @Test
    void stuckQueuesLeaveRoomForOthers() {
        LeakyBucketQueues bounded = LeakyBucketQueues.builder()
                .time(clock, clock)
                .executor(task -> {}) // none ever ends
                .maxTasks(120)
                .build();
        for (String bucket : List.of("stuck", "stuck too", "other")) {
            bounded.configure(bucket, 1_000, 10, SECOND);
        }
        assertThat(tasksTaken(bounded, "stuck")).isEqualTo(60);
        assertThat(tasksTaken(bounded, "stuck too")).isEqualTo(30);
        clock.advance(ofSeconds(100));
        assertThat(tasksTaken(bounded, "stuck")).isZero();
        assertThat(tasksTaken(bounded, "other")).isEqualTo(15);
    }

    private int tasksTaken(LeakyBucketQueues bounded, String bucket) {
        int taken = 0;
        while (bounded.submit(bucket, note("task")).place().allowed()) {
            taken++;
        }
        return taken;
    }

    @Test
    void refusedTaskNeverRunsAndSaysWhy() {
        queues.configure("test", 1, 1, SECOND);
        queues.submit("test");
        QueuedTask<Void> full = queues.submit("test", note("full"));
        QueuedTask<Void> unknown = queues.submit("?", note("unknown"));
        clock.advance(ofSeconds(9));
        assertThat(log).isEmpty();
        assertRejected(full.outcome(), "No place in the queue: FULL");
        assertRejected(unknown.outcome(), "No place in the queue: UNKNOWN_BUCKET");
    }

    @Test
    void executorThatRefusesFailsItsTaskOnly() {
        List<Runnable> running = new ArrayList<>();
        LeakyBucketQueues picky = LeakyBucketQueues.builder()
                .time(clock, clock)
                .maxTasks(3)
                .executor(task -> {
                    if (running.isEmpty()) {
                        running.add(task);
                    } else {
                        throw new RejectedExecutionException("enough");
                    }
                })
                .build();
        picky.configure("test", 10, 10, SECOND);
        QueuedTask<Void> taken = picky.submit("test", note("taken"));
        QueuedTask<Void> refused = picky.submit("test", note("refused"));
        clock.advance(SECOND);
        assertRejected(refused.outcome(), "enough");
        running.get(0).run();
        running.get(0).run(); // an executor that runs a task twice
        assertThat(taken.outcome()).isCompleted();
        assertThat(log).containsExactly("taken at 1000");
        assertThat(picky.stop(LeakyBucketQueues.Stop.DRAIN)).succeedsWithin(ofSeconds(60));
    }

    @Test
    void defaultExecutorRunsEachTaskInAThreadOfItsOwn() throws Exception {
        ExecutorService pool = TaskThreads.daemons();
        for (Executor executor : List.of(pool, TaskThreads.shared())) {
            CompletableFuture<Boolean> daemon = new CompletableFuture<>();
            CountDownLatch both = new CountDownLatch(2);
            Runnable task = () -> {
                both.countDown();
                try {
                    if (both.await(60, TimeUnit.SECONDS)) {
                        daemon.complete(Thread.currentThread().isDaemon());
                    }
                } catch (InterruptedException e) {
                    daemon.completeExceptionally(e);
                }
            };
            executor.execute(task);
            executor.execute(task);
            assertThat(daemon.get(60, TimeUnit.SECONDS)).isTrue();
        }
        pool.shutdown();
    }

    private LeakyBucketQueues queues(Executor executor) {
        return LeakyBucketQueues.builder().time(clock, clock).executor(executor).build();
    }

    private Runnable note(String name) {
        return () -> log.add(name + " at " + (clock.read() - start) / 1_000_000);
    }

    private static void assertRejected(CompletableFuture<?> outcome, String message) {
        assertThatThrownBy(() -> outcome.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage(message);
    }

    /** Wakes nobody, but leaves what is to run to the test. */
    private record HeldSleeper(List<Runnable> held) implements Sleeper {
        @Override
        public void sleep(long nanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Wake wake(long nanos, Runnable task) {
            held.add(task);
            return () -> held.remove(task);
        }
    }
}
