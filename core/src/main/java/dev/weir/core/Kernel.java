package dev.weir.core;

/**
 * A limit as arithmetic on a tiny state: a few longs, which a client has under it. The methods are pure functions of the
 * state and a time; only {@link #take}, {@link #takeAtTurn}, {@link #owe} and {@link #giveBack} write, and only to the array that they are given.
 *
 * <p>Times are nanoseconds on the ticker's scale, compared by subtraction. A time before what a state has seen already is
 * taken for that: a clock that steps back mints nothing and locks nobody out.
 *
 * <p>Immutable.
 */
abstract sealed class Kernel permits Gcra, CountingKernel {

    /** How many longs a state has; {@link #GROWS} if it is an array of its own, which {@link #take} may replace. */
    static final int GROWS = 0;

    /** The longest state that does not grow. */
    static final int MAX_WORDS = 3;

    /** The kernel of {@code limit}. */
    static Kernel of(Limit limit) {
        return switch (limit.algorithm()) {
            case GCRA, TOKEN_BUCKET, LEAKY_BUCKET, LEAKY_BUCKET_QUEUE -> Gcra.of(limit);
            case FIXED_WINDOW -> new FixedWindow(limit);
            case SLIDING_WINDOW_COUNTER -> new SlidingWindowCounter(limit);
            case SLIDING_WINDOW_LOG -> new SlidingWindowLog(limit);
        };
    }

    /** How many longs a state has, 1 to {@link #MAX_WORDS}, or {@link #GROWS}. */
    abstract int words();

    /** Whether a request of {@code cost} can ever be admitted. */
    abstract boolean canEverAdmit(long cost);

    /**
     * The state of somebody who is as good as new.
     *
     * @param room an array of {@link #MAX_WORDS}, to be filled and returned unless states grow
     * @param spread the client's hash, by which windows are shifted
     */
    abstract long[] fresh(long[] room, long nowNanos, WindowAnchor anchor, long spread);

    /**
     * How long, from {@code atNanos}, until {@code cost} permits fit; 0 if they do.
     *
     * @param cost from 0 to what can ever be admitted
     */
    abstract long waitNanos(long[] state, long atNanos, long cost);

    /** Whether it is a queue: who is admitted waits for {@link #turnNanos}. */
    boolean queues() {
        return false;
    }

    /** The longest that anybody may wait for a turn, so that no time gets so far ahead that it looks like the past. */
    long longestWaitNanos() {
        return 1L << 60;
    }

    /** How long, from {@code nowNanos}, until the turn of who is admitted to a queue; 0 where there is none. */
    long turnNanos(long[] state, long nowNanos) {
        return 0;
    }

    /** Takes {@code cost} permits, which fit at {@code atNanos}. Returns the state from now on. */
    abstract long[] take(long[] state, long atNanos, long cost);

    /** Takes {@code cost} permits, which fit at the turn of who waited for it: a time rounded up to whole nanoseconds. */
    long[] takeAtTurn(long[] state, long turnNanos, long cost) {
        return take(state, turnNanos, cost);
    }

    /** Takes {@code cost} permits whether they fit or not, as far as numbers go. Returns the state from now on. */
    abstract long[] owe(long[] state, long atNanos, long cost);

    /** Whole permits that may be taken at {@code atNanos}: never negative, never rounded up. */
    abstract long remaining(long[] state, long atNanos);

    /**
     * For windows and logs, how long the permits that remain have to last: until more come, and not less than at the limit's
     * rate. With none left, until the next. 0 for buckets, where it follows from the rate.
     */
    long windowNanos(long[] state, long atNanos) {
        return 0;
    }

    /** How long, from {@code atNanos}, until the state is as good as new, rounded up. */
    abstract long resetAfterNanos(long[] state, long atNanos);

    /**
     * Gives back some of what was taken.
     *
     * @param after the first longs of the state as it was after the taking
     * @param turnNanos the time as of which it was taken
     * @param returnedSince what was given back meanwhile, in the sum of what this method returned
     * @param laterWaits whether somebody who came later still waits for his turn
     * @param permits how many, at most what was taken
     * @return what counts towards {@code returnedSince} of others
     */
    abstract long giveBack(
            long[] state,
            long[] after,
            long turnNanos,
            long returnedSince,
            boolean laterWaits,
            long nowNanos,
            long permits);

    /**
     * What to remember of a state that has to leave, as nanoseconds from {@code nowNanos}, at most {@link #longestDebtNanos}; 0 if
     * it is as good as new.
     */
    abstract long debtNanos(long[] state, long nowNanos);

    /** The most that {@link #debtNanos} says. */
    abstract long longestDebtNanos();

    /**
     * Makes a fresh state at least as strict as the one of which {@code debtNanos}, now or a little more, are left; if they are
     * negative, as any state of which at most so many are left.
     *
     * @return the state from now on
     */
    abstract long[] remember(long[] fresh, long debtNanos, long nowNanos);

    /**
     * The state here of who had {@code state} under {@code old}: buckets keep the used fraction, windows and logs their counts.
     *
     * @param fresh a fresh state of this kernel, to be filled
     */
    abstract long[] carryOver(long[] fresh, long[] state, Kernel old, long atNanos);

    /** How many permits are used, rounded up: what another kind of kernel carries over. */
    long used(long[] state, long atNanos) {
        return Math.max(0, burst() - remaining(state, atNanos));
    }

    /** The period of windows and logs; 0 for buckets, which know their rate only. */
    long periodNanos() {
        return 0;
    }

    /** How many permits fit at once. */
    abstract long burst();

    /** Replaces times that have passed by {@code nowNanos}, so that none grows so old that it looks like the future. */
    abstract void catchUp(long[] state, long nowNanos);

    /** The time between two sweeps, in nanoseconds, within which no time of a state is mistaken for one of the future. */
    long sweepWithinNanos() {
        return 1L << 62;
    }

    /** Whether a state that was good at a sweep {@code sinceLastNanos} ago may hold times mistaken for the future. */
    final boolean mayHaveWrapped(long sinceLastNanos) {
        return sinceLastNanos - sweepWithinNanos() > sweepWithinNanos() >> 1;
    }
}
