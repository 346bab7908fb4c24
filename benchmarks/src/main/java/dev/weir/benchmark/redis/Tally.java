package dev.weir.benchmark.redis;

/** What one caller has been answered. Not thread-safe. */
final class Tally {

    final Latencies latencies = new Latencies();
    private long admitted;

    void note(long nanos, boolean allowed) {
        latencies.add(nanos);
        admitted += allowed ? 1 : 0;
    }

    void addAll(Tally other) {
        latencies.addAll(other.latencies);
        admitted += other.admitted;
    }

    long answered() {
        return latencies.count();
    }

    long admitted() {
        return admitted;
    }
}
