package dev.weir.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A turn that is waited for without a thread.
 *
 * <p>Nobody wakes anybody else: each turn has a time of its own, and one entry in the timer. Whether the timer or somebody who
 * leaves comes first is decided once, by a compare-and-set on {@code end}. The winner settles the ask, so exactly once and by its
 * outcome, and before anybody hears of it: a handler of a cancelled turn finds the place free, and a slow handler keeps
 * nothing open. Who comes second completes the future as the winner would. There is no next waiter to wake, and so no two
 * who could wake it.
 */
final class Turn extends CompletableFuture<Decision> {

    private enum End {
        OPEN,
        COME,
        LEFT
    }

    private final AtomicReference<End> end = new AtomicReference<>(End.OPEN);
    private final RateLimiter limiter;
    private final Ask ask;
    private final Decision decision;
    private volatile Sleeper.Wake wake = () -> {};

    Turn(RateLimiter limiter, Ask ask, Decision decision) {
        this.limiter = limiter;
        this.ask = ask;
        this.decision = decision;
    }

    /** Has the turn come after the wait of its decision. Called once, before anybody else sees it. */
    void wakeUp(Sleeper sleeper, Executor executor) {
        wake = sleeper.wake(decision.waitNanos(), () -> {
            try {
                executor.execute(this::come);
            } catch (RuntimeException | Error e) { // rejected, or no thread to be had: it must not wait for ever
                completeExceptionally(e);
            }
        });
    }

    private void come() {
        if (end.compareAndSet(End.OPEN, End.COME)) {
            limiter.settle(ask);
            super.complete(decision);
        }
    }

    /** Gives the place back, unless the turn has come: then that is what everybody shall hear. */
    private boolean leave() {
        if (end.compareAndSet(End.OPEN, End.LEFT)) {
            wake.cancel();
            limiter.giveBack(ask);
        } else if (end.get() == End.COME) {
            super.complete(decision);
            return false;
        }
        return true;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        leave();
        return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean complete(Decision other) {
        return leave() && super.complete(other);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return leave() && super.completeExceptionally(failure);
    }

    @Override
    public CompletableFuture<Decision> completeAsync(Supplier<? extends Decision> supplier, Executor executor) {
        executor.execute(() -> {
            try {
                complete(supplier.get());
            } catch (RuntimeException | Error e) {
                completeExceptionally(e);
            }
        });
        return this;
    }
}
