package dev.weir.core;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.core.LeakyBucketQueues.Stop;
import dev.weir.core.QueuePlace.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gives up, deletes or stops: what still runs, what does not, and what becomes of the places. */
class QueuedTasksCancelTest {

    private static final Duration SECOND = ofSeconds(1);

    private final ManualTicker clock = new ManualTicker();
    private final List<String> log = new ArrayList<>();
    private final List<Runnable> handedOver = new ArrayList<>();
    private final AtomicLong handedOverAt = new AtomicLong();
    private final LeakyBucketQueues queues = LeakyBucketQueues.builder()
            .time(clock, clock)
            .executor(this::take)
            .maxTasks(5)
            .build();

    @BeforeEach
    void configure() {
        queues.configure("test", 10, 10, SECOND);
    }

    @Test
    void cancelledTaskDoesNotRunAndKeepsItsTime() {
        QueuedTask<Void> a = submit("a");
        QueuedTask<Void> b = submit("b");
        QueuedTask<Void> c = submit("c");
        b.outcome().cancel(false);
        assertThat(status().size()).isEqualTo(3);
        assertThat(queues.queued("test")).extracting(QueuedRequest::cancelled).containsExactly(false, true, false);
        advance(ofMillis(250));
        assertThat(log).containsExactly("a at 0", "c at 200");
        assertThat(status().processed()).isEqualTo(1);
        assertThat(status().cancelled()).isEqualTo(1);
        assertThat(List.of(a.outcome(), c.outcome())).allMatch(CompletableFuture::isDone);
    }

    @Test
    void cancelledAtTheEndGivesItsTurnBack() {
        submit("a");
        submit("b");
        QueuedTask<Void> last = submit("c");
        last.outcome().cancel(false);
        assertThat(status().size()).isEqualTo(2);
        assertThat(status().cancelled()).isEqualTo(1);
        assertThat(submit("d").place().waiting()).isEqualTo(ofMillis(200));
        advance(SECOND);
        assertThat(log).containsExactly("a at 0", "b at 100", "d at 200");
    }

    @Test
    void cancelledInFrontOfACancelledEndIsGivenBackWithIt() {
        submit("a");
        QueuedTask<Void> b = submit("b");
        QueuedTask<Void> c = submit("c");
        b.outcome().cancel(false);
        assertThat(status().size()).isEqualTo(3);
        c.outcome().cancel(false);
        assertThat(status().size()).isEqualTo(1);
        assertThat(submit("d").place().waiting()).isEqualTo(ofMillis(100));
    }

    @Test
    void turnThatHasComeIsNotGivenBack() {
        QueuedTask<Void> now = submit("now");
        now.outcome().cancel(false); // its turn was at once, but nobody has taken it yet
        assertThat(submit("next").place().waiting()).isEqualTo(ofMillis(100));
        advance(SECOND);
        assertThat(log).containsExactly("next at 100");
        assertThat(status().cancelled()).isEqualTo(1);
        assertThat(status().processed()).isEqualTo(1);
    }

    @Test
    void taskHandedOverCountsThoughItIsCancelledBeforeItBegins() {
        QueuedTask<Void> task = submit("task");
        clock.advanceNanos(0);
        task.outcome().cancel(false);
        runHandedOver();
        advance(SECOND);
        assertThat(log).isEmpty();
        assertThat(status().processed()).isEqualTo(1);
        assertThat(status().cancelled()).isZero();
    }

    @Test
    void outcomeCompletedByItsCallerGivesUpTheTurnToo() {
        submit("a");
        QueuedTask<Void> impatient = submit("b");
        impatient.outcome().completeExceptionally(new IllegalStateException("of the caller"));
        advance(SECOND);
        assertThat(log).containsExactly("a at 0");
        assertThat(status().cancelled()).isEqualTo(1);
    }

    @Test
    void cancellingMakesRoomForOtherTasks() {
        for (int i = 0; i < 1_000; i++) {
            QueuedTask<Void> task = submit("task");
            assertThat(task.place().allowed()).isTrue();
            task.outcome().cancel(false);
            assertThat(clock.waiting()).isZero();
            clock.advance(ofMillis(100));
        }
    }

    @Test
    void tasksOfADeletedBucketAreCancelled() {
        queues.configure("other", 10, 10, SECOND);
        QueuedTask<Void> begun = submit("begun");
        advance(Duration.ZERO);
        QueuedTask<Void> handed = submit("handed over");
        clock.advance(ofMillis(100));
        QueuedTask<Void> waiting = submit("waiting");
        queues.submit("other", note("other"));
        assertThat(queues.delete("test")).isTrue();
        assertThat(waiting.outcome()).isCancelled();
        queues.configure("test", 10, 10, SECOND);
        advance(SECOND);
        assertThat(handed.outcome()).isCancelled();
        assertThat(begun.outcome()).isCompletedWithValue(null);
        assertThat(log).containsExactly("begun at 0", "other at 100");
        assertThat(status().total()).isZero();
    }

    @Test
    void drainingLetsEachWaitingTaskRunAtItsTurn() {
        submit("a");
        submit("b");
        CompletableFuture<Void> stopped = queues.stop(Stop.DRAIN);
        assertThat(submit("c").place().answer()).isEqualTo(Answer.STOPPED);
        assertThat(queues.submit("test").never()).isTrue();
        assertThat(status().rejected()).isEqualTo(2);
        advance(ofMillis(99));
        assertThat(stopped).isNotDone();
        clock.advance(ofMillis(1));
        assertThat(stopped).isNotDone();
        runHandedOver();
        assertThat(stopped).isCompletedWithValue(null);
        assertThat(log).containsExactly("a at 0", "b at 100");
    }

    @Test
    void stoppedQueuesTakeNoNewFigures() {
        queues.stop(Stop.DRAIN);
        assertThatIllegalStateException()
                .isThrownBy(() -> queues.configure("test", 1, 1, SECOND))
                .withMessage("The queues have been stopped");
        assertThat(status().capacity()).isEqualTo(10);
        assertThat(queues.delete("test")).isTrue();
    }

    @Test
    void stoppingAtOnceCancelsWhatWaitsAndLeavesWhatRuns() {
        QueuedTask<Void> running = submit("running");
        QueuedTask<Void> waiting = submit("waiting");
        clock.advanceNanos(0);
        CompletableFuture<Void> stopped = queues.stop(Stop.CANCEL);
        assertThat(waiting.outcome()).isCancelled();
        assertThat(status().cancelled()).isEqualTo(1);
        assertThat(stopped).isNotDone();
        assertThat(clock.waiting()).isZero();
        advance(SECOND);
        assertThat(running.outcome()).isCompletedWithValue(null);
        assertThat(stopped).isCompletedWithValue(null);
        assertThat(log).containsExactly("running at 0");
    }

    @Test
    void drainingMayBeCutShort() {
        submit("a");
        CompletableFuture<Void> stopped = queues.stop(Stop.DRAIN);
        assertThat(stopped).isNotDone();
        queues.close();
        assertThat(stopped).isCompletedWithValue(null);
        advance(SECOND);
        assertThat(log).isEmpty();
    }

    @Test
    void stopWithNothingToDoIsDone() {
        assertThat(queues.stop(Stop.DRAIN)).isCompletedWithValue(null);
    }

    private QueuedTask<Void> submit(String name) {
        return queues.submit("test", note(name));
    }

    private Runnable note(String name) {
        return () -> log.add(name + " at " + handedOverAt.get());
    }

    /* Tasks run when the test says so, and tell when they could have. */
    private void take(Runnable task) {
        long millis = clock.read() / 1_000_000;
        handedOver.add(() -> {
            handedOverAt.set(millis);
            task.run();
        });
    }

    private void advance(Duration step) {
        clock.advance(step);
        runHandedOver();
    }

    private void runHandedOver() {
        handedOver.forEach(Runnable::run);
        handedOver.clear();
    }

    private QueueStatus status() {
        return queues.status("test").orElseThrow();
    }
}
