package dev.weir.core;

/**
 * What an entry keeps beside its numbers while it lets clients wait or give back, and the states that grow. Read and written
 * by the claimant of the entry only.
 */
final class Ledger {

    /** The turn of who waits longest. Nobody who comes later has an earlier one: none overtakes. On the ticker's scale. */
    long lastTurn;
    /** The stamp of who waits longest. */
    long lastWaiter;
    /** Counts what happens, to stamp it and to see whether anything has happened since. */
    long stamp;
    /** How many wait or have something to settle. While it is above 0, the entry is not closed. */
    int open;
    /** For each limit, the sum of all that has been given back, in the unit of its kernel. */
    long[] returned;
    /** The states that grow. */
    final long[][] grown;

    Ledger(Bundle bundle, long nowNanos) {
        lastTurn = nowNanos;
        returned = new long[bundle.size()];
        grown = new long[bundle.growing()][];
    }

    /** The earliest turn of whoever comes at {@code nowNanos}. */
    long earliest(long nowNanos) {
        return lastTurn - nowNanos > 0 ? lastTurn : nowNanos;
    }

    /** Whether anybody is left whom it was kept for. */
    boolean isNeeded(long nowNanos) {
        return open > 0 || lastTurn - nowNanos > 0 || grown.length > 0;
    }
}
