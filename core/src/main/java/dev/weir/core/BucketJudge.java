package dev.weir.core;

import org.jspecify.annotations.Nullable;

/**
 * The shorter way to decide what most requests are: one client of buckets, who neither waits nor holds. One bucket is a compare-and-set on
 * its number; several are one claim of the entry that they share. It answers what {@link Judge} would.
 */
final class BucketJudge {

    /* Answers of a step that is none. No debt is so large. */
    private static final long AGAIN = Long.MIN_VALUE;
    private static final long OTHER_BUNDLE = Long.MIN_VALUE + 1;
    private static final long OTHERS_WAIT = Long.MIN_VALUE + 2;
    private static final int KNOWN_TRIES = 8;

    private final EntryStore store;
    private final WindowAnchor anchor;

    BucketJudge(EntryStore store, WindowAnchor anchor) {
        this.store = store;
        this.anchor = anchor;
    }

    /** Answers, unless somebody would wait or hold, or others do, or there is more than one key: then false, and nothing has been done. */
    boolean decide(Ask ask, long nowNanos) {
        if (ask.bundles() != 1 || ask.holds()) {
            return false;
        }
        Bundle bundle = ask.bundle(0);
        Gcra only = bundle.onlyNumber();
        if (only != null) {
            return !only.queues() && decideOne(ask, only, nowNanos);
        }
        Gcra[] numbers = bundle.numbers();
        return numbers != null && !ask.isPatient() && decideTogether(ask, numbers, nowNanos);
    }

    /** Whether there is an answer: not so if the request does not fit now, but would wait, or if others do. */
    private boolean decideOne(Ask ask, Gcra kernel, long nowNanos) {
        EntryKey.Probe probe = ask.probe(0);
        Bundle bundle = probe.bundle;
        long cost = ask.cost(0);
        boolean takes = cost > 0 && kernel.canEverAdmit(cost);
        for (int tries = 0; ; tries++) {
            Entry entry = takes ? store.findOrCreate(probe, nowNanos) : store.find(probe, nowNanos);
            if (entry == null) {
                long owed = kernel.aheadOf(Math.abs(store.owedNanos(probe, 0, nowNanos)));
                ask.completeInPlace(answer(ask, 0, kernel, owed, cost, true));
                return true;
            }
            long owed = step(entry, bundle, kernel, cost, nowNanos);
            if (owed == AGAIN) {
                Entry.pause(tries);
            } else if (owed == OTHER_BUNDLE) {
                adopt(entry, bundle, nowNanos);
            } else if (owed == OTHERS_WAIT || (owed < 0 && takes && ask.isPatient())) {
                return false;
            } else {
                boolean admits = owed >= 0;
                answer(ask, 0, kernel, admits ? owed : ~owed, cost, !admits);
                ask.completeInPlace(admits);
                return true;
            }
        }
    }

    /**
     * The decision of somebody who is known already, made as {@link #decide} would make it for one who does not wait.
     *
     * @param bundle of one number, which does not queue
     * @return null if there is more to it: others wait, say
     */
    static @Nullable Decision decideKnown(Entry entry, Bundle bundle, Gcra kernel, long cost, long nowNanos) {
        for (int tries = 0; tries < KNOWN_TRIES; tries++) {
            long owed = step(entry, bundle, kernel, cost, nowNanos);
            if (owed > OTHERS_WAIT) {
                return new BucketDecision(bundle, cost, owed);
            }
            if (owed != AGAIN || entry.first() == Entry.CLOSED) {
                return null;
            }
            Entry.pause(tries);
        }
        return null;
    }

    /**
     * Takes {@code cost} from an entry of one number by one compare-and-set, if it fits.
     *
     * @return what is owed then, 0 or more; if it does not fit, the complement of what is owed; or one of the codes
     */
    @SuppressWarnings("ReferenceEquality") // of this very version
    private static long step(Entry entry, Bundle bundle, Gcra kernel, long cost, long nowNanos) {
        long seen = entry.first();
        if (seen == Entry.CLAIMED || seen == Entry.CLOSED) {
            return AGAIN;
        }
        if (entry.bundle != bundle) {
            return OTHER_BUNDLE;
        }
        if (entry.mayHaveWaiters(nowNanos)) {
            return OTHERS_WAIT;
        }
        long now = kernel.number(nowNanos);
        long ahead = Gcra.ahead(seen, now);
        boolean admits = kernel.canEverAdmit(cost) && (cost == 0 || kernel.admits(ahead, cost));
        if (admits && cost > 0) {
            long after = ahead + cost * kernel.emissionInterval;
            return entry.advance(seen, now + after) ? after : AGAIN;
        }
        if (!entry.isStill(seen)) {
            return AGAIN;
        }
        return admits ? ahead : ~ahead;
    }

    /** The same for several limits of one number each, which share an entry: one claim. */
    @SuppressWarnings("ReferenceEquality") // of this very version
    private boolean decideTogether(Ask ask, Gcra[] kernels, long nowNanos) {
        EntryKey.Probe probe = ask.probe(0);
        for (int tries = 0; ; tries++) {
            Entry entry = store.find(probe, nowNanos);
            if (entry == null && mayCreate(ask, kernels)) {
                entry = store.findOrCreate(probe, nowNanos);
            }
            if (entry == null) {
                return false;
            }
            long first = entry.claim();
            if (first == Entry.CLOSED) {
                Entry.pause(tries);
            } else if (entry.bundle != probe.bundle || entry.ledger != null) {
                entry.release(first);
                return false;
            } else {
                boolean admits = takeTogether(ask, kernels, entry.numbers(), nowNanos);
                if (!admits) {
                    refuseTogether(ask, kernels, entry.numbers(), nowNanos);
                }
                entry.release(first);
                ask.completeInPlace(admits);
                return true;
            }
        }
    }

    /* Who asks for nothing, or for more than is ever there, leaves no trace. */
    private static boolean mayCreate(Ask ask, Gcra[] kernels) {
        for (int i = 0; i < kernels.length; i++) {
            if (!kernels[i].canEverAdmit(ask.cost(i))) {
                return false;
            }
        }
        return Judge.takes(ask, 0);
    }

    /** Takes every cost and answers for each limit; or takes none, and returns false. */
    private static boolean takeTogether(Ask ask, Gcra[] kernels, long[] tats, long nowNanos) {
        for (int i = 0; i < kernels.length; i++) {
            Gcra kernel = kernels[i];
            long cost = ask.cost(i);
            long now = kernel.number(nowNanos);
            long ahead = Gcra.ahead(tats[i], now);
            if (!kernel.canEverAdmit(cost) || (cost > 0 && !kernel.admits(ahead, cost))) {
                putBack(ask, tats, i);
                return false;
            }
            ask.before(i, tats[i]);
            if (cost > 0) {
                ahead += cost * kernel.emissionInterval;
                tats[i] = now + ahead;
            }
            ask.answer(i, kernel.remaining(ahead), 0, kernel.nanosUp(ahead));
        }
        return true;
    }

    private static void putBack(Ask ask, long[] tats, int taken) {
        for (int i = 0; i < taken; i++) {
            tats[i] = ask.before(i);
        }
    }

    private static void refuseTogether(Ask ask, Gcra[] kernels, long[] tats, long nowNanos) {
        for (int i = 0; i < kernels.length; i++) {
            long ahead = Gcra.ahead(tats[i], kernels[i].number(nowNanos));
            answer(ask, i, kernels[i], ahead, ask.cost(i), true);
        }
    }

    /**
     * Answers for a limit of one number.
     *
     * @param ahead what is owed: after the decision if {@code judge} is false, before it otherwise
     * @param judge whether to judge {@code cost} against it
     * @return whether the limit admits
     */
    private static boolean answer(Ask ask, int limit, Gcra kernel, long ahead, long cost, boolean judge) {
        long retryAfter = judge ? retryAfter(kernel, ahead, cost) : 0;
        ask.answer(limit, kernel.remaining(ahead), retryAfter, kernel.nanosUp(ahead));
        return retryAfter == 0;
    }

    static long retryAfter(Gcra kernel, long ahead, long cost) {
        if (!kernel.canEverAdmit(cost)) {
            return Ask.NEVER;
        }
        return cost == 0 ? 0 : kernel.waitNanos(ahead, cost);
    }

    private void adopt(Entry entry, Bundle bundle, long nowNanos) {
        long first = entry.claim();
        if (first != Entry.CLOSED) {
            entry.release(entry.bundle == bundle ? first : entry.adopt(bundle, first, nowNanos, anchor));
        }
    }
}
