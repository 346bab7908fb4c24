package dev.weir.core;

/** One client of one kernel, for tests: asks, and takes what fits. */
final class OneClient {

    /** The wait for what can never be admitted. */
    static final long NEVER = -1;

    final Kernel kernel;
    long[] state;

    OneClient(Kernel kernel, long[] state) {
        this.kernel = kernel;
        this.state = state;
    }

    /** As good as new. */
    static OneClient of(Limit limit, long nowNanos, WindowAnchor anchor, long spread) {
        Kernel kernel = Kernel.of(limit);
        return new OneClient(kernel, kernel.fresh(new long[Kernel.MAX_WORDS], nowNanos, anchor, spread));
    }

    /** As good as new, its window beginning at {@code nowNanos}. */
    static OneClient of(Limit limit, long nowNanos) {
        return of(limit, nowNanos, AnyWindows.anchor(nowNanos), 0);
    }

    long waitNanos(long atNanos, long cost) {
        return kernel.canEverAdmit(cost) ? kernel.waitNanos(state, atNanos, cost) : NEVER;
    }

    boolean fits(long atNanos, long cost) {
        return waitNanos(atNanos, cost) == 0;
    }

    /** Whether {@code cost} fits; then it is taken. */
    boolean ask(long atNanos, long cost) {
        boolean fits = fits(atNanos, cost);
        if (fits) {
            state = kernel.take(state, atNanos, cost);
        }
        return fits;
    }

    /** Takes {@code cost} permits, or as many of them as fit, which is returned. */
    long askUpTo(long atNanos, long cost) {
        long taken = Math.min(cost, kernel.remaining(state, atNanos));
        return taken > 0 && ask(atNanos, taken) ? taken : 0;
    }

    long remaining(long atNanos) {
        return kernel.remaining(state, atNanos);
    }

    long resetAfterNanos(long atNanos) {
        return kernel.resetAfterNanos(state, atNanos);
    }
}
