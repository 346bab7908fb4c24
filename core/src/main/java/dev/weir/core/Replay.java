package dev.weir.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Judges by states that are kept elsewhere, for back ends whose store decides by the same arithmetic and tells what it found. What
 * the store has written follows from that, and so do all the figures of the answer: they need not travel.
 *
 * <p>Times are nanoseconds since 1970.
 */
public final class Replay {

    static final WindowAnchor SINCE_1970 = new WindowAnchor(0, Instant.EPOCH);

    /** The furthest that waiting and owing may put the TAT of a bucket ahead, in its units. */
    public static final long MAX_AHEAD = Gcra.MAX_AHEAD;

    private Replay() {}

    /**
     * What a store keeps for one client under one bundle.
     *
     * @param bundle the rules that it stands under
     * @param words of each limit, as its kernel counts; null for somebody who is as good as new
     * @param ledger what is kept for those who wait or may give back; null if nobody does
     * @param spread by which the client's windows are shifted
     */
    public record State(
            Bundle bundle,
            @Nullable List<long[]> words,
            @Nullable Turns ledger,
            long spread) {}

    /**
     * Who waits, and what may come back.
     *
     * @param lastTurn when the last of those who wait goes on
     * @param lastWaiter the stamp of that one
     * @param stamp counts what has happened
     * @param changed the stamp of the last change of limits
     * @param open how many have something to settle
     * @param returned for each limit, what has been given back, in the unit of its kernel
     */
    public record Turns(long lastTurn, long lastWaiter, long stamp, long changed, int open, List<Long> returned) {}

    /**
     * How a bucket counts.
     *
     * @param fractionBits the bits below a nanosecond
     * @param emissionInterval T, in units of 2^-fractionBits ns; 0 if closed
     * @param burstTolerance B·T in the same units; -1 if closed
     */
    public record Bucket(int fractionBits, long emissionInterval, long burstTolerance) {

        /** B·T in nanoseconds, rounded up. */
        public long refillNanos() {
            return (Math.max(0, burstTolerance) + (1L << fractionBits) - 1) >> fractionBits;
        }
    }

    /** How the bucket of {@code limit} counts. */
    public static Bucket bucket(Limit limit) {
        return bucket(Gcra.of(limit));
    }

    /** How limit {@code index} of {@code bundle}, a bucket, counts. At no cost to speak of. */
    public static Bucket bucket(Bundle bundle, int index) {
        return bucket((Gcra) bundle.kernel(index));
    }

    private static Bucket bucket(Gcra kernel) {
        return new Bucket(kernel.fractionBits, kernel.emissionInterval, kernel.burstTolerance);
    }

    /**
     * The figures of a queue, as {@link LeakyBucketQueues#configure} takes them.
     *
     * @param capacity 0 or more
     * @throws IllegalArgumentException if one is out of its range
     */
    public static Limit queue(int capacity, long permits, Duration period) {
        return LeakyBucketQueues.limit(capacity, permits, period);
    }

    /**
     * Checks the name of a bucket or the id of a request, as {@link LeakyBucketQueues} does.
     *
     * @throws IllegalArgumentException unless it has 1 to 256 characters; the message names {@code parameter}
     */
    public static void checkQueueName(String parameter, @Nullable String value) {
        LeakyBucketQueues.checkName(parameter, value);
    }

    /** The words of a log in which nothing was ever counted. */
    public static long[] emptyLog() {
        return LogRing.EMPTY;
    }

    /**
     * The words of a log.
     *
     * @param seenNanos the latest time as of which anything was forgotten
     * @param times when permits were taken, rising
     * @param counts how many
     */
    public static long[] log(long seenNanos, long[] times, long[] counts) {
        return LogRing.of(seenNanos, times, counts);
    }

    /** Which limit of {@code before} limit {@code index} of {@code bundle} was; -1 if it may have been any. */
    public static int wasAt(Bundle bundle, int index, Bundle before) {
        return Entry.wasAt(bundle, index, before);
    }

    /** The longest that {@code ask} may wait, by all limits that it takes from. */
    public static long longestWaitNanos(Ask ask) {
        return Judge.longestWaitNanos(ask);
    }

    /**
     * Answers {@code ask} as of {@code nowNanos} by the states of its bundles, and completes it.
     *
     * @param mayOpen whether there is room for one more that waits or holds
     * @param notBeforeNanos how long it waits elsewhere: its turn here comes no earlier
     */
    public static void decide(Ask ask, long nowNanos, boolean mayOpen, long notBeforeNanos, List<State> states) {
        int[] places = new int[states.size()];
        ReplaySession session = new ReplaySession(nowNanos);
        for (int i = 0; i < places.length; i++) {
            places[i] = session.add(ask.client(i), states.get(i));
        }
        session.decide(ask, mayOpen, notBeforeNanos, places);
    }

    /** An entry with the state that a store keeps for {@code client}. */
    static Entry entry(ClientKey client, State state, long nowNanos) {
        Entry entry = new Entry(new EntryKey.Probe(state.bundle(), client), nowNanos, SINCE_1970);
        entry.restore(state, nowNanos, SINCE_1970);
        return entry;
    }

    /**
     * What an open ask took under one bundle.
     *
     * @param settles whether there is anything to settle here
     * @param turnNanos when the request goes on
     * @param stamp when in the life of the state this happened
     * @param turnBefore the last turn before
     * @param waiterBefore who had it
     * @param before the words of each limit before
     * @param after the words of each limit after
     * @param returned what each limit had been given back by then
     */
    public record Taken(
            boolean settles,
            long turnNanos,
            long stamp,
            long turnBefore,
            long waiterBefore,
            List<long[]> before,
            List<long[]> after,
            List<Long> returned) {}

    /** What {@code ask}, which is open, took under its bundle {@code index}. */
    public static Taken taken(Ask ask, int index) {
        Receipt receipt = Objects.requireNonNull(ask.receipt, "The ask is not open");
        return receipt.taken(ask, index);
    }

    /** Settles {@code ask} as of {@code nowNanos} by the states of its bundles, and brings its figures up to date. */
    public static void settle(Ask ask, long nowNanos, List<State> states) {
        List<Entry> entries = entries(ask, nowNanos, states);
        Receipt receipt = Objects.requireNonNull(ask.receipt, "The ask is not open");
        for (int i = 0; i < entries.size(); i++) {
            receipt.settleAt(ask, i, entries.get(i), nowNanos);
        }
        new Judge(new Kept(entries), SINCE_1970, new Semaphore(0)).settle(ask, nowNanos);
    }

    /** A state that has been forgotten since: nobody can be given back what it took. */
    public static State forgotten(Bundle bundle, long spread, long nowNanos) {
        return new State(
                bundle,
                null,
                new Turns(nowNanos, 0, Long.MAX_VALUE, Long.MAX_VALUE, 1, Collections.nCopies(bundle.size(), 0L)),
                spread);
    }

    private static List<Entry> entries(Ask ask, long nowNanos, List<State> states) {
        List<Entry> entries = new ArrayList<>(ask.bundles());
        for (int i = 0; i < ask.bundles(); i++) {
            entries.add(entry(ask.client(i), states.get(i), nowNanos));
        }
        return entries;
    }

    /** The entries of one ask. */
    private record Kept(List<Entry> entries) implements EntryStore {
        @Override
        public Entry find(EntryKey key, long nowNanos) {
            for (Entry entry : entries) {
                if (entry.equals(key)) {
                    return entry;
                }
            }
            throw new IllegalArgumentException("No state of " + key.bundle.name());
        }

        @Override
        public Entry findOrCreate(EntryKey key, long nowNanos) {
            return find(key, nowNanos);
        }
    }
}
