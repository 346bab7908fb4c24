package dev.weir.core;

/**
 * The fixed window: a count for each window of one period, from 0 again in the next.
 *
 * <p>A state is two longs: the start of its window and the count. A client's windows are shifted by a hash of its own, unless
 * the limit is aligned, so that no edge brings a herd.
 *
 * <p><b>Exactness.</b> P permits per period D are kept in each window, not in each stretch of time: P may be taken in the last
 * nanosecond of a window and P more in the first of the next. In any t ns, half open, at most
 * {@code P·(ceil((t - 1) / D) + 1)} permits are admitted, since they touch that many windows; so 2·P for t from 2 ns to
 * D + 1 ns. That is reached. It refuses nobody who has not taken as much within the last D, so a client that spaces its
 * permits by D/P, rounded up, is never refused.
 *
 * <p><b>What it says.</b> {@code remaining} is what is left of this window. The wait is until it ends, or 0; the reset is when it
 * ends, if anything was taken. What was taken beyond the permits is forgotten then, too.
 *
 * <p><b>Having to leave.</b> A client comes back to the same window with at least its count: more by at most
 * {@code (margin + 1) / (D/2 - margin)} of P, rounded up, where the margin is {@code D / 2^40 + 4} ns. What it owes
 * beyond P is forgotten.
 *
 * <p>Immutable. All of its methods are pure functions.
 */
final class FixedWindow extends CountingKernel {

    private static final int START = 0;
    private static final int COUNT = 1;

    private final Windows windows;
    private final UsedShare share;

    FixedWindow(Limit limit) {
        super(limit);
        this.windows = Windows.of(limit);
        this.share = UsedShare.of(permits, period / 2, period);
    }

    @Override
    int words() {
        return 2;
    }

    @Override
    long used(long[] state, long atNanos) {
        return count(state, atNanos);
    }

    @Override
    long[] fresh(long[] room, long nowNanos, WindowAnchor anchor, long spread) {
        room[START] = windows.startOf(nowNanos, anchor, spread);
        room[COUNT] = 0;
        return room;
    }

    @Override
    long waitNanos(long[] state, long atNanos, long cost) {
        return cost <= permits - count(state, atNanos) ? 0 : untilEnd(state, atNanos);
    }

    @Override
    long[] take(long[] state, long atNanos, long cost) {
        catchUp(state, atNanos);
        state[COUNT] += cost;
        return state;
    }

    @Override
    long[] owe(long[] state, long atNanos, long cost) {
        catchUp(state, atNanos);
        state[COUNT] = Windows.add(state[COUNT], cost);
        return state;
    }

    @Override
    long remaining(long[] state, long atNanos) {
        return Math.max(0, permits - count(state, atNanos));
    }

    @Override
    long windowNanos(long[] state, long atNanos) {
        return permits == 0 ? 0 : untilEnd(state, atNanos);
    }

    @Override
    long resetAfterNanos(long[] state, long atNanos) {
        return count(state, atNanos) == 0 ? 0 : untilEnd(state, atNanos);
    }

    /** As if it had not been taken, while its window lasts; then it counts no more anyway. */
    @Override
    long giveBack(
            long[] state,
            long[] after,
            long turnNanos,
            long returnedSince,
            boolean laterWaits,
            long nowNanos,
            long permits) {
        if (state[START] == after[START]) {
            state[COUNT] = Math.max(0, state[COUNT] - permits);
        }
        return 0;
    }

    @Override
    long debtNanos(long[] state, long nowNanos) {
        long count = count(state, nowNanos);
        return count == 0 ? 0 : Math.min(longestDebtNanos(), untilEnd(state, nowNanos) + share.nanosOf(count));
    }

    /** One window, half of one for the share, and as much for a clock that stepped back out of the state's window. */
    @Override
    long longestDebtNanos() {
        return 2 * period - 1;
    }

    @Override
    long[] remember(long[] fresh, long debtNanos, long nowNanos) {
        long until = Math.min(Math.abs(debtNanos), 2 * period)
                + Windows.elapsed(fresh[START], nowNanos); // from the start of the window
        long edges = (until - 1) / period; // how many lie before the end of the debt
        if (edges > 0) {
            fresh[START] += (edges - 1) * period;
            fresh[COUNT] = debtNanos < 0 ? permits : share.usedOf(until - edges * period);
        }
        return fresh;
    }

    /** The same window where windows are the same, else the one of {@code fresh}. */
    @Override
    long[] carryOver(long[] fresh, long[] state, Kernel old, long atNanos) {
        if (!(old instanceof FixedWindow before)) {
            return owe(fresh, atNanos, Windows.usedUnder(old, state, atNanos, permits, period));
        }
        if (!before.windows.equals(windows)) {
            return owe(fresh, atNanos, before.count(state, atNanos));
        }
        fresh[START] = state[START];
        fresh[COUNT] = state[COUNT];
        return fresh;
    }

    @Override
    void catchUp(long[] state, long nowNanos) {
        long passed = windows.passed(state[START], nowNanos);
        if (passed > 0) {
            state[START] += passed * period;
            state[COUNT] = 0;
        }
    }

    private long count(long[] state, long atNanos) {
        return windows.passed(state[START], atNanos) == 0 ? state[COUNT] : 0;
    }

    private long untilEnd(long[] state, long atNanos) {
        return windows.rolled(state[START], atNanos) - atNanos + period;
    }
}
