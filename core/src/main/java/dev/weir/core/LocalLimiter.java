package dev.weir.core;

import dev.weir.core.spi.Backend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The limiter of one process: state in a bounded cache, answers at once.
 *
 * <p><b>Memory.</b> At most {@code maxEntries} clients are remembered. One that has refilled is forgotten by a sweep, which
 * loses nothing. At the bound, the cache decides by recency and frequency who goes: an idle client before an active one,
 * and a flood of strangers does not push active ones out. Who had to go while still owing is
 * counted, said in the log once per sweep, and comes back with the debt.
 *
 * <p><b>Time.</b> The ticker may start anywhere, wrap around and stand still. Should it step back, nobody gains a permit.
 *
 * <p>Safe for use by many threads. Deciding locks nothing that two clients without a common limit could share.
 */
public final class LocalLimiter implements Backend {

    /** How many clients are remembered unless said otherwise. */
    public static final long DEFAULT_MAX_ENTRIES = 1_000_000;

    private static final Logger LOGGER = System.getLogger("dev.weir.core");

    private final Ticker ticker;
    private final LimiterListener listener;
    private final CaffeineStore store;
    private final Judge judge;
    private final RecentNames recent = new RecentNames();
    private final ReentrantLock sweeping = new ReentrantLock();
    private volatile long lastSweepNanos;
    private long evictedAtLastSweep;
    /** The least of all bundles that were ever asked of: what one of them left behind, another version may meet. */
    private volatile long sweepWithinNanos = Long.MAX_VALUE;

    /** How many requests may wait for their turn or have something to settle at a time, unless said otherwise. */
    public static final int DEFAULT_MAX_OPEN = 100_000;

    /** A limiter on the system's clock, with room for a million clients, that nobody listens to. */
    public LocalLimiter() {
        this(DEFAULT_MAX_ENTRIES, Ticker.system(), LimiterListener.NONE);
    }

    /**
     * A limiter.
     *
     * @param maxEntries how many entries (a client under one bundle) are remembered, 1 or more
     * @param ticker the clock
     * @param listener told of every decision
     * @throws IllegalArgumentException if {@code maxEntries} is below 1
     */
    public LocalLimiter(long maxEntries, Ticker ticker, LimiterListener listener) {
        this(maxEntries, DEFAULT_MAX_OPEN, ticker, WindowAnchor.of(ticker, Clock.systemUTC()), listener);
    }

    /**
     * A limiter.
     *
     * @param maxEntries how many entries (a client under one bundle) are remembered, 1 or more
     * @param maxOpen how many requests may wait for their turn or have something to settle at a time, 0 or more; their entries
     *     stay whatever the other bound says
     * @param ticker the clock
     * @param anchor where windows begin
     * @param listener told of every decision
     * @throws IllegalArgumentException if a bound is out of its range
     */
    public LocalLimiter(long maxEntries, int maxOpen, Ticker ticker, WindowAnchor anchor, LimiterListener listener) {
        this(maxEntries, maxOpen, ticker, anchor, listener, new Debts(maxEntries));
    }

    LocalLimiter(
            long maxEntries, int maxOpen, Ticker ticker, WindowAnchor anchor, LimiterListener listener, Debts debts) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries is " + maxEntries + ", must be 1 or more");
        }
        if (maxOpen < 0) {
            throw new IllegalArgumentException("maxOpen is " + maxOpen + ", must be 0 or more");
        }
        this.ticker = ticker;
        this.listener = listener;
        this.store = new CaffeineStore(maxEntries, ticker, listener, anchor, debts);
        this.judge = new Judge(store, anchor, new Semaphore(maxOpen));
        this.lastSweepNanos = ticker.read();
    }

    @Override
    public void decide(Ask ask) {
        long now = ticker.read();
        for (int i = 0; i < ask.bundles(); i++) {
            if (ask.bundle(i).sweepWithinNanos() < sweepWithinNanos) {
                sweepWithin(ask.bundle(i).sweepWithinNanos());
            }
        }
        sweepIfOverdue(now);
        judge.decide(ask, now);
        if (listener != LimiterListener.NONE) {
            listener.decided(ask);
        }
    }

    /**
     * Decides for somebody with a name who is known already, makes hardly more than the decision.
     *
     * @param withinNanos how long ago the last sweep may be
     * @return null if it takes {@link #decide} to tell
     */
    @Nullable
    Decision decideKnown(Bundle bundle, String name, long cost, long nowNanos, long withinNanos) {
        Gcra kernel = bundle.onlyNumber();
        long sinceLast = nowNanos - lastSweepNanos;
        if (kernel == null || kernel.queues() || sinceLast > withinNanos || sinceLast > sweepWithinNanos) {
            return null;
        }
        Entry entry = recent.find(bundle, name, nowNanos);
        if (entry == null) {
            entry = store.find(EntryKey.Probe.named(bundle, name), nowNanos);
            if (entry == null) {
                return null;
            }
            recent.keep(name, entry, nowNanos);
        }
        return BucketJudge.decideKnown(entry, bundle, kernel, cost, nowNanos);
    }

    @Override
    public void settle(Ask ask) {
        long now = ticker.read();
        sweepIfOverdue(now); // else the next decision's sweep would take what is owed now for long past
        judge.settle(ask, now);
    }

    /**
     * Forgets the clients that have refilled. Runs in the background where a scheduler was given; a decision runs it itself
     * in the rare case that it is overdue by so much that numbers could wrap around.
     */
    public void sweep() {
        sweeping.lock();
        try {
            sweepNow(ticker.read());
        } finally {
            sweeping.unlock();
        }
    }

    /** How many entries are remembered, roughly. */
    public long size() {
        return store.size();
    }

    /** How many entries had to leave by the bound while their clients still owed. */
    public long evictedWhileOwing() {
        return store.evictedWhileOwing();
    }

    @Override
    public void close() {
        // Nothing but memory is held.
    }

    private void sweepWithin(long nanos) {
        sweeping.lock();
        try {
            sweepWithinNanos = Math.min(sweepWithinNanos, nanos);
        } finally {
            sweeping.unlock();
        }
    }

    private void sweepIfOverdue(long now) {
        if (now - lastSweepNanos > sweepWithinNanos) {
            sweepBefore(now);
        }
    }

    private void sweepBefore(long now) {
        sweeping.lock();
        try {
            if (now - lastSweepNanos > sweepWithinNanos) {
                sweepNow(now);
            }
        } finally {
            sweeping.unlock();
        }
    }

    private void sweepNow(long now) {
        store.sweep(now, now - lastSweepNanos);
        lastSweepNanos = now;
        long evicted = store.evictedWhileOwing();
        if (evicted > evictedAtLastSweep) {
            LOGGER.log(
                    Level.WARNING,
                    "{0} clients had to leave since the last sweep while they still owed, because the limiter is full."
                            + " What they owe is remembered, and newcomers may be taken for them: raise the bound.",
                    evicted - evictedAtLastSweep);
            evictedAtLastSweep = evicted;
        }
    }
}
