package dev.weir.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A turn that is waited for without a thread.
 *
 * <p>Nobody wakes anybody else: each turn has a time of its own, and one entry in the timer. Whether the timer or a cancellation
 * comes first is decided once, by the future's own completion; the ask is settled in that completion, so exactly once, and
 * by its outcome. There is no next waiter to wake, and so no two who could wake it.
 */
final class Turn extends CompletableFuture<Decision> {

    private final Decision decision;
    private volatile Sleeper.Wake wake = () -> {};

    @SuppressWarnings("FutureReturnValueIgnored") // what runs on completion throws nothing that anybody could handle
    Turn(RateLimiter limiter, Ask ask, Decision decision) {
        this.decision = decision;
        whenComplete((done, failure) -> {
            wake.cancel();
            if (failure == null) {
                limiter.settle(ask);
            } else {
                limiter.giveBack(ask);
            }
        });
    }

    /** Has the turn come after the wait of its decision. Called once. */
    void wakeUp(Sleeper sleeper, Executor executor) {
        wake = sleeper.wake(decision.waitNanos(), () -> {
            try {
                executor.execute(() -> complete(decision));
            } catch (RejectedExecutionException e) {
                completeExceptionally(e);
            }
        });
        if (isDone()) {
            wake.cancel(); // cancelled before there was anything to cancel
        }
    }
}
