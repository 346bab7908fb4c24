package dev.weir.annotation;

/**
 * How a limit counts. If in doubt, {@link #GCRA}: it is exact, needs one number per client, and refills smoothly.
 *
 * <p>The buckets have a {@link RateLimited#burst} of their own; of windows and logs as many as {@link RateLimited#permits} may
 * come at once, and only windows may be {@link RateLimited#aligned}.
 */
public enum Algorithm {
    /**
     * The generic cell rate algorithm: one number per client, exact in every window, refills smoothly. With the same
     * figures {@link #TOKEN_BUCKET} and {@link #LEAKY_BUCKET} give the same answers; choose the picture that your readers know.
     */
    GCRA,
    /** A bucket of {@code burst} tokens, one for each permit, which refills by {@code permits} each period, smoothly. */
    TOKEN_BUCKET,
    /** A bucket that each permit fills and that leaks {@code permits} each period, smoothly; what would overflow is refused. */
    LEAKY_BUCKET,
    /**
     * A queue of {@code burst} places: who finds one waits there for a turn of his own, one every period / permits, and who
     * finds none is refused. What comes in bursts goes on evenly.
     */
    LEAKY_BUCKET_QUEUE,
    /**
     * A count that starts anew with each period. Cheap and easy to explain, but up to twice the permits may come around the
     * edge of two windows.
     */
    FIXED_WINDOW,
    /**
     * A count for this window, and as much of the last one's as a period that ends now would still reach into. Smoother than
     * {@link #FIXED_WINDOW}, but an estimate: it takes the last window's requests as spread evenly.
     */
    SLIDING_WINDOW_COUNTER,
    /**
     * The time of each permit: never more than {@code permits} in any period, whenever it begins. Memory grows with the
     * permits, for each client.
     */
    SLIDING_WINDOW_LOG
}
