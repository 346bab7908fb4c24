package dev.weir.core;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A task, the turn at which it runs, and its outcome. It leaves the {@link Agenda} exactly once, however it ends. */
final class QueueTask<T extends @Nullable Object> implements Runnable {

    final LeakyBucket bucket;
    final QueueTurn turn;
    /** The order of those whose turns come in the same nanosecond. Written by the agenda before anybody else sees the task. */
    long number;

    private final Callable<T> work;
    private final CompletableFuture<T> outcome;
    private final Agenda agenda;
    private final AtomicBoolean begun = new AtomicBoolean();

    QueueTask(LeakyBucket bucket, QueueTurn turn, Callable<T> work, CompletableFuture<T> outcome, Agenda agenda) {
        this.bucket = bucket;
        this.turn = turn;
        this.work = work;
        this.outcome = outcome;
        this.agenda = agenda;
    }

    /** Puts the task on the agenda, or says why not. Once there, whoever completes the outcome cancels it. */
    QueuePlace.Answer book() {
        QueuePlace.Answer answer = agenda.offer(this);
        if (answer == QueuePlace.Answer.QUEUED) {
            var unused = outcome.whenComplete((value, failure) -> cancel());
        }
        return answer;
    }

    /** Gives the task to {@code executor}. Never throws: an executor that does not take it fails this task only. */
    void handTo(Executor executor) {
        try {
            executor.execute(this);
        } catch (Throwable e) { // also the error of who cannot start another thread
            if (begun.compareAndSet(false, true)) {
                // Elsewhere, because what the caller has chained to the outcome may take its time.
                outcome.defaultExecutor().execute(() -> end(() -> outcome.completeExceptionally(e)));
            }
        }
    }

    /** Runs the task, unless its outcome is known already or its bucket is gone. */
    @Override
    public void run() {
        if (begun.compareAndSet(false, true)) {
            end(bucket.isDeleted() ? () -> outcome.cancel(false) : this::work);
        }
    }

    private void work() {
        if (!outcome.isDone()) {
            try {
                outcome.complete(work.call());
            } catch (Throwable e) {
                outcome.completeExceptionally(e);
            }
        }
    }

    /** Cancels the task if it still waits. */
    void cancel() {
        if (agenda.withdraw(this)) {
            end(() -> outcome.cancel(false));
        }
    }

    private void end(Runnable completion) {
        try {
            completion.run();
        } finally {
            agenda.ended(this);
        }
    }
}
