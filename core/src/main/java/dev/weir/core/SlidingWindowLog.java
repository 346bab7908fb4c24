package dev.weir.core;

/**
 * The sliding window log: when each permit was taken. A permit taken at s counts for {@code s <= t < s + D}, D being the
 * period.
 *
 * <p>A state is an array that grows with what was taken within the last period: 16 bytes for each nanosecond at which anything
 * was, in a ring of twice as many at most, and of 65,536 at most, which are 1 MiB ({@link LogRing}). Beyond that, neighbours
 * are merged, and permits may come back later than they should, by less than D/2^14 where nobody waits for turns of later
 * periods. A client that has taken nothing costs no array.
 *
 * <p><b>Exactness.</b> In any D ns, half open, at most P permits are admitted: each is admitted only beside all those that were
 * taken less than D before it. So in t ns at most {@code P·ceil(t / D)}. A client is refused only if as much was taken within
 * the last D; one that spaces its permits by D/P, rounded up, is never refused. A time before the newest pair's is taken for
 * that, and a time before one as of which the state has forgotten what is over ({@link #catchUp}) for that: what then comes
 * back later comes never earlier.
 *
 * <p><b>What it says.</b> {@code remaining} and the wait are exact: the wait ends when enough of the oldest permits have expired. The
 * reset is when the newest has.
 *
 * <p><b>Having to leave.</b> A client comes back with at least as many permits taken as counted when it left: more by at most
 * {@code (margin + 1) / (G - margin)} of P, rounded up, where the margin is {@code D / 2^40 + 4} ns and G the largest power of
 * two up to D/8. They all count until the newest would have expired, and up to G longer. What it owes beyond P is forgotten.
 *
 * <p>Immutable. All of its methods are pure functions.
 */
final class SlidingWindowLog extends CountingKernel {

    private static final int MERGED_PER_PERIOD_BITS = 15;
    private static final int DEBT_GRIDS_PER_PERIOD_BITS = 3;

    /** Pairs that must be merged are merged within 2^gridBits ns: the least of at least D/2^15. */
    private final int gridBits;
    /** Debts end after multiples of 2^debtGridBits ns of the ticker's scale, which a wrap-around does not move. */
    private final int debtGridBits;

    private final UsedShare share;

    SlidingWindowLog(Limit limit) {
        super(limit);
        this.gridBits = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(period - 1) - MERGED_PER_PERIOD_BITS);
        this.debtGridBits = Long.SIZE - 1 - Long.numberOfLeadingZeros(period) - DEBT_GRIDS_PER_PERIOD_BITS;
        this.share = UsedShare.of(permits, 1L << debtGridBits, period);
    }

    @Override
    int words() {
        return GROWS;
    }

    @Override
    long used(long[] state, long atNanos) {
        return counted(state, oldest(state, atNanos));
    }

    @Override
    long[] fresh(long[] room, long nowNanos, WindowAnchor anchor, long spread) {
        return LogRing.EMPTY;
    }

    @Override
    long waitNanos(long[] state, long atNanos, long cost) {
        int oldest = oldest(state, atNanos);
        long missing = counted(state, oldest) + cost - permits;
        if (missing <= 0) {
            return 0;
        }
        int last = oldest; // of those that have to expire
        for (long freed = LogRing.count(state, last); freed < missing; freed += LogRing.count(state, last)) {
            last++;
        }
        return untilExpiry(state, last, atNanos);
    }

    @Override
    long[] take(long[] state, long atNanos, long cost) {
        if (cost == 0) {
            return state;
        }
        return LogRing.add(state, LogRing.notBeforeSeen(state, atNanos), cost, atNanos - longestWaitNanos(), gridBits);
    }

    @Override
    long[] owe(long[] state, long atNanos, long cost) {
        return take(state, atNanos, Math.min(cost, Windows.MAX_COUNT - LogRing.sum(state)));
    }

    @Override
    long remaining(long[] state, long atNanos) {
        return Math.max(0, permits - counted(state, oldest(state, atNanos)));
    }

    @Override
    long windowNanos(long[] state, long atNanos) {
        if (permits == 0) {
            return 0;
        }
        int oldest = oldest(state, atNanos);
        long remaining = Math.max(0, permits - counted(state, oldest));
        if (remaining == 0) {
            return waitNanos(state, atNanos, 1);
        }
        while (oldest < LogRing.size(state) && LogRing.count(state, oldest) == 0) {
            oldest++; // given back, and nothing comes when it expires
        }
        long untilMore = oldest == LogRing.size(state) ? 0 : untilExpiry(state, oldest, atNanos);
        return Windows.spentOver(remaining, permits, period, untilMore);
    }

    @Override
    long resetAfterNanos(long[] state, long atNanos) {
        int size = LogRing.size(state);
        return oldest(state, atNanos) == size ? 0 : untilExpiry(state, size - 1, atNanos);
    }

    /**
     * As if it had not been taken, until it has expired. It was written down as of {@code turnNanos} or later, and is taken off
     * from there on, so at worst from permits that expire earlier than those given back.
     */
    @Override
    long giveBack(
            long[] state,
            long[] after,
            long turnNanos,
            long returnedSince,
            boolean laterWaits,
            long nowNanos,
            long permits) {
        boolean counts = LogRing.notBeforeSeen(state, nowNanos) - turnNanos < period; // what does not may be forgotten
        int pair = LogRing.firstFrom(state, turnNanos);
        if (counts && pair < LogRing.size(state)) {
            LogRing.subtract(state, pair, permits);
        }
        return 0;
    }

    @Override
    long debtNanos(long[] state, long nowNanos) {
        int oldest = oldest(state, nowNanos);
        int size = LogRing.size(state);
        if (oldest == size) {
            return 0;
        }
        long expiry = nowNanos + untilExpiry(state, size - 1, nowNanos);
        long latest = onDebtGrid(nowNanos + longestDebtNanos()) - (1L << debtGridBits);
        long edge = onDebtGrid(expiry + (1L << debtGridBits) - 1);
        return Math.min(latest - nowNanos, edge - nowNanos) + share.nanosOf(counted(state, oldest));
    }

    /** One period, up to a quarter of one for grid and share, and as much for a clock that stepped back. */
    @Override
    long longestDebtNanos() {
        return period + period / 2;
    }

    @Override
    long[] remember(long[] fresh, long debtNanos, long nowNanos) {
        long until = nowNanos + Math.min(Math.abs(debtNanos), 2 * period);
        long edge = onDebtGrid(until - 1);
        long used = debtNanos < 0 ? permits : share.usedOf(until - edge);
        return edge - nowNanos <= 0 || used == 0 ? fresh : LogRing.add(fresh, edge - period, used, nowNanos, gridBits);
    }

    @Override
    long[] carryOver(long[] fresh, long[] state, Kernel old, long atNanos) {
        if (old instanceof SlidingWindowLog before) {
            long[] kept = state.clone();
            LogRing.forget(
                    kept, atNanos, before.period); // what was over stays so, whether or not anybody has looked since
            return kept;
        }
        return owe(fresh, atNanos, Windows.usedUnder(old, state, atNanos, permits, period));
    }

    @Override
    void catchUp(long[] state, long nowNanos) {
        LogRing.forget(state, nowNanos, period);
    }

    /* The first pair that counts at that time; those after it do, too. */
    private int oldest(long[] state, long atNanos) {
        long at = LogRing.notBeforeSeen(state, atNanos);
        int size = LogRing.size(state);
        if (size == 0 || at - LogRing.time(state, 0) < period) {
            return 0; // nearly always: what is over has been forgotten
        }
        return LogRing.firstFrom(state, at - period + 1);
    }

    /* The permits from pair oldest on. */
    private static long counted(long[] state, int oldest) {
        long sum = LogRing.sum(state);
        for (int i = 0; i < oldest; i++) {
            sum -= LogRing.count(state, i);
        }
        return sum;
    }

    private long untilExpiry(long[] state, int pair, long atNanos) {
        return LogRing.time(state, pair) + period - atNanos;
    }

    private long onDebtGrid(long nanos) {
        return nanos >> debtGridBits << debtGridBits;
    }
}
