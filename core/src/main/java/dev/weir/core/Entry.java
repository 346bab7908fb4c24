package dev.weir.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One client's state under one bundle: a theoretical arrival time for each limit.
 *
 * <p>The first number is also the lock. It is advanced by compare-and-set where it is the only one; whoever needs more than
 * one number, of this entry or of several, swaps {@link #CLAIMED} in for it, does arithmetic, and swaps the new number
 * back. On its way out of the cache an entry gets {@link #CLOSED}, for good.
 *
 * <p>Invariants:
 * <ul>
 *   <li>While the first number is CLAIMED, one thread may read and write {@code rest} and {@code bundle}; otherwise nobody
 *       writes them. Claiming acquires and releasing releases, so the next owner sees all of it.
 *   <li>A claim is held for arithmetic only: no cache, no callback, no other wait than for further claims, which are taken
 *       in the order of keys. So every claim ends, and a reader that meets one may spin.
 *   <li>CLOSED is written by a claimant, once, and never overwritten: a thread that still holds the entry sees it and looks
 *       the key up again. So there are never two live states of a client, and no permit is written where nobody reads it.
 *   <li>A change of bundle changes the first number too ({@link #adopt}), so a compare-and-set that was computed for the old
 *       bundle fails.
 * </ul>
 */
final class Entry extends EntryKey {

    /** The first number of an entry that has left. */
    static final long CLOSED = Long.MIN_VALUE;
    /** The first number of an entry that somebody is working on. */
    static final long CLAIMED = Long.MIN_VALUE + 1;

    private static final int SPINS_BEFORE_YIELD = 32;
    private static final VarHandle FIRST;

    static {
        try {
            FIRST = MethodHandles.lookup().findVarHandle(Entry.class, "first", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long first;
    private long @Nullable [] rest;
    /** When the cache was last told that this entry is in use, in seconds (2^30 ns) of the ticker. Racy, and only a hint. */
    int shownAtSecond;

    Entry(EntryKey key, long nowNanos) {
        super(key.bundle, key.kind, key.high, key.low);
        this.shownAtSecond = second(nowNanos);
        this.rest = bundle.size() > 1 ? new long[bundle.size() - 1] : null;
        for (int i = 0; i < bundle.size(); i++) {
            set(i, bundle.kernel(i).number(nowNanos));
        }
        this.first = past(bundle.kernel(0).number(nowNanos));
    }

    /** Makes a new entry, which nobody else has seen yet, owe {@code nanos} to limit {@code index}. */
    void owe(int index, long nanos, long nowNanos) {
        if (nanos == 0) {
            return;
        }
        Gcra kernel = bundle.kernel(index);
        long number = kernel.number(nowNanos) + kernel.aheadOf(nanos);
        if (index == 0) {
            first = sane(number);
        } else {
            set(index, number);
        }
    }

    static int second(long nanos) {
        return (int) (nanos >> 30);
    }

    /** Waits a moment for a claim to end. */
    @SuppressWarnings(
            "ThreadPriorityCheck") // a claim is a few instructions; yielding lets a claimant finish that was set aside
    static void pause(int tries) {
        if (tries < SPINS_BEFORE_YIELD) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    /** The first number, or CLAIMED, or CLOSED. */
    long first() {
        return first;
    }

    /** Replaces the first number of an entry that has only one. */
    boolean advance(long seen, long next) {
        return FIRST.compareAndSet(this, seen, sane(next));
    }

    /** Whether the first number is {@code seen} still: then the bundle that was read after it is the one it stands under. */
    boolean isStill(long seen) {
        VarHandle.loadLoadFence();
        return first == seen;
    }

    /** Takes the entry: the first number, or CLOSED, which takes nothing. */
    long claim() {
        for (int tries = 0; ; tries++) {
            long seen = first;
            if (seen == CLOSED) {
                return CLOSED;
            }
            if (seen != CLAIMED && FIRST.compareAndSet(this, seen, CLAIMED)) {
                return seen;
            }
            pause(tries);
        }
    }

    /** Gives the entry back with this first number, or closes it with {@link #CLOSED}. By the claimant only. */
    void release(long number) {
        FIRST.setRelease(this, number);
    }

    /** The number of limit {@code index}, given the first one. By the claimant only. */
    long number(int index, long first) {
        return index == 0 || rest == null ? first : rest[index - 1];
    }

    /** Writes the number of limit {@code index}, from 1 on. By the claimant only. */
    void set(int index, long number) {
        if (index > 0 && rest != null) {
            rest[index - 1] = number;
        }
    }

    /** Whether every number is of the past: the entry is as good as new. By the claimant only. */
    boolean isFull(long first, long nowNanos) {
        for (int i = 0; i < bundle.size(); i++) {
            if (Gcra.ahead(number(i, first), bundle.kernel(i).number(nowNanos)) > 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Puts the present in place of every number that has passed, or that may have wrapped around since the last sweep and has
     * therefore certainly passed. So none grows so old, while another limit keeps the entry, that it looks like the future.
     * By the claimant only.
     *
     * @return the first number from now on
     */
    long catchUp(long first, long nowNanos, long sinceLastNanos) {
        for (int i = 1; i < bundle.size(); i++) {
            if (hasPassed(i, first, nowNanos, sinceLastNanos)) {
                set(i, bundle.kernel(i).number(nowNanos));
            }
        }
        return hasPassed(0, first, nowNanos, sinceLastNanos)
                ? past(bundle.kernel(0).number(nowNanos))
                : first;
    }

    private boolean hasPassed(int index, long first, long nowNanos, long sinceLastNanos) {
        Gcra kernel = bundle.kernel(index);
        return kernel.mayHaveWrapped(sinceLastNanos) || Gcra.ahead(number(index, first), kernel.number(nowNanos)) == 0;
    }

    /**
     * Puts the numbers under another version of the bundle, keeping the used fraction of each limit: of the one of the same
     * name, else of the one at the same place if there are as many, else the largest. By the claimant only.
     *
     * @return the first number from now on
     */
    long adopt(Bundle next, long first, long nowNanos) {
        Bundle old = bundle;
        long[] numbers = new long[next.size()];
        for (int i = 0; i < numbers.length; i++) {
            long now = next.kernel(i).number(nowNanos);
            numbers[i] = now + carriedOver(old, next, i, first, nowNanos);
        }
        bundle = next;
        rest = numbers.length > 1 ? new long[numbers.length - 1] : null;
        for (int i = 1; i < numbers.length; i++) {
            set(i, numbers[i]);
        }
        return numbers[0] == first ? sane(first + 1) : sane(numbers[0]);
    }

    private long carriedOver(Bundle old, Bundle next, int index, long first, long nowNanos) {
        int same = old.size() == next.size() ? index : -1;
        for (int j = 0; j < old.size(); j++) {
            if (old.policies().get(j).name().equals(next.policies().get(index).name())) {
                same = j;
            }
        }
        long most = 0;
        for (int j = 0; j < old.size(); j++) {
            if (same < 0 || same == j) {
                Gcra kernel = old.kernel(j);
                long ahead = Gcra.ahead(number(j, first), kernel.number(nowNanos));
                most = Math.max(most, next.kernel(index).carryOver(ahead, kernel));
            }
        }
        return most;
    }

    /* The two numbers with a meaning of their own are skipped upwards: two units, far below a nanosecond in the limit's favour. */
    static long sane(long number) {
        return isReserved(number) ? number + 2 : number;
    }

    /* The present, or just before: in either case nothing is owed. */
    private static long past(long number) {
        return isReserved(number) ? number - 2 : number;
    }

    private static boolean isReserved(long number) {
        return number == CLOSED || number == CLAIMED;
    }
}
