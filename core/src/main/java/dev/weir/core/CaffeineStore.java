package dev.weir.core;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Entries in a Caffeine cache, bounded by their number. The cache keeps no expiry, whose clock and order would cost more
 * than the limiter: an entry leaves when a sweep finds that it is full again, or by the bound.
 *
 * <p>Reads are quiet, and shown to the cache about once a second per entry, which is enough for its notion of recency and
 * frequency and costs a comparison in place of a buffer.
 *
 * <p>An entry is closed inside the cache's own atomic removal. Waiting there for a claim is safe, because a claimant never
 * touches the cache. An entry at which somebody waits, or will settle, is not closed: should it have to leave by the bound, it
 * lives on beside the cache until that is over; how many there can be is bounded where they are opened. Who has to leave by the bound while owing leaves the debt in {@link Debts}, and comes back with it.
 */
final class CaffeineStore implements EntryStore {

    private final Cache<EntryKey, Entry> cache;
    private final Policy<EntryKey, Entry> policy;
    private final Ticker ticker;
    private final LimiterListener listener;
    private final WindowAnchor anchor;
    private final Debts debts;
    /** Entries that had to leave the cache while somebody waits there or will settle: they live on here. */
    private final Map<EntryKey, Entry> busy = new ConcurrentHashMap<>();

    private volatile boolean anyBusyEver;
    private final LongAdder evictedWhileOwing = new LongAdder();

    CaffeineStore(long maxEntries, Ticker ticker, LimiterListener listener, WindowAnchor anchor, Debts debts) {
        this.anchor = anchor;
        this.ticker = ticker;
        this.listener = listener;
        this.debts = debts;
        this.cache = Caffeine.newBuilder()
                .maximumSize(maxEntries)
                .executor(Runnable::run)
                .evictionListener((@Nullable EntryKey key, @Nullable Entry entry, RemovalCause cause) -> {
                    if (entry != null) {
                        evicted(entry);
                    }
                })
                .build();
        this.policy = cache.policy();
    }

    @Override
    public @Nullable Entry find(EntryKey key, long nowNanos) {
        Entry entry = policy.getIfPresentQuietly(key);
        if (entry == null) {
            return anyBusyEver ? busy.get(key) : null;
        }
        if (entry.shownAtSecond != Entry.second(nowNanos)) {
            entry.shownAtSecond = Entry.second(nowNanos);
            Entry shown = cache.getIfPresent(key);
            return shown == null ? entry : shown;
        }
        return entry;
    }

    @Override
    public Entry findOrCreate(EntryKey key, long nowNanos) {
        Entry entry = find(key, nowNanos);
        while (entry == null) {
            Entry created = new Entry(key, nowNanos, anchor);
            // Inside the cache's atomic insertion, so after any eviction of this client has kept it, or stored what it
            // owes.
            entry = cache.asMap().computeIfAbsent(created, absent -> {
                if (anyBusyEver && busy.containsKey(absent)) {
                    return null;
                }
                for (int i = 0; !debts.isEmpty() && i < created.bundle.size(); i++) {
                    created.owe(i, debts.owedNanos(created, i, nowNanos), nowNanos);
                }
                return created;
            });
            if (entry == null) {
                entry = busy.get(key);
            }
        }
        return entry;
    }

    @Override
    public long owedNanos(EntryKey key, int index, long nowNanos) {
        return debts.owedNanos(key, index, nowNanos);
    }

    /**
     * Removes the entries that are full again.
     *
     * @param sinceLastNanos time since the last sweep; a number that may have wrapped around since then has certainly
     *     passed, and goes unread
     */
    void sweep(long nowNanos, long sinceLastNanos) {
        cache.cleanUp(); // what newcomers who came at once have left undone
        debts.sweep(nowNanos, sinceLastNanos);
        long[] room = new long[Kernel.MAX_WORDS];
        for (Entry entry : cache.asMap().values()) {
            if (mayBeFull(entry, nowNanos, sinceLastNanos)) {
                cache.asMap()
                        .computeIfPresent(entry, (key, e) -> closeIfFull(e, nowNanos, sinceLastNanos, room) ? null : e);
            }
        }
        for (Entry entry : busy.values()) {
            leaveUnlessBusy(entry, nowNanos, sinceLastNanos);
        }
    }

    @Override
    public void settled(Entry entry, long nowNanos) {
        if (anyBusyEver && busy.containsKey(entry)) {
            leaveUnlessBusy(entry, nowNanos, 0);
        }
    }

    /* Whoever finds it closed meanwhile looks again until it is gone, and then finds its debt. */
    private void leaveUnlessBusy(Entry entry, long nowNanos, long sinceLastNanos) {
        long first = entry.claim();
        if (first == Entry.CLOSED) {
            return;
        }
        first = entry.catchUp(first, nowNanos, sinceLastNanos, anchor, new long[Kernel.MAX_WORDS]);
        if (entry.isBusy(nowNanos)) {
            entry.release(first);
            return;
        }
        boolean owes = leave(entry, first, nowNanos);
        busy.remove(entry);
        if (owes) {
            count(entry);
        }
    }

    long size() {
        return cache.estimatedSize() + busy.size();
    }

    long evictedWhileOwing() {
        return evictedWhileOwing.sum();
    }

    private static boolean mayHaveWrapped(Entry entry, long sinceLastNanos) {
        long within = entry.bundle.sweepWithinNanos();
        return sinceLastNanos - within > within >> 1;
    }

    /* A guess without a claim: only what looks full is worth the cache's attention. */
    private static boolean mayBeFull(Entry entry, long nowNanos, long sinceLastNanos) {
        Gcra only = entry.bundle.onlyNumber();
        if (only == null || mayHaveWrapped(entry, sinceLastNanos)) {
            return true;
        }
        long first = entry.first();
        return first != Entry.CLAIMED && Gcra.ahead(first, only.number(nowNanos)) == 0;
    }

    /* Leaves an entry that stays with no number that the next sweep would be too late for. */
    private boolean closeIfFull(Entry entry, long nowNanos, long sinceLastNanos, long[] room) {
        long first = entry.claim();
        if (first == Entry.CLOSED) {
            return true;
        }
        first = entry.catchUp(first, nowNanos, sinceLastNanos, anchor, room);
        entry.dropLedger(nowNanos);
        boolean close = entry.isFull(first, nowNanos, room);
        entry.release(close ? Entry.CLOSED : first);
        return close;
    }

    /* What is owed is stored before the removal is over, so a client that comes back finds the entry, or its debt. */
    private void evicted(Entry entry) {
        long first = entry.claim();
        if (first == Entry.CLOSED) {
            return;
        }
        long now = ticker.read();
        if (entry.isBusy(now)) {
            anyBusyEver = true;
            busy.put(entry, entry);
            entry.release(first);
        } else if (leave(entry, first, now)) {
            count(entry);
        }
    }

    private void count(Entry entry) {
        evictedWhileOwing.increment();
        listener.evictedWhileOwing(entry.bundle);
    }

    /* Whether it leaves while it owes. By the claimant. */
    private boolean leave(Entry entry, long first, long now) {
        Bundle bundle = entry.bundle;
        long[] room = new long[Kernel.MAX_WORDS];
        boolean owes = false;
        for (int i = 0; i < bundle.size(); i++) {
            long debt = bundle.kernel(i).debtNanos(entry.load(i, first, room), now);
            if (debt > 0) {
                owes = true;
                debts.store(entry, i, debt, now);
            }
        }
        entry.release(Entry.CLOSED);
        return owes;
    }
}
