package dev.weir.core;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Answers asks from the entries of a store: all or nothing, allocating nothing but receipts. What is admitted is linearizable; so is
 * what remains, but for clients of a refused request that had no entry: theirs may be a moment old.
 *
 * <p>What most requests need is {@link BucketJudge}'s. Anything more claims the entries in the order of their
 * keys, judges every limit, then writes every state or none. A client that is not there is as good as new, but for what it
 * owed when it had to leave: an entry is made only for a request that will be admitted, so that refused strangers leave nothing
 * behind.
 *
 * <p><b>Turns.</b> A patient request that does not fit now is admitted as if it came when it does: at its turn, which is no
 * earlier than that of anybody who waits under the same key already. Every limit is charged as of then. So turns only go
 * forward, nobody overtakes, each limit sees arrivals in order, and its bound holds for the times at which they go on (which are
 * rounded up to whole nanoseconds: so in windows measured between two of them to within one). Nobody has to wake anybody: each
 * knows its time.
 */
final class Judge {

    /** Entries leave between two steps of a decision now and then; so often only if the bound is a handful. */
    private static final int MAX_TRIES = 10_000;
    /** When to come back who finds no room to wait or to hold. */
    private static final long ROOM_RETRY_NANOS = 1_000_000_000;

    private final EntryStore store;
    private final WindowAnchor anchor;
    private final Semaphore opens;
    private final long notBeforeNanos;
    /** For who waits nowhere; otherwise null. */
    private final @Nullable BucketJudge buckets;

    /**
     * A judge.
     *
     * @param opens how many asks may be open at a time
     */
    Judge(EntryStore store, WindowAnchor anchor, Semaphore opens) {
        this(store, anchor, opens, 0);
    }

    /**
     * A judge of requests that wait elsewhere, too.
     *
     * @param notBeforeNanos how long, from the decision, they wait at least, as if somebody waited so long here
     */
    Judge(EntryStore store, WindowAnchor anchor, Semaphore opens, long notBeforeNanos) {
        this.store = store;
        this.anchor = anchor;
        this.opens = opens;
        this.notBeforeNanos = notBeforeNanos;
        this.buckets = notBeforeNanos == 0 ? new BucketJudge(store, anchor) : null;
    }

    void decide(Ask ask, long nowNanos) {
        ask.turn(0);
        if (buckets == null || !buckets.decide(ask, nowNanos)) {
            decideSeveral(ask, nowNanos);
        }
    }

    private void decideSeveral(Ask ask, long nowNanos) {
        ask.room();
        boolean mayOpen = (ask.holds() || ask.isPatient() || queues(ask)) && opens.tryAcquire();
        boolean create = false;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            for (int i = 0; i < ask.bundles(); i++) {
                EntryKey.Probe probe = ask.probe(i);
                ask.entries[i] = create && needsEntry(ask, i)
                        ? store.findOrCreate(probe, nowNanos)
                        : store.find(probe, nowNanos);
            }
            if (!claimAll(ask, nowNanos)) {
                Entry.pause(tries);
                continue;
            }
            load(ask, nowNanos);
            boolean admits = judge(ask, mayOpen, nowNanos);
            boolean missing = admits && isMissing(ask);
            if (admits && !missing) {
                write(ask, nowNanos);
            }
            releaseAll(ask);
            if (!missing) {
                forget(ask);
                if (mayOpen && !ask.isOpen()) {
                    opens.release();
                }
                ask.completeInPlace(admits);
                return;
            }
            create = true;
        }
        forget(ask);
        if (mayOpen) {
            opens.release();
        }
        ask.fail(new IllegalStateException("The limiter has no room for a decision over " + ask.bundles()
                + " keys: while one entry was made, another had to leave. Raise its bound"));
    }

    /** Claims the entries that are there, in the order of their keys; none if one of them has been closed meanwhile. */
    private boolean claimAll(Ask ask, long nowNanos) {
        Entry previous = null;
        for (Entry next = successor(ask, null); next != null; next = successor(ask, previous)) {
            int at = indexOf(ask, next);
            long first = next.claim();
            if (first == Entry.CLOSED) {
                releaseUpTo(ask, previous);
                return false;
            }
            Bundle bundle = ask.bundle(at);
            ask.held[at] = next.bundle == bundle ? first : next.adopt(bundle, first, nowNanos, anchor);
            previous = next;
        }
        return true;
    }

    private void load(Ask ask, long nowNanos) {
        for (int i = 0; i < ask.bundles(); i++) {
            Entry entry = ask.entries[i];
            Bundle bundle = ask.bundle(i);
            for (int j = 0; j < bundle.size(); j++) {
                int limit = ask.firstLimit(i) + j;
                long[] room = ask.rooms[limit];
                if (entry != null) {
                    ask.states[limit] = entry.load(j, ask.held[i], room);
                    if (bundle.kernel(j).words() == Kernel.GROWS) {
                        bundle.kernel(j).catchUp(ask.states[limit], nowNanos);
                    }
                } else {
                    long[] fresh = bundle.kernel(j)
                            .fresh(room, nowNanos, anchor, ask.probe(i).spread());
                    long owed = store.owedNanos(ask.probe(i), j, nowNanos);
                    ask.states[limit] = owed != 0 ? bundle.kernel(j).remember(fresh, owed, nowNanos) : fresh;
                }
            }
        }
    }

    /** Answers for every limit as of now, and says whether all of them admit, now or at a turn. Writes no state. */
    private boolean judge(Ask ask, boolean mayOpen, long nowNanos) {
        long at = earliest(ask, nowNanos);
        long wait = 0;
        long longest = mayOpen ? longestWaitNanos(ask) : 0;
        boolean inTheWay = false;
        for (int i = 0; i < ask.bundles(); i++) {
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                int limit = ask.firstLimit(i) + j;
                Kernel kernel = ask.bundle(i).kernel(j);
                ask.waits[limit] =
                        waitNanos(kernel, ask.states[limit], ask.cost(limit), at, earliest(ask, i, nowNanos), nowNanos);
                wait = Math.max(wait, ask.waits[limit]);
                inTheWay |= ask.waits[limit] > at - nowNanos;
            }
        }
        boolean admits = !(ask.holds() && !mayOpen);
        for (int i = 0; i < ask.bundles(); i++) {
            Entry entry = ask.entries[i];
            long entryAt = entry == null ? nowNanos : entry.earliest(nowNanos);
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                int limit = ask.firstLimit(i) + j;
                Kernel kernel = ask.bundle(i).kernel(j);
                boolean keepsOrder = ask.waits[limit] == at - nowNanos && (inTheWay || entryAt == nowNanos);
                long retry = retryAfter(ask, limit, kernel, wait, longest, keepsOrder, nowNanos);
                admits &= retry == 0;
                answer(ask, limit, kernel, nowNanos, entryAt, retry);
            }
        }
        if (!admits && !isViolated(ask)) {
            refuseForRoom(ask);
        }
        ask.turn(admits ? wait : 0);
        return admits;
    }

    /** The longest wait that all limits can keep in mind which are taken from, or stand in one entry with such. */
    static long longestWaitNanos(Ask ask) {
        long longest = Long.MAX_VALUE;
        for (int i = 0; i < ask.bundles(); i++) {
            for (int j = 0; j < ask.bundle(i).size() && takes(ask, i); j++) {
                longest = Math.min(longest, ask.bundle(i).kernel(j).longestWaitNanos());
            }
        }
        return longest;
    }

    /**
     * From now until the limit would admit, but not before {@code at}: to the turn of a queue, which is no refusal; 0 if the request
     * costs it nothing. Reckoned from {@code entryAt}, the earliest turn of its own entry, since its numbers may not reach so far as
     * others wait.
     */
    private static long waitNanos(Kernel kernel, long[] state, long cost, long at, long entryAt, long nowNanos) {
        if (!kernel.canEverAdmit(cost)) {
            return Ask.NEVER;
        }
        if (cost == 0) {
            return 0;
        }
        if (kernel.queues()) {
            return Math.max(at - nowNanos, kernel.turnNanos(state, nowNanos));
        }
        return Math.max(at - nowNanos, entryAt - nowNanos + kernel.waitNanos(state, entryAt, cost));
    }

    /**
     * 0 if the limit admits a request whose turn comes after {@code wait}; else how long until it does.
     *
     * @param longest the longest wait that all limits can keep in mind, 0 if there is no room to wait
     * @param keepsOrder whether others stand in the way, and this one only keeps the order
     */
    private static long retryAfter(
            Ask ask, int limit, Kernel kernel, long wait, long longest, boolean keepsOrder, long nowNanos) {
        long own = ask.waits[limit];
        if (own == Ask.NEVER || ask.cost(limit) == 0) {
            return own;
        }
        long patience = Math.min(ask.patienceNanos(limit), longest);
        if (kernel.queues()) {
            long full = kernel.waitNanos(ask.states[limit], nowNanos, ask.cost(limit));
            return Math.max(full, keepsOrder || wait == Ask.NEVER ? 0 : wait - patience);
        }
        return own == 0 || keepsOrder || (wait != Ask.NEVER && wait <= patience) ? 0 : own;
    }

    private static boolean isViolated(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            if (ask.violated(i)) {
                return true;
            }
        }
        return false;
    }

    /* Nothing is in the way but the bound on what may be open. */
    private static void refuseForRoom(Ask ask) {
        boolean looks = true;
        for (int i = 0; i < ask.bundles(); i++) {
            looks &= !takes(ask, i);
        }
        for (int i = 0; i < ask.limits(); i++) {
            if (looks || ask.cost(i) > 0) {
                ask.answer(i, ask.remaining(i), ROOM_RETRY_NANOS, ask.resetAfterNanos(i), ask.windowNanos(i));
            }
        }
    }

    private static boolean isMissing(Ask ask) {
        for (int i = 0; i < ask.bundles(); i++) {
            if (ask.entries[i] == null && needsEntry(ask, i)) {
                return true;
            }
        }
        return false;
    }

    /** Takes every cost, as of the turn. */
    private static void write(Ask ask, long nowNanos) {
        long wait = ask.waitNanos();
        boolean opens = wait > 0 || ask.holds();
        Receipt receipt = opens ? Receipt.open(ask, nowNanos + wait) : null;
        for (int i = 0; i < ask.bundles(); i++) {
            Entry entry = ask.entries[i];
            if (entry == null || !needsEntry(ask, i)) {
                continue;
            }
            if (receipt != null) {
                receipt.before(ask, i, entry, nowNanos);
            } else if (entry.ledger != null) {
                entry.ledger.next(nowNanos);
            }
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                int limit = ask.firstLimit(i) + j;
                if (ask.cost(limit) > 0) {
                    take(ask, i, j, nowNanos);
                }
            }
            if (receipt != null) {
                receipt.after(ask, i, entry, nowNanos);
            }
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                answer(ask, ask.firstLimit(i) + j, ask.bundle(i).kernel(j), nowNanos, entry.earliest(nowNanos), 0);
            }
        }
    }

    private static void take(Ask ask, int bundle, int index, long nowNanos) {
        int limit = ask.firstLimit(bundle) + index;
        Kernel kernel = ask.bundle(bundle).kernel(index);
        long[] state = ask.states[limit];
        long wait = ask.waitNanos();
        ask.states[limit] = wait > 0
                ? kernel.takeAtTurn(state, nowNanos + wait, ask.cost(limit))
                : kernel.take(state, nowNanos, ask.cost(limit));
        Entry entry = ask.entries[bundle];
        if (entry != null) {
            ask.held[bundle] = entry.save(index, ask.held[bundle], ask.states[limit]);
        }
    }

    /** The earliest turn of whoever comes now, by all entries of the ask. */
    private long earliest(Ask ask, long nowNanos) {
        long at = nowNanos + notBeforeNanos;
        for (int i = 0; i < ask.bundles(); i++) {
            long entryAt = earliest(ask, i, nowNanos);
            at = entryAt - at > 0 ? entryAt : at;
        }
        return at;
    }

    private static long earliest(Ask ask, int bundle, long nowNanos) {
        Entry entry = ask.entries[bundle];
        return entry == null || !takes(ask, bundle) ? nowNanos : entry.earliest(nowNanos);
    }

    /** Answers for one limit of an entry whose next turn is at {@code entryAt}. */
    static void answer(Ask ask, int limit, Kernel kernel, long nowNanos, long entryAt, long retryAfterNanos) {
        long[] state = ask.states[limit];
        // A queue tells its places as of now, unless changed limits have left it a turn further ahead than it can tell.
        boolean tellsPlaces = kernel.queues() && entryAt - nowNanos <= kernel.longestWaitNanos();
        boolean othersWait = entryAt != nowNanos && !tellsPlaces;
        long at = tellsPlaces ? nowNanos : entryAt;
        long remaining = othersWait ? 0 : kernel.remaining(state, at);
        long reset = kernel.resetAfterNanos(state, at);
        long window = kernel.windowNanos(state, at);
        ask.answer(
                limit,
                remaining,
                retryAfterNanos,
                reset == 0 && !othersWait ? 0 : at - nowNanos + reset,
                window == 0 ? 0 : at - nowNanos + window);
    }

    /**
     * Settles an open ask: each limit has really used {@link Ask#actual}. What is not used is given back as far as the rule of
     * return goes, what is above is owed.
     */
    void settle(Ask ask, long nowNanos) {
        Receipt receipt = ask.receipt;
        if (receipt == null) {
            return;
        }
        synchronized (receipt) { // a deadline and the caller may settle at the same moment
            if (!receipt.isOpen()) {
                return;
            }
            for (int i = 0; i < ask.bundles(); i++) {
                ask.entries[i] = receipt.entry(i);
            }
            for (Entry next = successor(ask, null); next != null; next = successor(ask, next)) {
                ask.held[indexOf(ask, next)] = next.claim(); // never closed, since it is busy
            }
            for (int i = 0; i < ask.bundles(); i++) {
                Entry entry = ask.entries[i];
                if (entry != null) {
                    ask.held[i] = receipt.settle(ask, i, entry, ask.held[i], nowNanos);
                }
            }
            releaseAll(ask);
            receipt.close();
            for (int i = 0; i < ask.bundles(); i++) {
                Entry entry = ask.entries[i];
                if (entry != null) {
                    store.settled(entry, nowNanos);
                }
            }
            forget(ask);
            opens.release(); // before whoever comes second goes on
        }
    }

    /** Whether an admitted request needs the entry: also who holds nothing yet may owe when it settles. */
    private static boolean needsEntry(Ask ask, int bundle) {
        return ask.holds() || takes(ask, bundle);
    }

    static boolean takes(Ask ask, int bundle) {
        int first = ask.firstLimit(bundle);
        for (int i = first; i < first + ask.bundle(bundle).size(); i++) {
            if (ask.cost(i) > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean queues(Ask ask) {
        for (int i = 0; i < ask.bundles(); i++) {
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                if (ask.bundle(i).kernel(j).queues()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The entry whose key comes next after that of {@code previous}, or null. There are few: a scan beats a sort. */
    private static @Nullable Entry successor(Ask ask, @Nullable Entry previous) {
        Entry next = null;
        for (int i = 0; i < ask.bundles(); i++) {
            Entry entry = ask.entries[i];
            if (entry != null
                    && (previous == null || entry.compareTo(previous) > 0)
                    && (next == null || entry.compareTo(next) < 0)) {
                next = entry;
            }
        }
        return next;
    }

    @SuppressWarnings("ReferenceEquality") // this very object: an entry equals its successor
    private static int indexOf(Ask ask, Entry entry) {
        int at = 0;
        while (ask.entries[at] != entry) {
            at++;
        }
        return at;
    }

    private static void releaseUpTo(Ask ask, @Nullable Entry last) {
        for (int i = 0; last != null && i < ask.bundles(); i++) {
            Entry entry = ask.entries[i];
            if (entry != null && entry.compareTo(last) <= 0) {
                entry.release(ask.held[i]);
            }
        }
    }

    private static void releaseAll(Ask ask) {
        for (int i = 0; i < ask.bundles(); i++) {
            Entry entry = ask.entries[i];
            if (entry != null) {
                entry.release(ask.held[i]);
            }
        }
    }

    private static void forget(Ask ask) {
        for (int i = 0; i < ask.bundles(); i++) {
            ask.entries[i] = null;
        }
    }
}
