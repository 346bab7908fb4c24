package dev.weir.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to one request: allowed or not, and what each limit said, in the order in which the limits were given. Immutable; equal
 * to what says the same.
 */
public abstract sealed class Decision permits BucketDecision, FullDecision {

    Decision() {}

    /**
     * An answer.
     *
     * @param allowed whether every limit has taken its cost; if not, none has taken anything
     * @param outcomes one for each limit, at least one
     * @param waitNanos how long, from the decision, an allowed request has to wait for its turn; 0 if not at all
     * @throws IllegalArgumentException if there is no outcome
     */
    public static Decision of(boolean allowed, List<Outcome> outcomes, long waitNanos) {
        return new FullDecision(allowed, outcomes, waitNanos);
    }

    /** The answer that {@code ask} holds. */
    public static Decision of(Ask ask) {
        List<Outcome> outcomes = new ArrayList<>(ask.limits());
        for (int i = 0; i < ask.limits(); i++) {
            outcomes.add(ask.outcome(i));
        }
        return new FullDecision(ask.allowed(), outcomes, ask.waitNanos());
    }

    /** Whether every limit has taken its cost; if not, none has taken anything. */
    public abstract boolean allowed();

    /** What each limit said. */
    public abstract List<Outcome> outcomes();

    /** How long, from the decision, an allowed request has or had to wait for its turn, in nanoseconds; 0 if not at all. */
    public abstract long waitNanos();

    /** The limit that decided: of those that stood in the way the one with the longest wait, else the tightest. */
    public abstract Outcome deciding();

    /** {@link #waitNanos} as a duration. */
    public Duration waited() {
        return Duration.ofNanos(waitNanos());
    }

    /** Whole permits left of the limit that decided. */
    public long remaining() {
        return deciding().remaining();
    }

    /** How long to wait until the same request would be admitted, if nobody else asks; zero if it was, 292 years for never. */
    public Duration retryAfter() {
        return Duration.ofNanos(retryAfterNanos());
    }

    /** {@link #retryAfter} in nanoseconds; 0 if it was admitted, {@link Long#MAX_VALUE} for never. */
    public long retryAfterNanos() {
        return deciding().retryAfterNanos();
    }

    /** Whether no wait helps. */
    public boolean never() {
        return retryAfterNanos() == Ask.NEVER;
    }

    /** How long until the limit that decided is as good as new. */
    public Duration resetAfter() {
        return Duration.ofNanos(resetAfterNanos());
    }

    /** {@link #resetAfter} in nanoseconds. */
    public long resetAfterNanos() {
        return deciding().resetAfterNanos();
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof Decision that
                && allowed() == that.allowed()
                && waitNanos() == that.waitNanos()
                && outcomes().equals(that.outcomes());
    }

    @Override
    public final int hashCode() {
        return outcomes().hashCode() * 31 + Long.hashCode(waitNanos());
    }

    @Override
    public final String toString() {
        return "Decision[allowed=" + allowed() + ", outcomes=" + outcomes() + ", waitNanos=" + waitNanos() + "]";
    }
}
