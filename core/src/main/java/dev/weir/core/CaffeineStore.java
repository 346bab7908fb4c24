package dev.weir.core;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
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
 * touches the cache. Who has to leave by the bound while owing leaves the debt in {@link Debts}, and comes back with it.
 */
final class CaffeineStore implements EntryStore {

    private final Cache<EntryKey, Entry> cache;
    private final Policy<EntryKey, Entry> policy;
    private final Ticker ticker;
    private final LimiterListener listener;
    private final Debts debts;
    private final LongAdder evictedWhileOwing = new LongAdder();

    CaffeineStore(long maxEntries, Ticker ticker, LimiterListener listener, Debts debts) {
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
        if (entry != null && entry.shownAtSecond != Entry.second(nowNanos)) {
            entry.shownAtSecond = Entry.second(nowNanos);
            Entry shown = cache.getIfPresent(key);
            return shown == null ? entry : shown;
        }
        return entry;
    }

    @Override
    public Entry findOrCreate(EntryKey key, long nowNanos) {
        Entry entry = find(key, nowNanos);
        if (entry == null) {
            Entry created = new Entry(key, nowNanos);
            // Inside the cache's atomic insertion, so after any eviction of this client has stored what it owes.
            entry = cache.asMap().computeIfAbsent(created, absent -> {
                for (int i = 0; !debts.isEmpty() && i < created.bundle.size(); i++) {
                    created.owe(i, debts.owedNanos(created, i, nowNanos), nowNanos);
                }
                return created;
            });
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
        for (Entry entry : cache.asMap().values()) {
            if (entry.bundle.size() > 1 || mayHaveWrapped(entry, sinceLastNanos) || looksFull(entry, nowNanos)) {
                cache.asMap().computeIfPresent(entry, (key, e) -> closeIfFull(e, nowNanos, sinceLastNanos) ? null : e);
            }
        }
    }

    long size() {
        return cache.estimatedSize();
    }

    long evictedWhileOwing() {
        return evictedWhileOwing.sum();
    }

    private static boolean mayHaveWrapped(Entry entry, long sinceLastNanos) {
        long within = entry.bundle.sweepWithinNanos();
        return sinceLastNanos - within > within >> 1;
    }

    /* A guess without a claim: only what looks full is worth the cache's attention. */
    private static boolean looksFull(Entry entry, long nowNanos) {
        long first = entry.first();
        return first != Entry.CLAIMED
                && Gcra.ahead(first, entry.bundle.kernel(0).number(nowNanos)) == 0;
    }

    /* Leaves an entry that stays with no number that the next sweep would be too late for. */
    private static boolean closeIfFull(Entry entry, long nowNanos, long sinceLastNanos) {
        long first = entry.claim();
        if (first == Entry.CLOSED) {
            return true;
        }
        first = entry.catchUp(first, nowNanos, sinceLastNanos);
        boolean close = entry.isFull(first, nowNanos);
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
        Bundle bundle = entry.bundle;
        boolean owes = false;
        for (int i = 0; i < bundle.size(); i++) {
            Gcra kernel = bundle.kernel(i);
            long ahead = Gcra.ahead(entry.number(i, first), kernel.number(now));
            if (ahead > 0) {
                owes = true;
                debts.store(entry, i, kernel.nanosUp(ahead), now);
            }
        }
        entry.release(Entry.CLOSED);
        if (owes) {
            evictedWhileOwing.increment();
            listener.evictedWhileOwing(bundle);
        }
    }
}
