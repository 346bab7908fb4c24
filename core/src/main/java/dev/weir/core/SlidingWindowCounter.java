package dev.weir.core;

/**
 * The sliding window counter: the count of this window, and a share of the last one's as if that had been spread evenly.
 *
 * <p>A state is three longs: the start of its window, the count in it ({@code current}) and the count in the one before
 * ({@code previous}). At e ns into a window of D a cost is admitted if {@code current + cost + previous·(D - e)/D} is at most P,
 * exactly: nothing is rounded. A client's windows are shifted by a hash of its own, unless the limit is aligned.
 *
 * <p><b>Exactness.</b> It is an estimate of what was taken in the last D, and wrong both ways.
 * <ul>
 *   <li><em>Too many.</em> In any t ns, half open and 2 or more, at most {@code P + P·(t - 2)/D} permits are admitted, rounded
 *       down: as from a bucket of P. For say the t ns touch n + 1 windows, n from 1, begin at x into the first and end before y
 *       in the last, so that {@code t = n·D + y - x}. Each window admits at most P, and if the last admits b of them, then its
 *       latest at some e up to y - 1 with {@code b + p·(D - e)/D <= P}, where p is the count of the one before. Now
 *       {@code b + p <= P + p·e/D <= P + P·(y - 1)/D}, the n - 1 others have at most P each, and x is at most D - 1. For
 *       one period that makes {@code 2·P - ceil(2·P/D)}, 199 for P = 100. That is reached: P in the last nanosecond of a
 *       window, and as many as then fit 2 ns before the end of the next.
 *   <li><em>Too few.</em> What was taken at the start of a window weighs until the end of the next, so up to 2·D: somebody may
 *       be refused who took nothing within the last D. A client that spaces its permits by D/(P - 1) or more, 2·D if P
 *       is 1, is never refused; one that spaces them by D/P loses up to one in each window.
 * </ul>
 *
 * <p><b>What it says.</b> {@code remaining} is rounded down. The wait is exact: it ends at the first nanosecond at which the
 * cost fits if nobody else asks, in this window or the next. The reset is when nothing weighs any more: the end of the next
 * window if anything was taken in this one, else the end of this one if anything was in the last.
 *
 * <p><b>Having to leave.</b> A client comes back with at least what weighed when it left: more by at most
 * {@code (margin + 1) / (D/2 - margin)} of P, rounded up, where the margin is {@code D / 2^40 + 4} ns. What weighed of the last
 * window counts from then on as of the one in which it left, if anything was taken in that. What it owes beyond P is forgotten.
 *
 * <p>Immutable. All of its methods are pure functions.
 */
final class SlidingWindowCounter extends CountingKernel {

    private static final int START = 0;
    private static final int CURRENT = 1;
    private static final int PREVIOUS = 2;

    private final Windows windows;
    private final UsedShare share;

    SlidingWindowCounter(Limit limit) {
        super(limit);
        this.windows = Windows.of(limit);
        this.share = UsedShare.of(permits, period / 2, period);
    }

    @Override
    int words() {
        return 3;
    }

    @Override
    long used(long[] state, long atNanos) {
        return weight(state, atNanos);
    }

    @Override
    long[] fresh(long[] room, long nowNanos, WindowAnchor anchor, long spread) {
        room[START] = windows.startOf(nowNanos, anchor, spread);
        room[CURRENT] = 0;
        room[PREVIOUS] = 0;
        return room;
    }

    @Override
    long waitNanos(long[] state, long atNanos, long cost) {
        long passed = windows.passed(state[START], atNanos);
        long current = current(state, passed);
        long previous = previous(state, passed);
        long untilStart =
                state[START] + passed * period - atNanos; // of its window: negative, or the clock has stepped back
        long free = permits - current - cost; // beside the last window's share
        if (free >= previous) {
            return 0;
        }
        if (free >= 0) { // fits from when so little of this window is left that the last one's share is at most free
            return Math.max(0, untilStart + period - Wide.multiplyDivide(free, period, previous));
        }
        return untilStart + 2 * period - Wide.multiplyDivide(permits - cost, period, current); // the same in the next
    }

    @Override
    long[] take(long[] state, long atNanos, long cost) {
        catchUp(state, atNanos);
        state[CURRENT] += cost;
        return state;
    }

    @Override
    long[] owe(long[] state, long atNanos, long cost) {
        catchUp(state, atNanos);
        state[CURRENT] = Windows.add(state[CURRENT], cost);
        return state;
    }

    @Override
    long remaining(long[] state, long atNanos) {
        return Math.max(0, permits - weight(state, atNanos));
    }

    @Override
    long windowNanos(long[] state, long atNanos) {
        if (permits == 0) {
            return 0;
        }
        long remaining = remaining(state, atNanos);
        return remaining == 0
                ? waitNanos(state, atNanos, 1)
                : Windows.spentOver(remaining, permits, period, untilEnd(state, atNanos));
    }

    @Override
    long resetAfterNanos(long[] state, long atNanos) {
        long passed = windows.passed(state[START], atNanos);
        if (current(state, passed) > 0) {
            return untilEnd(state, atNanos) + period;
        }
        return previous(state, passed) > 0 ? untilEnd(state, atNanos) : 0;
    }

    /** As if it had not been taken, while its window is this one or the last; then it weighs nothing anyway. */
    @Override
    long giveBack(
            long[] state,
            long[] after,
            long turnNanos,
            long returnedSince,
            boolean laterWaits,
            long nowNanos,
            long permits) {
        long since = state[START] - after[START];
        if (since == 0) {
            state[CURRENT] = Math.max(0, state[CURRENT] - permits);
        } else if (since == period) {
            state[PREVIOUS] = Math.max(0, state[PREVIOUS] - permits);
        }
        return 0;
    }

    @Override
    long debtNanos(long[] state, long nowNanos) {
        long reset = resetAfterNanos(state, nowNanos);
        if (reset == 0) {
            return 0;
        }
        long passed = windows.passed(state[START], nowNanos);
        long used = current(state, passed) > 0 ? weight(state, nowNanos) : previous(state, passed);
        return Math.min(longestDebtNanos(), reset + share.nanosOf(used));
    }

    /** Two windows, half of one for the share, and as much for a clock that stepped back out of the state's window. */
    @Override
    long longestDebtNanos() {
        return 3 * period - 1;
    }

    @Override
    long[] remember(long[] fresh, long debtNanos, long nowNanos) {
        long until = Math.min(Math.abs(debtNanos), 3 * period)
                + Windows.elapsed(fresh[START], nowNanos); // from the start of the window
        long edges = (until - 1) / period; // how many lie before the end of the debt
        long used = debtNanos < 0 ? permits : share.usedOf(until - edges * period);
        if (edges == 1) { // at the end of this window it weighs no more: it is of the last one
            fresh[PREVIOUS] = used;
        } else if (edges > 1) {
            fresh[START] += (edges - 2) * period;
            fresh[CURRENT] = used;
        }
        return fresh;
    }

    /** The same windows where they are the same, else what weighs now, in the window of {@code fresh}. */
    @Override
    long[] carryOver(long[] fresh, long[] state, Kernel old, long atNanos) {
        if (!(old instanceof SlidingWindowCounter before)) {
            return owe(fresh, atNanos, Windows.usedUnder(old, state, atNanos, permits, period));
        }
        if (!before.windows.equals(windows)) {
            return owe(fresh, atNanos, before.weight(state, atNanos));
        }
        System.arraycopy(state, 0, fresh, 0, words());
        return fresh;
    }

    @Override
    void catchUp(long[] state, long nowNanos) {
        long passed = windows.passed(state[START], nowNanos);
        if (passed > 0) {
            state[PREVIOUS] = previous(state, passed);
            state[CURRENT] = 0;
            state[START] += passed * period;
        }
    }

    private static long current(long[] state, long passed) {
        return passed == 0 ? state[CURRENT] : 0;
    }

    private static long previous(long[] state, long passed) {
        return passed == 0 ? state[PREVIOUS] : passed == 1 ? state[CURRENT] : 0;
    }

    /* What counts: this window, and of the last one its share, rounded up. Two summands of at most 2^52. */
    private long weight(long[] state, long atNanos) {
        long passed = windows.passed(state[START], atNanos);
        long left = period - Windows.elapsed(state[START] + passed * period, atNanos);
        return current(state, passed) + Wide.multiplyDivideUp(previous(state, passed), left, period);
    }

    private long untilEnd(long[] state, long atNanos) {
        return windows.rolled(state[START], atNanos) - atNanos + period;
    }
}
