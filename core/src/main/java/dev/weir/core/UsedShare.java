package dev.weir.core;

/**
 * The used part of a limit's permits as a short time. The debt of a window or a log is one duration that has to tell two
 * things, until when permits count and how many: it ends that short time after one of the moments at which they may stop
 * counting. Whoever comes back finds the last such moment before the end of the debt, and in what is beyond it the permits.
 *
 * <p>All permits are a little less than the longest time that can be told apart, by a margin for what storing a debt may add
 * ({@link DebtTable}: 4 units, each at most 2^-43 of the period or 1 ns). So nothing that is added reaches the next such moment, and
 * it only ever makes the share larger: by at most {@code (margin + 1) / stepNanos} of the permits, rounded up.
 *
 * @param permits all permits, 0 or more
 * @param stepNanos the time that stands for all of them, above 0
 */
record UsedShare(long permits, long stepNanos) {

    private static final int MARGIN_SHIFT = 40;
    private static final long MARGIN_NANOS = 4;

    /** Shares told by times of less than {@code gridNanos}. */
    static UsedShare of(long permits, long gridNanos, long periodNanos) {
        return new UsedShare(permits, gridNanos - marginNanos(periodNanos));
    }

    /** What storing a debt may add to it. */
    static long marginNanos(long periodNanos) {
        return (periodNanos >> MARGIN_SHIFT) + MARGIN_NANOS;
    }

    /** The time that stands for {@code used} permits, which are more than 0; those above all permits are not told. */
    long nanosOf(long used) {
        return used >= permits ? stepNanos : Wide.multiplyDivideUp(used, stepNanos, permits);
    }

    /** The permits that {@code nanos} stands for: at least those of which it was the time, at most all. */
    long usedOf(long nanos) {
        return nanos >= stepNanos ? permits : Wide.multiplyDivide(nanos, permits, stepNanos);
    }
}
