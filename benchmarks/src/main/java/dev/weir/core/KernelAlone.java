package dev.weir.core;

/** A limiter's arithmetic and its one number, without a store: for benchmarks. */
public final class KernelAlone {

    private final Gcra kernel;
    private final Entry entry;

    /** Of one client, who is as good as new. */
    public KernelAlone(Limit limit) {
        Policies policies = new Policies();
        policies.declare(new Policy("alone", limit));
        Bundle bundle = policies.current().bundle("alone", java.util.List.of("alone"));
        kernel = (Gcra) bundle.kernel(0);
        entry = new Entry(
                new EntryKey.Probe(bundle, ClientKey.GLOBAL),
                System.nanoTime(),
                WindowAnchor.of(Ticker.system(), java.time.Clock.systemUTC()));
    }

    /** Takes a permit if there is one. */
    public boolean tryAcquire() {
        long now = kernel.number(System.nanoTime());
        while (true) {
            long seen = entry.first();
            long ahead = Gcra.ahead(seen, now);
            if (!kernel.admits(ahead, 1)) {
                return false;
            }
            if (entry.advance(seen, now + ahead + kernel.emissionInterval)) {
                return true;
            }
        }
    }
}
