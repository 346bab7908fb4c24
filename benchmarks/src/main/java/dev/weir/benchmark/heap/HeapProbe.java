package dev.weir.benchmark.heap;

import java.util.Locale;

/** Fills one design in a virtual machine of its own, and says how much heap each client takes. */
final class HeapProbe {

    private static final int COLLECTIONS = 3;
    private static final int MOST_COLLECTIONS = 50;
    private static final long STILL = 16 << 10;
    private static final int FIRST = 1_000;

    private HeapProbe() {}

    /** Takes the design and how many clients there are; prints bytes per client. */
    public static void main(String[] args) {
        Design design = Design.valueOf(args[0]);
        int clients = Integer.parseInt(args[1]);
        Object few = new Filling(FIRST).of(design); // so that classes and what they share are there before
        long before = used();
        Object filled = new Filling(clients).of(design);
        long after = used();
        System.out.printf(Locale.ROOT, "%.3f%n", (after - before) / (double) clients);
        System.exit(few == filled ? 1 : 0); // both are still held; timers do not keep it running
    }

    /* Some of what nobody holds any more takes several collections to go, and threads of its own: until nothing more goes. */
    private static long used() {
        long least = Long.MAX_VALUE;
        int still = 0;
        for (int i = 0; i < MOST_COLLECTIONS && still < COLLECTIONS; i++) {
            System.gc();
            long now = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            still = least - now < STILL ? still + 1 : 0;
            least = Math.min(least, now);
        }
        return least;
    }
}
