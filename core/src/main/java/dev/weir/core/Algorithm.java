package dev.weir.core;

/**
 * How a limit counts. {@link #GCRA}, {@link #TOKEN_BUCKET} and {@link #LEAKY_BUCKET} are one function ({@link Gcra}) told in
 * three pictures: with the same figures they give the same answers. {@code docs/choosing-an-algorithm.md} compares all.
 */
public enum Algorithm {
    /** The generic cell rate algorithm, in either of its forms: virtual scheduling or a continuous leaky bucket. Exact. */
    GCRA,
    /** A bucket of {@code burst} tokens that refills smoothly. Exact. */
    TOKEN_BUCKET,
    /** A bucket used as a meter: each permit pours in, it leaks smoothly, what would overflow is refused. Exact. */
    LEAKY_BUCKET,
    /**
     * A bucket used as a queue of {@code burst} places: who is admitted waits for a turn of his own, one every
     * {@code period / permits}, so that what comes out is smooth whatever comes in.
     */
    LEAKY_BUCKET_QUEUE,
    /** A count for each window of one period. Up to twice the permits may pass around the edge of two windows. */
    FIXED_WINDOW,
    /** The count of this window and a share of the last one's, as if that had been spread evenly. An estimate. */
    SLIDING_WINDOW_COUNTER,
    /** The time of each permit: never more than the permits in any period. Memory grows with the permits. */
    SLIDING_WINDOW_LOG;

    /** Whether it counts in windows of one period, which have an edge that may be aligned to the clock. */
    public boolean hasWindows() {
        return this == FIXED_WINDOW || this == SLIDING_WINDOW_COUNTER;
    }

    /** Whether it is a bucket, which may have a burst of its own. */
    public boolean isBucket() {
        return !hasWindows() && this != SLIDING_WINDOW_LOG;
    }
}
