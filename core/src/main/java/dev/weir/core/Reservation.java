package dev.weir.core;

import java.util.Objects;

/**
 * Permits taken at an estimate, until it is known what was really used. Settle it once; what is not settled is charged as
 * reserved, when it is closed or at its deadline.
 *
 * <pre>{@code
 * try (Reservation reservation = limiter.reserve("alice", 700)) {
 *     if (reservation.allowed()) {
 *         reservation.settle(download());
 *     }
 * }
 * }</pre>
 *
 * <p><b>What comes back.</b> Less than reserved returns the difference, as far as that lets nobody have more than the limit in any
 * window: what has refilled meanwhile is there already, and nothing comes back under somebody who waits for a later turn. More than
 * reserved is owed, up to the limiter's overrun. Nothing comes back once a limit has changed.
 *
 * <p>Safe for use by many threads: the first to settle does, and has done so before any other returns.
 */
public final class Reservation implements AutoCloseable {

    private final RateLimiter limiter;
    private final Ask ask;
    private final Cost estimate;
    private final Decision decision;
    private Sleeper.Wake deadline = () -> {};
    /* By the ask's lock, as long as it takes to settle: so who comes second finds it settled. */
    private boolean settled;

    Reservation(RateLimiter limiter, Ask ask, Cost estimate) {
        this.limiter = limiter;
        this.ask = ask;
        this.estimate = estimate;
        this.decision = Decision.of(ask);
    }

    /** Has it settle itself, as reserved, {@code nanos} from now. Called before anybody else sees it. */
    Reservation until(Sleeper sleeper, long nanos) {
        if (ask.isOpen()) {
            try {
                deadline = sleeper.wake(nanos, this::close);
            } catch (RuntimeException | Error e) { // no thread to be had: nobody would ever settle it
                limiter.giveBack(ask);
                throw e;
            }
        }
        return this;
    }

    /** Whether the permits were there. If not, none was taken, and there is nothing to settle. */
    public boolean allowed() {
        return decision.allowed();
    }

    /** What the limits said. */
    public Decision decision() {
        return decision;
    }

    /**
     * Charges {@code permits} to every limit in place of what was reserved.
     *
     * @return the decision with what is left then; the second time, what the limits had said at first
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public Decision settle(long permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("permits is " + permits + ", must be 0 (gives all back) or more");
        }
        return settle(Cost.of(permits));
    }

    /**
     * Charges {@code actual} in place of what was reserved. Units that it does not name stay as reserved. Has no effect if this was
     * refused, or is settled already.
     *
     * @return the decision with what is left then; the second time, what the limits had said at first
     * @throws IllegalArgumentException if it names a unit that was not reserved
     */
    public Decision settle(Cost actual) {
        Objects.requireNonNull(actual, "actual is null");
        for (String unit : actual.units()) {
            if (!estimate.names(unit)) {
                throw new IllegalArgumentException(
                        "The settlement names the unit \"" + unit + "\", but " + estimate + " was reserved");
            }
        }
        limiter.checkUnits(actual);
        deadline.cancel();
        synchronized (ask) {
            if (settled || !allowed()) {
                return decision;
            }
            settled = true;
            for (int i = 0; i < ask.limits(); i++) {
                Limit limit = ask.policy(i).limit();
                if (actual.names(limit.unit()) && estimate.names(limit.unit())) {
                    long most = Limit.plus(ask.cost(i), limiter.overrun(limit));
                    ask.actual(i, Math.min(actual.of(limit.unit()), most));
                }
            }
            limiter.settle(ask);
            return Decision.of(ask);
        }
    }

    /** Gives back all of it, as far as it comes back: the work was not done. */
    public void cancel() {
        settle(0);
    }

    /** Settles it as reserved, unless it is settled. */
    @Override
    public void close() {
        deadline.cancel();
        synchronized (ask) {
            if (!settled) {
                settled = true;
                limiter.settle(ask);
            }
        }
    }
}
