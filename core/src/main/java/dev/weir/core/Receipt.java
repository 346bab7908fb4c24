package dev.weir.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an admitted {@link Ask} took and from where, for as long as it waits for its turn or may give back. Belongs to its
 * ask; made when first needed, and then used again.
 *
 * <p><b>The rule of return.</b> If nothing has happened to an entry since, its state goes back to what it was before: as if the
 * request had never come. Otherwise each kernel says what may come back ({@link Kernel#giveBack}).
 */
final class Receipt {

    private boolean open;
    /** The turn, on the ticker's scale. */
    private long turnNanos;
    /** The entry of each bundle, or null where nothing is to be settled. None of them closes while this is open. */
    private @Nullable Entry[] entries = new Entry[1];
    /** For each bundle, when in its entry's life this happened. */
    private long[] stamp = new long[1];
    /** For each bundle, who had the last turn before, and when. */
    private long[] waiterBefore = new long[1];

    private long[] turnBefore = new long[1];
    /** For each limit, its state before and after, as far as it does not grow. */
    private long[][] before = new long[0][];

    private long[][] after = new long[0][];
    /** For each limit, what had been given back by then. */
    private long[] returned = new long[0];

    /** Opens the receipt of {@code ask}. */
    static Receipt open(Ask ask, long turnNanos) {
        Receipt receipt = ask.receipt == null ? new Receipt() : ask.receipt;
        ask.receipt = receipt;
        receipt.room(ask.bundles(), ask.limits());
        receipt.open = true;
        receipt.turnNanos = turnNanos;
        return receipt;
    }

    boolean isOpen() {
        return open;
    }

    /** The entry of that bundle, or null where nothing is to be settled. */
    @Nullable
    Entry entry(int bundle) {
        return entries[bundle];
    }

    void close() {
        open = false;
        Arrays.fill(entries, null);
    }

    /** What a store has to be told to settle with bundle {@code bundle} of {@code ask}. */
    Replay.Taken taken(Ask ask, int bundle) {
        List<long[]> statesBefore = new ArrayList<>();
        List<long[]> statesAfter = new ArrayList<>();
        List<Long> returnedBefore = new ArrayList<>();
        for (int i = ask.firstLimit(bundle);
                i < ask.firstLimit(bundle) + ask.bundle(bundle).size();
                i++) {
            statesBefore.add(before[i].clone());
            statesAfter.add(after[i].clone());
            returnedBefore.add(returned[i]);
        }
        return new Replay.Taken(
                entries[bundle] != null,
                turnNanos,
                stamp[bundle],
                turnBefore[bundle],
                waiterBefore[bundle],
                statesBefore,
                statesAfter,
                returnedBefore);
    }

    /**
     * Has bundle {@code index} of {@code ask} settled at {@code entry}, which has the state that the store has found. There the stamp
     * tells all: where it is the same, nothing has happened since, though old times may be told in another way by now.
     */
    void settleAt(Ask ask, int index, Entry entry, long nowNanos) {
        if (entries[index] == null) {
            return;
        }
        entries[index] = entry;
        boolean same = entry.bundle == ask.bundle(index) && entry.ledger != null && entry.ledger.stamp == stamp[index];
        for (int j = 0; same && j < entry.bundle.size(); j++) {
            int limit = ask.firstLimit(index) + j;
            Kernel kernel = entry.bundle.kernel(j);
            System.arraycopy(entry.load(j, entry.first(), ask.rooms[limit]), 0, after[limit], 0, kernel.words());
            long decidedNanos = turnNanos - ask.waitNanos();
            if (kernel instanceof Gcra bucket
                    && bucket.resetAfterNanos(before[limit], decidedNanos) <= nowNanos - decidedNanos) {
                before[limit][0] = bucket.number(nowNanos); // as good, and told in a number that has not wrapped around
            }
        }
    }

    /** Notes how things stand before {@code ask} takes from {@code entry}. By the claimant. */
    void before(Ask ask, int bundle, Entry entry, long nowNanos) {
        Ledger ledger = entry.ledger(nowNanos);
        entries[bundle] = entry;
        turnBefore[bundle] = ledger.lastTurn;
        waiterBefore[bundle] = ledger.lastWaiter;
        for (int j = 0; j < ask.bundle(bundle).size(); j++) {
            int limit = ask.firstLimit(bundle) + j;
            copy(ask, bundle, j, before[limit]);
            returned[limit] = ledger.returned[j];
        }
    }

    /** Notes how things stand after, and that the entry is needed until this is settled. By the claimant. */
    void after(Ask ask, int bundle, Entry entry, long nowNanos) {
        Ledger ledger = entry.ledger(nowNanos);
        ledger.open++;
        stamp[bundle] = ledger.next(nowNanos);
        if (turnNanos - nowNanos > 0 && Judge.takes(ask, bundle)) {
            ledger.lastTurn = turnNanos;
            ledger.lastWaiter = stamp[bundle];
        }
        for (int j = 0; j < ask.bundle(bundle).size(); j++) {
            copy(ask, bundle, j, after[ask.firstLimit(bundle) + j]);
        }
    }

    /**
     * Settles with one entry. By the claimant.
     *
     * @return the entry's first number from now on
     */
    long settle(Ask ask, int bundle, Entry entry, long first, long nowNanos) {
        Ledger ledger = Objects.requireNonNull(entry.ledger);
        boolean sameLimits = entry.bundle == ask.bundle(bundle) && stamp[bundle] - ledger.changed > 0;
        long result = sameLimits
                ? giveBack(ask, bundle, entry, ledger, first, nowNanos)
                : owe(ask, bundle, entry, first, nowNanos);
        ledger.open--;
        entry.dropLedger(nowNanos);
        return result;
    }

    private long giveBack(Ask ask, int bundle, Entry entry, Ledger ledger, long first, long nowNanos) {
        if (usedAsTaken(ask, bundle)) {
            tell(ask, bundle, entry, first, nowNanos);
            return first;
        }
        boolean untouched = ledger.stamp == stamp[bundle] && isAsAfter(ask, bundle, entry, first);
        boolean laterWaits = !untouched && ledger.lastTurn - nowNanos > 0 && ledger.lastWaiter - stamp[bundle] > 0;
        boolean unused = true;
        long result = first;
        for (int j = 0; j < ask.bundle(bundle).size(); j++) {
            int limit = ask.firstLimit(bundle) + j;
            Kernel kernel = ask.bundle(bundle).kernel(j);
            long[] state = entry.load(j, result, ask.rooms[limit]);
            long unusedPermits = ask.cost(limit) - ask.actual(limit);
            unused &= ask.actual(limit) == 0;
            if (unusedPermits > 0 && untouched && ask.actual(limit) == 0 && kernel.words() != Kernel.GROWS) {
                System.arraycopy(before[limit], 0, state, 0, kernel.words());
            } else if (unusedPermits > 0) {
                long returnedSince = untouched ? 0 : ledger.returned[j] - returned[limit];
                ledger.returned[j] += kernel.giveBack(
                        state, after[limit], turnNanos, returnedSince, laterWaits, nowNanos, unusedPermits);
            } else if (unusedPermits < 0) {
                state = kernel.owe(state, entry.earliest(nowNanos), -unusedPermits);
            }
            result = entry.save(j, result, state);
        }
        if (untouched && unused) {
            ledger.lastTurn = turnBefore[bundle];
            ledger.lastWaiter = waiterBefore[bundle];
            ledger.stamp = stamp[bundle] - 1;
        } else {
            ledger.stamp++;
        }
        tell(ask, bundle, entry, result, nowNanos);
        return result;
    }

    /* The limits have changed since: nothing comes back, but what was used above the reservation is owed all the same. */
    private static long owe(Ask ask, int bundle, Entry entry, long first, long nowNanos) {
        long result = first;
        for (int j = 0; j < ask.bundle(bundle).size(); j++) {
            int limit = ask.firstLimit(bundle) + j;
            long above = ask.actual(limit) - ask.cost(limit);
            for (int k = 0; above > 0 && k < entry.bundle.size(); k++) {
                if (entry.bundle
                        .policies()
                        .get(k)
                        .name()
                        .equals(ask.policy(limit).name())) {
                    long[] state = entry.load(k, result, new long[Kernel.MAX_WORDS]);
                    result = entry.save(k, result, entry.bundle.kernel(k).owe(state, entry.earliest(nowNanos), above));
                }
            }
        }
        return result;
    }

    private static boolean usedAsTaken(Ask ask, int bundle) {
        int first = ask.firstLimit(bundle);
        for (int i = first; i < first + ask.bundle(bundle).size(); i++) {
            if (ask.actual(i) != ask.cost(i)) {
                return false;
            }
        }
        return true;
    }

    /* What is left now, for who asked. */
    private static void tell(Ask ask, int bundle, Entry entry, long first, long nowNanos) {
        for (int j = 0; j < ask.bundle(bundle).size(); j++) {
            int limit = ask.firstLimit(bundle) + j;
            ask.states[limit] = entry.load(j, first, ask.rooms[limit]);
            Judge.answer(ask, limit, ask.bundle(bundle).kernel(j), nowNanos, entry.earliest(nowNanos), 0);
        }
    }

    private boolean isAsAfter(Ask ask, int bundle, Entry entry, long first) {
        for (int j = 0; j < ask.bundle(bundle).size(); j++) {
            int limit = ask.firstLimit(bundle) + j;
            int words = ask.bundle(bundle).kernel(j).words();
            long[] state = entry.load(j, first, ask.rooms[limit]);
            if (!Arrays.equals(state, 0, words, after[limit], 0, words)) {
                return false;
            }
        }
        return true;
    }

    private static void copy(Ask ask, int bundle, int index, long[] target) {
        int words = ask.bundle(bundle).kernel(index).words();
        System.arraycopy(ask.states[ask.firstLimit(bundle) + index], 0, target, 0, words);
    }

    private void room(int bundles, int limits) {
        if (entries.length < bundles) {
            entries = new Entry[bundles];
            stamp = new long[bundles];
            waiterBefore = new long[bundles];
            turnBefore = new long[bundles];
        }
        if (before.length < limits) {
            before = new long[limits][Kernel.MAX_WORDS];
            after = new long[limits][Kernel.MAX_WORDS];
            returned = new long[limits];
        }
    }
}
