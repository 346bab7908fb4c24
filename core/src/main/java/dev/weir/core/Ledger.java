package dev.weir.core;

import java.util.Arrays;

/**
 * What an entry keeps beside its numbers while it lets clients wait or give back, and the states that grow. Read and written
 * by the claimant of the entry only.
 */
final class Ledger {

    /** No turn is further ahead, by any kernel. */
    private static final long LONGEST_WAIT_NANOS = 1L << 61;

    private static final long NANOS_PER_STAMP = 1_000;

    /** The turn of who waits longest. Nobody who comes later has an earlier one: none overtakes. On the ticker's scale. */
    long lastTurn;
    /** The stamp of who waits longest. */
    long lastWaiter;
    /** Rises with all that happens, to stamp it and to see whether anything has happened since. */
    long stamp;
    /** The stamp of the last change of limits, or of the beginning: what was taken before comes back no more. */
    long changed;
    /** Whether a change of limits has carried all states over to a turn that was still to come. */
    boolean carried;
    /** How many wait or have something to settle. While it is above 0, the entry is not closed. */
    int open;
    /** For each limit, the sum of all that has been given back, in the unit of its kernel. */
    long[] returned;
    /** The states that grow. */
    final long[][] grown;

    Ledger(Bundle bundle, long nowNanos) {
        begin(nowNanos);
        returned = new long[bundle.size()];
        grown = new long[bundle.growing()][];
    }

    private void begin(long nowNanos) {
        lastTurn = nowNanos;
        stamp = nowNanos / NANOS_PER_STAMP - 1;
        changed = stamp;
    }

    /** A stamp of its own for what is taken now: no earlier ledger of the same client's has given it to anything, where time goes on. */
    long next(long nowNanos) {
        stamp = Math.max(stamp + 1, nowNanos / NANOS_PER_STAMP);
        return stamp;
    }

    /** The earliest turn of whoever comes at {@code nowNanos}. */
    long earliest(long nowNanos) {
        return lastTurn - nowNanos > 0 ? lastTurn : nowNanos;
    }

    /** Whether the last turn is still to come; {@code sinceLastNanos} is since {@link #catchUp}. */
    boolean hasTurnToCome(long nowNanos, long sinceLastNanos) {
        return sinceLastNanos <= LONGEST_WAIT_NANOS && lastTurn - nowNanos > 0;
    }

    /**
     * Puts the present in place of a last turn that has passed.
     *
     * @param sinceLastNanos since this was done before
     * @return for how long all states may have aged: not before that turn, if they were carried over to it
     */
    long catchUp(long nowNanos, long sinceLastNanos) {
        boolean since = carried && sinceLastNanos <= LONGEST_WAIT_NANOS;
        long ages = since ? Math.min(sinceLastNanos, nowNanos - lastTurn) : sinceLastNanos;
        lastTurn = nowNanos;
        carried = false;
        return ages;
    }

    /** Begins anew, but for the states that grow, unless anybody waits or may give back. */
    void renewIfUnneeded(long nowNanos) {
        if (open == 0 && lastTurn - nowNanos <= 0) {
            begin(nowNanos);
            lastWaiter = 0;
            carried = false;
            Arrays.fill(returned, 0);
        }
    }

    /** Whether anybody is left whom it was kept for. */
    boolean isNeeded(long nowNanos) {
        return open > 0 || lastTurn - nowNanos > 0 || grown.length > 0;
    }
}
