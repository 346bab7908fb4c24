package dev.weir.core;

import java.util.List;

/** Whatever can be said. */
final class FullDecision extends Decision {

    private final boolean allowed;
    private final List<Outcome> outcomes;
    private final long waitNanos;

    FullDecision(boolean allowed, List<Outcome> outcomes, long waitNanos) {
        this.allowed = allowed;
        this.outcomes = List.copyOf(outcomes);
        this.waitNanos = waitNanos;
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException("Decision.outcomes is empty, must have one for each limit");
        }
    }

    @Override
    public boolean allowed() {
        return allowed;
    }

    @Override
    public List<Outcome> outcomes() {
        return outcomes;
    }

    @Override
    public long waitNanos() {
        return waitNanos;
    }

    @Override
    public Outcome deciding() {
        Outcome tightest = outcomes.get(0);
        for (Outcome outcome : outcomes) {
            if (outcome.isTighterThan(tightest)) {
                tightest = outcome;
            }
        }
        return tightest;
    }
}
