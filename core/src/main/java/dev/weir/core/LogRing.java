package dev.weir.core;

import java.util.Arrays;

/**
 * The state of a {@link SlidingWindowLog} in one array: a ring of pairs, each a time and how many permits were taken then,
 * oldest first, with their sum. Times rise from pair to pair, so what was taken at one nanosecond stands in one pair; a time
 * before the newest, from a clock that stepped back, is taken for the newest.
 *
 * <p>It holds 4 pairs at first, twice as many whenever it is full, half as many when three quarters are empty, and at most
 * {@link #MAX_PAIRS}: 1 MiB. When that is full, pairs are merged into the later one of two where both lie in the same
 * {@code 2^gridBits} ns of the ticker's scale; so permits come back later, by less than that, and never earlier. If that does
 * not make room, as when turns are promised for many periods ahead, the grid is doubled until it does.
 *
 * <p>A state that was never written to is {@link #EMPTY}, which all clients share and nobody writes to. A pair may have a count
 * of 0, but not the first or the last.
 */
final class LogRing {

    static final int MAX_PAIRS = 1 << 16;
    private static final int MIN_PAIRS = 4;

    private static final int SEEN = 0; // the latest time as of which pairs were forgotten
    private static final int SUM = 1; // of all counts
    private static final int HEAD = 2; // the place of the oldest pair
    private static final int SIZE = 3; // how many pairs
    private static final int HEADER = 4;

    /** No pairs, and no room for any. */
    static final long[] EMPTY = new long[HEADER];

    private LogRing() {}

    /** A ring of these pairs, the latest of which is newest. */
    static long[] of(long seenNanos, long[] times, long[] counts) {
        int capacity = MIN_PAIRS;
        while (capacity < times.length) {
            capacity *= 2;
        }
        long[] ring = new long[HEADER + 2 * capacity];
        ring[SEEN] = seenNanos;
        ring[SIZE] = times.length;
        for (int i = 0; i < times.length; i++) {
            ring[SUM] += counts[i];
            ring[HEADER + 2 * i] = times[i];
            ring[HEADER + 2 * i + 1] = counts[i];
        }
        return ring;
    }

    static int size(long[] ring) {
        return (int) ring[SIZE];
    }

    /** All permits in it, also those that count no more and are not forgotten yet. */
    static long sum(long[] ring) {
        return ring[SUM];
    }

    /** The time of pair {@code i}, from 0, the oldest. */
    static long time(long[] ring, int i) {
        return ring[place(ring, i)];
    }

    /** The permits of pair {@code i}. */
    static long count(long[] ring, int i) {
        return ring[place(ring, i) + 1];
    }

    /** {@code atNanos}, or the latest time as of which pairs were forgotten if that is later. */
    static long notBeforeSeen(long[] ring, long atNanos) {
        return ring.length == HEADER || atNanos - ring[SEEN] > 0 ? atNanos : ring[SEEN];
    }

    /** The first pair at {@code nanos} or later; {@link #size} if there is none. */
    static int firstFrom(long[] ring, long nanos) {
        int from = 0;
        int to = size(ring);
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (time(ring, middle) - nanos < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /**
     * Adds {@code count} permits, above 0, at {@code nanos}.
     *
     * @param seenNanos what to take for the latest time seen by a state that has seen none
     * @return the ring, which may be another array
     */
    static long[] add(long[] ring, long nanos, long count, long seenNanos, int gridBits) {
        int size = size(ring);
        if (size > 0 && time(ring, size - 1) - nanos >= 0) {
            ring[place(ring, size - 1) + 1] += count;
            ring[SUM] += count;
            return ring;
        }
        long[] roomy = withRoom(ring, seenNanos, gridBits);
        roomy[SIZE]++;
        int place = place(roomy, size(roomy) - 1);
        roomy[place] = nanos;
        roomy[place + 1] = count;
        roomy[SUM] += count;
        return roomy;
    }

    /** Takes up to {@code count} permits out of pair {@code i}. */
    static void subtract(long[] ring, int i, long count) {
        int place = place(ring, i);
        long taken = Math.min(count, ring[place + 1]);
        ring[place + 1] -= taken;
        ring[SUM] -= taken;
        while (size(ring) > 0 && count(ring, size(ring) - 1) == 0) {
            ring[SIZE]--;
        }
        dropEmptyHead(ring);
    }

    /** Forgets the pairs that are {@code periodNanos} old at {@code nowNanos}, and notes that it is that late. */
    static void forget(long[] ring, long nowNanos, long periodNanos) {
        if (ring.length == HEADER) {
            return;
        }
        long now = notBeforeSeen(ring, nowNanos);
        ring[SEEN] = now;
        while (size(ring) > 0 && now - time(ring, 0) >= periodNanos) {
            dropHead(ring);
        }
        dropEmptyHead(ring);
    }

    private static void dropEmptyHead(long[] ring) {
        while (size(ring) > 0 && count(ring, 0) == 0) {
            dropHead(ring);
        }
    }

    private static void dropHead(long[] ring) {
        ring[SUM] -= count(ring, 0);
        ring[HEAD] = (ring[HEAD] + 1) & (capacity(ring) - 1);
        ring[SIZE]--;
    }

    private static long[] withRoom(long[] ring, long seenNanos, int gridBits) {
        int size = size(ring);
        int capacity = capacity(ring);
        if (ring.length == HEADER) {
            long[] first = new long[HEADER + 2 * MIN_PAIRS];
            first[SEEN] = seenNanos;
            return first;
        }
        if (size == MAX_PAIRS) {
            for (int bits = gridBits; size(ring) > MAX_PAIRS / 4 * 3; bits++) {
                merge(ring, bits);
            }
            return ring;
        }
        if (size == capacity) {
            return resized(ring, 2 * capacity);
        }
        return capacity > MIN_PAIRS && size < capacity / 4 ? resized(ring, capacity / 2) : ring;
    }

    private static long[] resized(long[] ring, int capacity) {
        long[] other = Arrays.copyOf(ring, HEADER);
        other = Arrays.copyOf(other, HEADER + 2 * capacity);
        other[HEAD] = 0;
        for (int i = 0; i < size(ring); i++) {
            other[HEADER + 2 * i] = time(ring, i);
            other[HEADER + 2 * i + 1] = count(ring, i);
        }
        return other;
    }

    /* Pairs move towards the head only, to places that have been read. */
    private static void merge(long[] ring, int bits) {
        int merged = 0;
        for (int i = 0; i < size(ring); i++) {
            long time = time(ring, i);
            long count = count(ring, i);
            boolean sameSlot = merged > 0 && time(ring, merged - 1) >> bits == time >> bits;
            if (count > 0) {
                int place = place(ring, sameSlot ? merged - 1 : merged);
                ring[place] = time;
                ring[place + 1] = sameSlot ? ring[place + 1] + count : count;
                merged += sameSlot ? 0 : 1;
            }
        }
        ring[SIZE] = merged;
    }

    private static int place(long[] ring, int i) {
        return HEADER + 2 * (((int) ring[HEAD] + i) & (capacity(ring) - 1));
    }

    private static int capacity(long[] ring) {
        return (ring.length - HEADER) / 2;
    }
}
