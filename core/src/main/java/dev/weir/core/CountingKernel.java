package dev.weir.core;

/** A limit that counts what was taken in one period, however it tells where the period begins. */
abstract sealed class CountingKernel extends Kernel permits FixedWindow, SlidingWindowCounter, SlidingWindowLog {

    final long permits;
    /** In nanoseconds. */
    final long period;

    CountingKernel(Limit limit) {
        permits = limit.permits();
        period = limit.period().toNanos();
    }

    @Override
    final long burst() {
        return permits;
    }

    @Override
    final long periodNanos() {
        return period;
    }

    @Override
    final boolean canEverAdmit(long cost) {
        return permits > 0 && cost <= permits;
    }

    /** May be more than the permits: they may have been more, or owed. */
    @Override
    abstract long used(long[] state, long atNanos);
}
