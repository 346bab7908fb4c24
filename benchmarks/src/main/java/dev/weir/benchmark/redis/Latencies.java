package dev.weir.benchmark.redis;

/** Times, each known to 3 %. Not thread-safe. */
public final class Latencies {

    /** A power of two is cut into so many steps. */
    private static final int STEPS = 32;

    private static final int STEP_BITS = 5;

    private final long[] counts = new long[STEPS * Long.SIZE];
    private long count;

    /** No times. */
    public Latencies() {}

    /** Adds one. */
    public void add(long nanos) {
        counts[slot(Math.max(0, nanos))]++;
        count++;
    }

    /** Adds all of {@code others}. */
    public void addAll(Latencies others) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += others.counts[i];
        }
        count += others.count;
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** What so great a part of all, 0 to 1, does not exceed, in µs; 0 if there are none. */
    public double micros(double part) {
        long left = (long) Math.ceil(part * count);
        for (int i = 0; i < counts.length; i++) {
            left -= counts[i];
            if (left <= 0 && count > 0) {
                return nanos(i) / 1_000.0;
            }
        }
        return 0;
    }

    private static int slot(long nanos) {
        if (nanos < STEPS) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
        return (shift + 1) * STEPS + (int) (nanos >> shift) - STEPS;
    }

    private static long nanos(int slot) {
        if (slot < STEPS) {
            return slot;
        }
        int shift = slot / STEPS - 1;
        return (long) (slot % STEPS + STEPS) << shift;
    }
}
