package dev.weir.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Until when clients owe that had to leave, for one limit, in a fixed number of cells. Never forgets a debt that is still
 * owed, and may charge it to others too.
 *
 * <p>A client's hash chooses a line of eight cells: seven hold a debt with a tag of 16 more bits of the hash; the eighth holds
 * the largest of those that did not fit, for whoever comes to this line. So who left owing never comes back owing less; a
 * newcomer owes without a reason if it meets a tag of its own, or a full line.
 *
 * <p>Times are units of {@code 2^shift} ns of the ticker in 48 bits, rounded up and compared by subtraction. The longest debt
 * is at most 2^45 units, and a sweep comes at least each 2^46, so no time is mistaken for one of the future.
 *
 * <p>One writer at a time, under the object's lock; readers take none. A writer raises the eighth cell before it overwrites
 * one of the seven, and a reader reads it last, so no debt is missed on its way from one to the other.
 */
final class DebtTable {

    static final int LINE = 8;
    private static final int OVERFLOW = LINE - 1;
    private static final int TIME_BITS = 48;
    private static final long TIME = (1L << TIME_BITS) - 1;
    private static final int LONGEST_DEBT_BITS = 45;
    private static final int SWEEP_BITS = 46;
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells;
    private final int shift;

    /**
     * A table without debts.
     *
     * @param lines 1 or more
     * @param longestNanos the longest debt that will be stored, at most 2^60
     */
    DebtTable(int lines, long longestNanos) {
        this(new long[lines * LINE], shift(longestNanos));
    }

    private DebtTable(long[] cells, int shift) {
        this.cells = cells;
        this.shift = shift;
    }

    /** The time between two sweeps within which no time is mistaken for one of the future. */
    static long sweepWithinNanos(long longestNanos) {
        return 1L << (SWEEP_BITS + shift(longestNanos));
    }

    int lines() {
        return cells.length / LINE;
    }

    /** Notes that the client of {@code hash} owes for another {@code nanos}. */
    synchronized void store(long hash, long nanos, long nowNanos) {
        long now = nowNanos >>> shift;
        long until = (now + (Math.min(nanos, Limit.MAX_SPAN_NANOS) >>> shift) + 2) & TIME;
        store(hash >>> TIME_BITS, line(hash), until == 0 ? 1 : until, now); // 0 is an empty cell
    }

    /**
     * For how long the client of {@code hash} may still owe, in nanoseconds, at least what was stored; 0 for not at all. Negative if
     * that may be another's time, so that it tells nothing else about this client.
     */
    long owedNanos(long hash, long nowNanos) {
        long now = nowNanos >>> shift;
        long tag = hash >>> TIME_BITS;
        int line = line(hash);
        long most = 0;
        for (int i = line; i < line + OVERFLOW; i++) {
            long cell = (long) CELLS.getVolatile(cells, i);
            if (cell != 0 && cell >>> TIME_BITS == tag) {
                most = Math.max(most, left(cell, now));
            }
        }
        long overflow = (long) CELLS.getVolatile(cells, line + OVERFLOW);
        long others = overflow == 0 ? 0 : left(overflow, now);
        return others > most ? -(others << shift) : most << shift;
    }

    /**
     * Empties the cells whose debts are over; all of them if it comes so late that their times may read as of the future: then the
     * last that was stored in time is over, too.
     */
    synchronized void sweep(long nowNanos, long sinceLastNanos) {
        long now = nowNanos >>> shift;
        boolean all = sinceLastNanos >>> shift > (1L << SWEEP_BITS) + (1L << LONGEST_DEBT_BITS);
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] != 0 && (all || left(cells[i], now) == 0)) {
                CELLS.setVolatile(cells, i, 0L);
            }
        }
    }

    /** The same debts in fewer lines, of which there is a whole number to each new one; some then count for more clients. */
    synchronized DebtTable shrunkTo(int lines, long nowNanos) {
        DebtTable smaller = new DebtTable(new long[lines * LINE], shift);
        long now = nowNanos >>> shift;
        int merged = lines() / lines;
        for (int i = 0; i < cells.length; i++) {
            long cell = cells[i];
            if (cell != 0 && left(cell, now) > 0) {
                int line = i / LINE / merged * LINE;
                if (i % LINE == OVERFLOW) {
                    smaller.overflow(line, cell & TIME, now);
                } else {
                    smaller.store(cell >>> TIME_BITS, line, cell & TIME, now);
                }
            }
        }
        return smaller;
    }

    private void store(long tag, int line, long until, long now) {
        long debt = left(until, now);
        int least = line;
        long leastLeft = Long.MAX_VALUE;
        for (int i = line; i < line + OVERFLOW; i++) {
            long left = cells[i] == 0 ? 0 : left(cells[i], now);
            if (left > 0 && cells[i] >>> TIME_BITS == tag) {
                if (left < debt) {
                    CELLS.setVolatile(cells, i, tag << TIME_BITS | until);
                }
                return;
            }
            if (left < leastLeft) {
                least = i;
                leastLeft = left;
            }
        }
        if (leastLeft >= debt) {
            overflow(line, until, now);
        } else {
            if (leastLeft > 0) {
                overflow(line, cells[least] & TIME, now);
            }
            CELLS.setVolatile(cells, least, tag << TIME_BITS | until);
        }
    }

    private void overflow(int line, long until, long now) {
        long cell = cells[line + OVERFLOW];
        if (cell == 0 || left(cell, now) < left(until, now)) {
            CELLS.setVolatile(cells, line + OVERFLOW, until);
        }
    }

    /* The lower 32 bits of the hash, scaled to the lines: neighbours stay neighbours when lines are merged. */
    private int line(long hash) {
        return (int) (((hash & 0xFFFF_FFFFL) * lines()) >>> 32) * LINE;
    }

    /** Units from {@code now} to the time in {@code cell}, 0 if it has passed: a difference of 48 bits, its sign extended. */
    private static long left(long cell, long now) {
        return Math.max(0, (cell - now) << (64 - TIME_BITS) >> (64 - TIME_BITS));
    }

    private static int shift(long longestNanos) {
        int bits = 64 - Long.numberOfLeadingZeros(Math.min(longestNanos, Limit.MAX_SPAN_NANOS));
        return Math.max(0, bits - LONGEST_DEBT_BITS);
    }
}
