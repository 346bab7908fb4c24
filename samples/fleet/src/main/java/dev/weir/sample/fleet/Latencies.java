package dev.weir.sample.fleet;

import java.util.Arrays;

/** How long answers took, each of them. Safe for use by many threads. */
final class Latencies {

    private long[] nanos = new long[1_024];
    private int count;

    synchronized void add(long latencyNanos) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = latencyNanos;
    }

    synchronized int count() {
        return count;
    }

    /**
     * The latency that so many of a thousand did not exceed, in milliseconds; 0 if there are none.
     *
     * @param perMille 1 to 1,000; 1,000 is the worst
     */
    synchronized double millis(int perMille) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int rank = (int) (((long) count * perMille + 999) / 1_000); // nearest rank, rounded up
        return sorted[rank - 1] / 1e6;
    }
}
