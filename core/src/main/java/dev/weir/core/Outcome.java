package dev.weir.core;

/**
 * What one limit said.
 *
 * @param policy the limit and its name
 * @param remaining whole permits left after the decision, 0 or more
 * @param retryAfterNanos nanoseconds until it would admit the same cost, rounded up; 0 if it did not stand in the way,
 *     {@link Ask#NEVER} if no wait helps
 * @param resetAfterNanos nanoseconds until it is as good as new, rounded up
 * @param windowNanos for windows and logs, nanoseconds for which the remaining permits have to last; with none left, until the
 *     next one. 0 for buckets, where it follows from the rate
 */
public record Outcome(Policy policy, long remaining, long retryAfterNanos, long resetAfterNanos, long windowNanos) {

    /** What a bucket said. */
    public Outcome(Policy policy, long remaining, long retryAfterNanos, long resetAfterNanos) {
        this(policy, remaining, retryAfterNanos, resetAfterNanos, 0);
    }

    /** Whether this limit stood in the way. */
    public boolean violated() {
        return retryAfterNanos != 0;
    }

    /** Whether no wait helps: the limit is closed, or the cost above its burst. */
    public boolean never() {
        return retryAfterNanos == Ask.NEVER;
    }

    /**
     * Whether this outcome tells a client more than {@code other} does: of violated limits the one with the longest wait;
     * otherwise the one with the least share of its burst left (of windows and logs, of its permits), and of equal shares the
     * one that takes longest to be as good as new.
     */
    public boolean isTighterThan(Outcome other) {
        if (violated() || other.violated()) {
            return retryAfterNanos > other.retryAfterNanos;
        }
        int share = compareProducts(
                remaining,
                other.policy.limit().burst(),
                other.remaining,
                policy.limit().burst());
        return share < 0 || (share == 0 && resetAfterNanos > other.resetAfterNanos);
    }

    /* a * b against c * d, each factor from 0 to 10^15. */
    private static int compareProducts(long a, long b, long c, long d) {
        int high = Long.compare(Math.multiplyHigh(a, b), Math.multiplyHigh(c, d));
        return high == 0 ? Long.compareUnsigned(a * b, c * d) : high;
    }
}
