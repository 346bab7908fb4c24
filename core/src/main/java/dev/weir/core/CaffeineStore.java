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
 * touches the cache.
 */
final class CaffeineStore implements EntryStore {

    private final Cache<EntryKey, Entry> cache;
    private final Policy<EntryKey, Entry> policy;
    private final Ticker ticker;
    private final LimiterListener listener;
    private final LongAdder evictedWhileOwing = new LongAdder();

    CaffeineStore(long maxEntries, Ticker ticker, LimiterListener listener) {
        this.ticker = ticker;
        this.listener = listener;
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
            Entry winner = cache.asMap().putIfAbsent(created, created);
            entry = winner == null ? created : winner;
        }
        return entry;
    }

    /**
     * Removes the entries that are full again.
     *
     * @param sinceLastNanos time since the last sweep; an entry of a bundle whose numbers may have wrapped around since
     *     then has certainly refilled, and goes unread
     */
    void sweep(long nowNanos, long sinceLastNanos) {
        for (Entry entry : cache.asMap().values()) {
            boolean mayHaveWrapped = mayHaveWrapped(entry, sinceLastNanos);
            if (mayHaveWrapped || looksFull(entry, nowNanos)) {
                cache.asMap().computeIfPresent(entry, (key, e) -> closeIf(e, mayHaveWrapped, nowNanos) ? null : e);
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

    private static boolean closeIf(Entry entry, boolean unread, long nowNanos) {
        long first = entry.claim();
        boolean close = first == Entry.CLOSED || unread || entry.isFull(first, nowNanos);
        entry.release(close ? Entry.CLOSED : first);
        return close;
    }

    private void evicted(Entry entry) {
        long first = entry.claim();
        if (first != Entry.CLOSED) {
            boolean owes = !entry.isFull(first, ticker.read());
            Bundle bundle = entry.bundle;
            entry.release(Entry.CLOSED);
            if (owes) {
                evictedWhileOwing.increment();
                listener.evictedWhileOwing(bundle);
            }
        }
    }
}
