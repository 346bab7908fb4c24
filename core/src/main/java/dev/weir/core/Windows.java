package dev.weir.core;

/**
 * Windows of one length, one after the other. A state knows the start of its own, and rolls on from there by whole lengths: no
 * other method than {@link #startOf} asks where windows begin.
 *
 * <p>Times are nanoseconds on the ticker's scale, and may wrap around between any two of them. A time before the start of a
 * state's window is taken for that start.
 *
 * @param periodNanos how long a window is, 1 µs to 2^60
 * @param aligned whether windows begin at whole multiples of the period since 1970 for everybody
 */
record Windows(long periodNanos, boolean aligned) {

    /** The most that a count says; far above what any limit admits, and a whole number also as a double. */
    static final long MAX_COUNT = 1L << 52;

    static Windows of(Limit limit) {
        return new Windows(limit.period().toNanos(), limit.aligned());
    }

    /** The start of the window that holds {@code nowNanos}, for the client of this hash. */
    long startOf(long nowNanos, WindowAnchor anchor, long spread) {
        return anchor.windowStart(nowNanos, periodNanos, aligned ? 0 : shiftNanos(spread));
    }

    /* Whole microseconds, which is what all nodes of a fleet can tell. */
    private long shiftNanos(long spread) {
        return Math.floorMod(spread, periodNanos / 1_000) * 1_000;
    }

    /** How many windows have ended from the one that began at {@code start} until {@code atNanos}. */
    long passed(long start, long atNanos) {
        long elapsed = atNanos - start;
        return elapsed < periodNanos ? 0 : elapsed / periodNanos; // mostly 0: spares the division
    }

    /** The start of the window of {@code atNanos}, for a state whose window began at {@code start}. */
    long rolled(long start, long atNanos) {
        return start + passed(start, atNanos) * periodNanos;
    }

    /** How far into the window that began at {@code start} it is, 0 to the period. */
    static long elapsed(long start, long atNanos) {
        return Math.max(0, atNanos - start);
    }

    /**
     * How long the permits that remain have to last: {@code untilMore}, but not less than at the limit's rate.
     *
     * @param remaining 1 to {@code permits}
     */
    static long spentOver(long remaining, long permits, long periodNanos, long untilMore) {
        return Math.max(untilMore, Wide.multiplyDivideUp(remaining, periodNanos, permits));
    }

    /** {@code count + cost}, at most {@link #MAX_COUNT}. */
    static long add(long count, long cost) {
        return cost < MAX_COUNT - count ? count + cost : MAX_COUNT;
    }

    /**
     * How many of {@code permits} somebody has used who comes from a limit that counts in another way: as many, if that is a
     * window or a log, or if there are none to have a share of; the same share, rounded up, if it is a bucket. A bucket that is
     * closed has kept the time until all would be back, as {@link Gcra} has made it of a share of the period.
     */
    static long usedUnder(Kernel old, long[] state, long atNanos, long permits, long periodNanos) {
        long used = old.used(state, atNanos);
        if (!(old instanceof Gcra) || permits == 0) {
            return used;
        }
        return old.burst() > 0
                ? Wide.multiplyDivideUp(used, permits, old.burst())
                : Math.min(permits, Wide.multiplyDivideUp(old.resetAfterNanos(state, atNanos), permits, periodNanos));
    }
}
