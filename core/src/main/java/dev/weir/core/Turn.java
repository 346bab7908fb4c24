package dev.weir.core;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A turn that is waited for without a thread.
 *
 * <p>Nobody wakes anybody else: each turn has a time of its own, and one entry in the timer. Whether the timer or somebody who
 * leaves comes first is decided once, by a compare-and-set on {@code end}. By that end the ask is settled, once, and then the future
 * completed: so whoever hears of it finds it settled, a handler of a cancelled turn the place free, and a slow handler keeps nothing
 * open. Who comes second sees the first one's end through, and waits for nothing but its settlement. There is no next waiter to wake,
 * and so no two who could wake it.
 */
final class Turn extends CompletableFuture<Decision> {

    /** Either the turn has come, or somebody has left it: with a failure, or else with another decision. */
    private record End(
            boolean come, Decision decision, @Nullable Throwable failure) {}

    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
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
        end(new End(true, decision, null));
    }

    /** Whether it ends in this way, and not in another that came first. Has ended when this returns. */
    private boolean end(End mine) {
        End before = end.compareAndExchange(null, mine);
        End ends = before == null ? mine : before;
        if (ends.come) {
            limiter.settle(ask);
        } else {
            limiter.giveBack(ask);
            wake.cancel();
        }
        if (ends.failure == null) {
            super.complete(ends.decision);
        } else {
            super.completeExceptionally(ends.failure);
        }
        return before == null;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        end(new End(false, decision, new CancellationException()));
        return isCancelled();
    }

    @Override
    public boolean complete(Decision other) {
        return end(new End(false, other, null));
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return end(new End(false, decision, Objects.requireNonNull(failure)));
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
