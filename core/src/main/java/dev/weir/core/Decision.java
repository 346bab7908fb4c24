package dev.weir.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to one request: allowed or not, and what each limit said, in the order in which the limits were given.
 *
 * @param allowed whether every limit has taken its cost; if not, none has taken anything
 * @param outcomes one for each limit, at least one
 * @param waitNanos how long, from the decision, an allowed request has or had to wait for its turn; 0 if not at all
 */
public record Decision(boolean allowed, List<Outcome> outcomes, long waitNanos) {

    /** An answer to who need not wait. */
    public Decision(boolean allowed, List<Outcome> outcomes) {
        this(allowed, outcomes, 0);
    }

    /** Validates. */
    public Decision {
        outcomes = List.copyOf(outcomes);
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException("Decision.outcomes is empty, must have one for each limit");
        }
    }

    /** The answer that {@code ask} holds. */
    public static Decision of(Ask ask) {
        if (ask.limits() == 1) {
            return new Decision(ask.allowed(), List.of(ask.outcome(0)), ask.waitNanos());
        }
        List<Outcome> outcomes = new ArrayList<>(ask.limits());
        for (int i = 0; i < ask.limits(); i++) {
            outcomes.add(ask.outcome(i));
        }
        return new Decision(ask.allowed(), outcomes, ask.waitNanos());
    }

    /** The limit that decided: of those that stood in the way the one with the longest wait, else the tightest. */
    public Outcome deciding() {
        Outcome tightest = outcomes.get(0);
        for (Outcome outcome : outcomes) {
            if (outcome.isTighterThan(tightest)) {
                tightest = outcome;
            }
        }
        return tightest;
    }

    /** {@link #waitNanos} as a duration. */
    public Duration waited() {
        return Duration.ofNanos(waitNanos);
    }

    /** Whole permits left of the limit that decided. */
    public long remaining() {
        return deciding().remaining();
    }

    /** How long to wait until the same request would be admitted, if nobody else asks; zero if it was, 292 years for never. */
    public Duration retryAfter() {
        return Duration.ofNanos(deciding().retryAfterNanos());
    }

    /** Whether no wait helps. */
    public boolean never() {
        return deciding().never();
    }

    /** How long until the limit that decided is as good as new. */
    public Duration resetAfter() {
        return Duration.ofNanos(deciding().resetAfterNanos());
    }
}
