package dev.weir.benchmark;

import java.time.Duration;

/** How much is measured. */
public enum Effort {
    /** That it works at all; the figures mean nothing. */
    SMOKE(1),
    /** All in less than ten minutes on two cores. */
    QUICK(3),
    /** As published. */
    FULL(7);

    private final int rounds;

    Effort(int rounds) {
        this.rounds = rounds;
    }

    /** How many times each way is measured, by turns. */
    public int rounds() {
        return rounds;
    }

    /** One of three, for what is particular to a suite. */
    public <T> T choose(T smoke, T quick, T full) {
        return switch (this) {
            case SMOKE -> smoke;
            case QUICK -> quick;
            case FULL -> full;
        };
    }

    /** How long one way is under load in one round. */
    public Duration round() {
        return choose(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(2));
    }
}
