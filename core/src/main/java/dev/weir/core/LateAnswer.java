package dev.weir.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Waits for answers of a back end that is elsewhere: never in its threads. */
final class LateAnswer {

    private LateAnswer() {}

    /**
     * Waits in this thread. Whoever is interrupted meanwhile hears of it afterwards: the answer is on its way.
     *
     * @param tooLate what becomes of an ask that nobody waits for any more
     * @throws IllegalStateException if there is none within {@code timeout}
     */
    static void await(Ask ask, Duration timeout, Consumer<Ask> tooLate) {
        long deadline = System.nanoTime() + timeout.toNanos();
        ask.yieldToOthers(deadline);
        CompletableFuture<Ask> answer = new CompletableFuture<>();
        ask.onDone(() -> answer.complete(ask));
        boolean interrupted = false;
        try {
            while (!answer.isDone()) {
                try {
                    answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            ask.giveUp();
            CompletionStage<Void> unused = answer.thenAccept(tooLate);
            throw new IllegalStateException("The back end has not answered within " + timeout, e);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Goes on with {@code next} when the answer is there, by {@code executor}.
     *
     * @param tooLate what becomes of an ask with which nobody can go on
     * @return ends as {@code next} does; if it ends before, {@code next} is cancelled
     */
    static <T> CompletionStage<T> follow(
            Ask ask, Executor executor, Supplier<CompletionStage<T>> next, Consumer<Ask> tooLate) {
        CompletableFuture<T> later = new CompletableFuture<>();
        ask.onDone(() -> {
            try {
                executor.execute(() -> follow(next, later));
            } catch (RuntimeException | Error e) { // rejected, or no thread to be had
                TaskThreads.shared().execute(() -> {
                    tooLate.accept(ask);
                    later.completeExceptionally(e);
                });
            }
        });
        return later;
    }

    private static <T> void follow(Supplier<CompletionStage<T>> next, CompletableFuture<T> later) {
        try {
            CompletableFuture<T> goesOn = next.get().toCompletableFuture();
            var unused = goesOn.whenComplete((result, failure) -> {
                if (failure == null) {
                    later.complete(result);
                } else {
                    later.completeExceptionally(failure);
                }
            });
            var unusedToo = later.whenComplete((result, failure) -> goesOn.cancel(false));
        } catch (RuntimeException | Error e) {
            later.completeExceptionally(e);
        }
    }
}
