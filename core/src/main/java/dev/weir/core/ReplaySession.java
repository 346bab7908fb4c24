package dev.weir.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Judges several asks of one moment, one after the other, by states that are kept elsewhere: each sees what those before it have taken,
 * as {@link Replay} sees it for one. Not thread-safe.
 */
public final class ReplaySession {

    private final long nowNanos;
    private final List<Entry> entries = new ArrayList<>();
    private final Store store = new Store();
    private final Judge plain = new Judge(store, Replay.SINCE_1970, new Semaphore(0));

    /**
     * A session in which nothing is known yet.
     *
     * @param nowNanos since 1970
     */
    public ReplaySession(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /**
     * Adds what the store keeps for {@code client}, as it was before the first ask.
     *
     * @return its place
     */
    public int add(ClientKey client, Replay.State state) {
        entries.add(Replay.entry(client, state, nowNanos));
        return entries.size() - 1;
    }

    /**
     * Answers {@code ask} and completes it, as {@link Replay#decide}.
     *
     * @param places of the states of its bundles
     */
    public void decide(Ask ask, boolean mayOpen, long notBeforeNanos, int... places) {
        store.places = places;
        long[] stamps = new long[places.length];
        for (int i = 0; i < places.length; i++) {
            Ledger ledger = entries.get(places[i]).ledger;
            stamps[i] = ledger == null ? Long.MIN_VALUE : ledger.stamp;
        }
        Judge judge = mayOpen || notBeforeNanos != 0
                ? new Judge(store, Replay.SINCE_1970, new Semaphore(mayOpen ? 1 : 0), notBeforeNanos)
                : plain;
        judge.decide(ask, nowNanos);
        for (int i = 0; i < places.length; i++) {
            Ledger ledger = entries.get(places[i]).ledger;
            if (ledger != null && ask.allowed() && (ask.holds() || Judge.takes(ask, i))) {
                ledger.stamp = stamps[i];
                ledger.next(nowNanos); // also where nothing but a number has moved: the store tells no such cases apart
                ledger.renewIfUnneeded(nowNanos);
            }
        }
    }

    /** The entries at the places of one ask. */
    private final class Store implements EntryStore {
        private int[] places = new int[0];

        @Override
        public Entry find(EntryKey key, long now) {
            for (int place : places) {
                Entry entry = entries.get(place);
                if (entry.equals(key)) {
                    return entry;
                }
            }
            throw new IllegalArgumentException("No state of " + key.bundle.name());
        }

        @Override
        public Entry findOrCreate(EntryKey key, long now) {
            return find(key, now);
        }
    }
}
