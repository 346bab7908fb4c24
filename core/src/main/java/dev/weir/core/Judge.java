package dev.weir.core;

import org.jspecify.annotations.Nullable;

/**
 * Answers asks from the entries of a store: all or nothing, allocating nothing. What is admitted is linearizable; so is what
 * remains, but for clients of a refused request that had no entry: theirs may be a moment old.
 *
 * <p>One limit under one key is a compare-and-set on its number. Anything more claims the entries in the order of their
 * keys, judges every limit, then writes every number or none. A client that is not there is as good as new, but for what it
 * owed when it had to leave: an entry is made only for a request that will be admitted, so that refused strangers leave nothing behind.
 */
final class Judge {

    /** Entries leave between two steps of a decision now and then; so often only if the bound is a handful. */
    private static final int MAX_TRIES = 10_000;

    private final EntryStore store;

    Judge(EntryStore store) {
        this.store = store;
    }

    void decide(Ask ask, long nowNanos) {
        if (ask.limits() == 1) {
            decideOne(ask, nowNanos);
        } else {
            decideSeveral(ask, nowNanos);
        }
    }

    private void decideOne(Ask ask, long nowNanos) {
        EntryKey.Probe probe = ask.probe(0);
        Bundle bundle = probe.bundle;
        Gcra kernel = bundle.kernel(0);
        long cost = ask.cost(0);
        long now = kernel.number(nowNanos);
        boolean takes = cost > 0 && kernel.canEverAdmit(cost);
        for (int tries = 0; ; tries++) {
            Entry entry = takes ? store.findOrCreate(probe, nowNanos) : store.find(probe, nowNanos);
            if (entry == null) {
                long owed = kernel.aheadOf(store.owedNanos(probe, 0, nowNanos));
                ask.completeInPlace(answer(ask, 0, kernel, owed, cost, true));
                return;
            }
            long seen = entry.first();
            if (seen == Entry.CLAIMED || seen == Entry.CLOSED) {
                Entry.pause(tries);
            } else if (entry.bundle != bundle) {
                adopt(entry, bundle, nowNanos);
            } else {
                long ahead = Gcra.ahead(seen, now);
                boolean admits = kernel.canEverAdmit(cost) && kernel.admits(ahead, cost);
                long after = admits ? ahead + cost * kernel.emissionInterval : ahead;
                boolean takesNow = admits && cost > 0;
                if (takesNow ? entry.advance(seen, now + after) : entry.isStill(seen)) {
                    answer(ask, 0, kernel, after, cost, !admits);
                    ask.completeInPlace(admits);
                    return;
                }
            }
        }
    }

    private void decideSeveral(Ask ask, long nowNanos) {
        room(ask);
        boolean create = false;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            for (int i = 0; i < ask.bundles(); i++) {
                EntryKey.Probe probe = ask.probe(i);
                ask.entries[i] =
                        create && takes(ask, i) ? store.findOrCreate(probe, nowNanos) : store.find(probe, nowNanos);
            }
            if (!claimAll(ask, nowNanos)) {
                Entry.pause(tries);
                continue;
            }
            boolean admits = judge(ask, nowNanos);
            boolean missing = admits && write(ask, nowNanos);
            releaseAll(ask);
            if (!missing) {
                forget(ask);
                ask.completeInPlace(admits);
                return;
            }
            create = true;
        }
        forget(ask);
        ask.fail(new IllegalStateException("The limiter has no room for a decision over " + ask.bundles()
                + " keys: while one entry was made, another had to leave. Raise its bound"));
    }

    /** Claims the entries that are there, in the order of their keys; none if one of them has been closed meanwhile. */
    private static boolean claimAll(Ask ask, long nowNanos) {
        Entry previous = null;
        for (Entry next = successor(ask, null); next != null; next = successor(ask, previous)) {
            int at = indexOf(ask, next);
            long first = next.claim();
            if (first == Entry.CLOSED) {
                releaseUpTo(ask, previous);
                return false;
            }
            Bundle bundle = ask.bundle(at);
            ask.held[at] = next.bundle == bundle ? first : next.adopt(bundle, first, nowNanos);
            previous = next;
        }
        return true;
    }

    /** Answers for every limit as of now, and says whether all of them admit. Writes no state. */
    private boolean judge(Ask ask, long nowNanos) {
        boolean admits = true;
        for (int i = 0; i < ask.bundles(); i++) {
            for (int j = 0; j < ask.bundle(i).size(); j++) {
                int limit = ask.firstLimit(i) + j;
                Gcra kernel = ask.bundle(i).kernel(j);
                admits &= answer(ask, limit, kernel, ahead(ask, i, j, nowNanos), ask.cost(limit), true);
            }
        }
        return admits;
    }

    /** Takes every cost, unless an entry to take from is not there: then nothing is taken, and true is returned. */
    private boolean write(Ask ask, long nowNanos) {
        for (int i = 0; i < ask.bundles(); i++) {
            if (ask.entries[i] == null && takes(ask, i)) {
                return true;
            }
        }
        for (int i = 0; i < ask.bundles(); i++) {
            Entry entry = ask.entries[i];
            Bundle bundle = ask.bundle(i);
            long first = ask.held[i];
            for (int j = 0; j < bundle.size(); j++) {
                int limit = ask.firstLimit(i) + j;
                Gcra kernel = bundle.kernel(j);
                long ahead = ahead(ask, i, j, nowNanos) + ask.cost(limit) * kernel.emissionInterval;
                answer(ask, limit, kernel, ahead, ask.cost(limit), false);
                if (entry != null && ask.cost(limit) > 0) {
                    long number = kernel.number(nowNanos) + ahead;
                    if (j == 0) {
                        first = Entry.sane(number);
                    } else {
                        entry.set(j, number);
                    }
                }
            }
            ask.held[i] = first;
        }
        return false;
    }

    private long ahead(Ask ask, int bundle, int index, long nowNanos) {
        Gcra kernel = ask.bundle(bundle).kernel(index);
        Entry entry = ask.entries[bundle];
        return entry == null
                ? kernel.aheadOf(store.owedNanos(ask.probe(bundle), index, nowNanos))
                : Gcra.ahead(entry.number(index, ask.held[bundle]), kernel.number(nowNanos));
    }

    /**
     * Writes the answer for one limit.
     *
     * @param ahead what is owed: after the decision if {@code judge} is false, before it otherwise
     * @param judge whether to judge {@code cost} against it
     * @return whether the limit admits
     */
    private static boolean answer(Ask ask, int limit, Gcra kernel, long ahead, long cost, boolean judge) {
        long retryAfter = 0;
        if (judge) {
            retryAfter = kernel.canEverAdmit(cost) ? kernel.waitNanos(ahead, cost) : Ask.NEVER;
        }
        ask.answer(limit, kernel.remaining(ahead), retryAfter, kernel.nanosUp(ahead));
        return retryAfter == 0;
    }

    private static boolean takes(Ask ask, int bundle) {
        int first = ask.firstLimit(bundle);
        for (int i = first; i < first + ask.bundle(bundle).size(); i++) {
            if (ask.cost(i) > 0) {
                return true;
            }
        }
        return false;
    }

    private static void adopt(Entry entry, Bundle bundle, long nowNanos) {
        long first = entry.claim();
        if (first != Entry.CLOSED) {
            entry.release(entry.bundle == bundle ? first : entry.adopt(bundle, first, nowNanos));
        }
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

    private static void room(Ask ask) {
        if (ask.entries.length < ask.bundles()) {
            ask.entries = new Entry[ask.bundles()];
            ask.held = new long[ask.bundles()];
        }
    }

    private static void forget(Ask ask) {
        for (int i = 0; i < ask.bundles(); i++) {
            ask.entries[i] = null;
        }
    }
}
