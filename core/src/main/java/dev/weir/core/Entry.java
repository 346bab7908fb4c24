package dev.weir.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's state under one bundle: the words of each limit's kernel.
 *
 * <p>The first number is also the lock. Where a bundle has one limit of one number, it is that number, and is advanced by
 * compare-and-set; otherwise it means nothing. Whoever needs more swaps {@link #CLAIMED} in for it, does arithmetic, and swaps a
 * number back. On its way out of the cache an entry gets {@link #CLOSED}, for good.
 *
 * <p>Invariants:
 * <ul>
 *   <li>While the first number is CLAIMED, one thread may read and write {@code words}, {@code ledger} and {@code bundle};
 *       otherwise nobody writes them. Claiming acquires and releasing releases, so the next owner sees all of it.
 *   <li>A claim is held for arithmetic only: no cache, no callback, no other wait than for further claims, which are taken
 *       in the order of keys. So every claim ends, and a reader that meets one may spin.
 *   <li>CLOSED is written by a claimant, once, and never overwritten: a thread that still holds the entry sees it and looks
 *       the key up again. So there are never two live states of a client, and no permit is written where nobody reads it. An
 *       entry that somebody waits at, or will settle with, is not closed.
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
    /** The states of all limits that do not grow, one after the other; null if the first number is all. */
    private long @Nullable [] words;
    /** What is kept for who waits or may give back, and states that grow; null as long as nothing of that is needed. */
    @Nullable
    Ledger ledger;
    /** When the cache was last told that this entry is in use, in seconds (2^30 ns) of the ticker. Racy, and only a hint. */
    int shownAtSecond;

    /** An entry of somebody who is as good as new. */
    Entry(EntryKey key, long nowNanos, WindowAnchor anchor) {
        super(key.bundle, key.kind, key.high, key.low);
        this.shownAtSecond = second(nowNanos);
        makeRoom(nowNanos);
        Gcra only = bundle.onlyNumber();
        if (only != null) {
            this.first = past(only.number(nowNanos));
        } else {
            long[] room = new long[Kernel.MAX_WORDS];
            for (int i = 0; i < bundle.size(); i++) {
                save(i, 0, bundle.kernel(i).fresh(room, nowNanos, anchor, spread()));
            }
        }
    }

    /** Makes a new entry, which nobody else has seen yet, owe to limit {@code index}: {@link Kernel#remember}. */
    void owe(int index, long debtNanos, long nowNanos) {
        if (debtNanos != 0) {
            long[] fresh = load(index, first, new long[Kernel.MAX_WORDS]);
            first = save(index, first, bundle.kernel(index).remember(fresh, debtNanos, nowNanos));
        }
    }

    /** Puts what a store has kept in place of the states. By who made it, before anybody else sees it. */
    void restore(Replay.State kept, long nowNanos, WindowAnchor anchor) {
        for (int i = 0; i < bundle.size(); i++) {
            List<long[]> words = kept.words();
            long[] state = words == null
                    ? bundle.kernel(i).fresh(new long[Kernel.MAX_WORDS], nowNanos, anchor, kept.spread())
                    : words.get(i);
            first = save(i, first, state);
        }
        Replay.Turns turns = kept.ledger();
        if (turns != null) {
            Ledger made = ledger(nowNanos);
            made.lastTurn = turns.lastTurn();
            made.lastWaiter = turns.lastWaiter();
            made.stamp = turns.stamp();
            made.changed = turns.changed();
            made.open = turns.open();
            for (int i = 0; i < bundle.size(); i++) {
                made.returned[i] = turns.returned().get(i);
            }
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

    /** Replaces the first number of an entry that has only one. Lock-free. */
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

    /**
     * The state of limit {@code index}. By the claimant only.
     *
     * @param first the first number
     * @param room where to put a state that does not grow; one that does is returned as it is
     */
    long[] load(int index, long first, long[] room) {
        Kernel kernel = bundle.kernel(index);
        if (kernel.words() == Kernel.GROWS) {
            return Objects.requireNonNull(ledger).grown[bundle.place(index)];
        }
        if (words == null) {
            room[0] = first;
        } else {
            System.arraycopy(words, bundle.place(index), room, 0, kernel.words());
        }
        return room;
    }

    /**
     * Writes the state of limit {@code index}. By the claimant only.
     *
     * @return the first number from now on
     */
    long save(int index, long first, long[] state) {
        Kernel kernel = bundle.kernel(index);
        if (kernel.words() == Kernel.GROWS) {
            Objects.requireNonNull(ledger).grown[bundle.place(index)] = state;
        } else if (words == null) {
            return sane(state[0]);
        } else {
            System.arraycopy(state, 0, words, bundle.place(index), kernel.words());
        }
        return first;
    }

    /** The numbers of a bundle that has {@link Bundle#numbers}. By the claimant only. */
    long[] numbers() {
        return Objects.requireNonNull(words);
    }

    /** The earliest turn of whoever comes at {@code nowNanos}. By the claimant only. */
    long earliest(long nowNanos) {
        return ledger == null ? nowNanos : ledger.earliest(nowNanos);
    }

    /** The same at a glance, without a claim: whether anybody had to wait as of when the first number was read. */
    boolean mayHaveWaiters(long nowNanos) {
        Ledger seen = ledger;
        return seen != null && seen.earliest(nowNanos) != nowNanos;
    }

    /** The ledger, made if it is not there. By the claimant only. */
    Ledger ledger(long nowNanos) {
        if (ledger == null) {
            ledger = new Ledger(bundle, nowNanos);
        }
        return ledger;
    }

    /** Forgets the ledger if it is not needed any more. By the claimant only. */
    void dropLedger(long nowNanos) {
        if (ledger != null && !ledger.isNeeded(nowNanos)) {
            ledger = null;
        }
    }

    /** Whether somebody waits here, or will settle. By the claimant only. */
    boolean isBusy(long nowNanos) {
        return ledger != null && (ledger.open > 0 || ledger.lastTurn - nowNanos > 0);
    }

    /** Whether the entry is as good as new. By the claimant only. */
    boolean isFull(long first, long nowNanos, long[] room) {
        for (int i = 0; i < bundle.size(); i++) {
            if (bundle.kernel(i).resetAfterNanos(load(i, first, room), nowNanos) > 0) {
                return false;
            }
        }
        return !isBusy(nowNanos);
    }

    /**
     * Puts the present in place of every time that has passed, or that may have wrapped around since the last sweep and has
     * therefore certainly passed. So none grows so old, while another limit keeps the entry, that it looks like the future.
     * By the claimant only.
     *
     * @return the first number from now on
     */
    long catchUp(long first, long nowNanos, long sinceLastNanos, WindowAnchor anchor, long[] room) {
        if (ledger != null && ledger.hasTurnToCome(nowNanos, sinceLastNanos)) {
            return first; // until then all is as of that turn, and nothing ages
        }
        long sinceNanos = ledger == null ? sinceLastNanos : ledger.catchUp(nowNanos, sinceLastNanos);
        long result = first;
        for (int i = 0; i < bundle.size(); i++) {
            Kernel kernel = bundle.kernel(i);
            long[] state;
            if (kernel.mayHaveWrapped(sinceNanos)) {
                state = kernel.fresh(room, nowNanos, anchor, spread());
            } else {
                state = load(i, first, room);
                kernel.catchUp(state, nowNanos);
            }
            if (words == null && state == room && kernel.resetAfterNanos(state, nowNanos) == 0) {
                state[0] = past(state[0]);
            }
            result = save(i, first, state);
        }
        return result;
    }

    /**
     * Puts the state under another version of the bundle: of the limit of the same name, else of the one at the same place if
     * there are as many, else what is the least. Turns that were promised stay. By the claimant only.
     *
     * @return the first number from now on
     */
    long adopt(Bundle next, long first, long nowNanos, WindowAnchor anchor) {
        Bundle old = bundle;
        long at = earliest(nowNanos);
        long[][] was = new long[old.size()][];
        for (int i = 0; i < was.length; i++) {
            was[i] = load(i, first, new long[Kernel.MAX_WORDS]);
        }
        Ledger before = ledger;
        bundle = next;
        ledger = null;
        makeRoom(nowNanos);
        if (before != null && before.isNeeded(nowNanos)) {
            Ledger after = ledger(nowNanos);
            after.lastTurn = before.lastTurn;
            after.lastWaiter = before.lastWaiter;
            after.stamp = before.stamp + 1;
            after.changed = after.stamp;
            after.open = before.open;
            after.carried = at != nowNanos;
        }
        long changed = sane(first + 1);
        for (int i = 0; i < next.size(); i++) {
            changed = save(i, changed, carriedOver(was, old, next, i, at, anchor));
        }
        return changed == first ? sane(first + 1) : changed;
    }

    private long[] carriedOver(long[][] was, Bundle old, Bundle next, int index, long at, WindowAnchor anchor) {
        int same = wasAt(next, index, old);
        Kernel kernel = next.kernel(index);
        long[] least = kernel.fresh(new long[Kernel.MAX_WORDS], at, anchor, spread());
        for (int j = 0; j < old.size(); j++) {
            if (same < 0 || same == j) {
                long[] fresh = kernel.fresh(new long[Kernel.MAX_WORDS], at, anchor, spread());
                long[] carried = kernel.carryOver(fresh, was[j], old.kernel(j), at);
                least = isLess(kernel, carried, least, at) ? carried : least;
            }
        }
        return least;
    }

    static int wasAt(Bundle next, int index, Bundle old) {
        int same = old.size() == next.size() ? index : -1;
        for (int j = 0; j < old.size(); j++) {
            if (old.policies().get(j).name().equals(next.policies().get(index).name())) {
                same = j;
            }
        }
        return same;
    }

    private static boolean isLess(Kernel kernel, long[] one, long[] other, long at) {
        int order = Long.compare(kernel.remaining(one, at), kernel.remaining(other, at));
        return order < 0 || (order == 0 && kernel.resetAfterNanos(one, at) > kernel.resetAfterNanos(other, at));
    }

    private void makeRoom(long nowNanos) {
        words = bundle.onlyNumber() != null || bundle.words() == 0 ? null : new long[bundle.words()];
        if (bundle.growing() > 0) {
            ledger(nowNanos);
        }
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
