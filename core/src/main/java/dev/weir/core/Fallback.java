package dev.weir.core;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of decisions under a policy that a back end elsewhere does not give in time.
 *
 * @param onFailure who answers then
 * @param deadline how long a decision may take, counted from when it is asked for: 1 ms to 1 hour
 * @param share of the limit that this process may use then, above 0 to 1; 0: one by the number of
 *     processes that the back end has last seen
 */
public record Fallback(OnFailure onFailure, Duration deadline, double share) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** A local limiter after 50 ms, at one share of all nodes'. */
    public static final Fallback DEFAULT = new Fallback(OnFailure.LOCAL, Duration.ofMillis(50), 0);

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if a figure is out of its range
     */
    public Fallback {
        Objects.requireNonNull(onFailure, "Fallback.onFailure is null");
        if (deadline.compareTo(SHORTEST) < 0 || deadline.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("Fallback.deadline is " + deadline + ", must be from 1 ms to 1 hour");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "Fallback.share is " + share + ", must be above 0 to 1, or 0 for a node's");
        }
    }

    /** What holds where both do: the stricter mode, and the shorter deadline. The share is this one's. */
    public Fallback and(Fallback other) {
        return new Fallback(
                onFailure.compareTo(other.onFailure) >= 0 ? onFailure : other.onFailure,
                deadline.compareTo(other.deadline) <= 0 ? deadline : other.deadline,
                share);
    }
}
