package dev.weir.core;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Two places, for a bundle with one bucket each, under the first and the second client. An entry that has to leave does so as in
 * {@link CaffeineStore}: it stays while somebody waits there or will settle; then its debt is noted, it is closed, and its place is
 * empty. The debt is noted to the nanosecond, so nobody sees that it has left.
 */
final class TwoPlaces implements EntryStore {

    private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(2);
    private final AtomicLongArray debts = new AtomicLongArray(2);
    private final AtomicReferenceArray<Entry> leaving = new AtomicReferenceArray<>(2);

    @Override
    public Entry find(EntryKey key, long nowNanos) {
        return entries.get(place(key));
    }

    @Override
    public Entry findOrCreate(EntryKey key, long nowNanos) {
        Entry entry = find(key, nowNanos);
        if (entry == null) {
            synchronized (this) {
                entry = find(key, nowNanos);
                if (entry == null) {
                    entry = new Entry(key, nowNanos, Asks.ANCHOR);
                    entry.owe(0, owedNanos(entry, 0, nowNanos), nowNanos);
                    entries.set(place(key), entry);
                }
            }
        }
        return entry;
    }

    @Override
    public long owedNanos(EntryKey key, int index, long nowNanos) {
        return debts.get(place(key));
    }

    @Override
    public void settled(Entry entry, long nowNanos) {
        if (leaving.get(place(entry)) == entry) {
            leaveUnlessBusy(entry, nowNanos);
        }
    }

    /** Has the entry in this place, 1 or 2, leave as soon as it is not busy. */
    void evict(int place, long nowNanos) {
        Entry entry = entries.get(place - 1);
        if (entry != null) {
            leaveUnlessBusy(entry, nowNanos);
        }
    }

    private void leaveUnlessBusy(Entry entry, long nowNanos) {
        long first = entry.claim();
        if (first == Entry.CLOSED) {
            return;
        }
        Kernel kernel = entry.bundle.kernel(0);
        long debt = kernel.resetAfterNanos(entry.load(0, first, new long[1]), nowNanos);
        if (entry.isBusy(nowNanos) || debt > kernel.longestDebtNanos()) { // more could not be noted in full
            leaving.set(place(entry), entry);
            entry.release(first);
        } else {
            debts.set(place(entry), debt);
            entry.release(Entry.CLOSED);
            entries.set(place(entry), null);
        }
    }

    private static int place(EntryKey key) {
        return (int) key.high - 1;
    }
}
