package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one client has really used of one limit, to be held against the limit's bound by brute force over all windows. */
final class Uses {

    /** Some permits at one time; fewer, if some of them were given back. What was used above a reservation is a use of its own. */
    static final class Use {
        private final Limit limit;
        private final long atNanos;
        private final boolean waited;
        private final boolean admitted;
        long permits;

        private Use(Limit limit, long atNanos, boolean waited, boolean admitted, long permits) {
            this.limit = limit;
            this.atNanos = atNanos;
            this.waited = waited;
            this.admitted = admitted;
            this.permits = permits;
        }

        @Override
        public String toString() {
            return permits + (admitted ? "" : " above") + (waited ? " at the turn " : " at ") + atNanos;
        }
    }

    private final List<Use> inOrder = new ArrayList<>();
    /** Of all limits that were ever in force, the fastest: in shares of its burst. */
    private double sharesPerNano;

    private boolean changed;
    private @Nullable Limit inForce;

    void inForce(Limit limit) {
        changed |= inForce != null && !limit.equals(inForce);
        inForce = limit;
        sharesPerNano = Math.max(
                sharesPerNano, (double) limit.permits() / limit.period().toNanos() / limit.burst());
    }

    Use admitted(Limit limit, long atNanos, boolean waited, long permits) {
        Use use = new Use(limit, atNanos, waited, true, permits);
        inOrder.add(use);
        return use;
    }

    void above(Limit limit, long atNanos, long permits) {
        inOrder.add(new Use(limit, atNanos, false, false, permits));
    }

    /** Of each admitted use: whether it was within the bound, together with all that were asked for before it. */
    void assertWithinBounds() {
        for (int last = 0; last < inOrder.size(); last++) {
            Use end = inOrder.get(last);
            for (int first = 0; first <= last && end.admitted && end.permits > 0; first++) {
                long from = Math.min(inOrder.get(first).atNanos, end.atNanos);
                List<Use> window = inOrder.subList(0, last + 1).stream()
                        .filter(use -> use.atNanos >= from && use.permits > 0)
                        .toList();
                assertThat(isWithin(window, from, end))
                        .as("%s of %s", window, end.limit)
                        .isTrue();
            }
        }
    }

    private boolean isWithin(List<Use> window, long from, Use end) {
        long nanos = end.atNanos - from + 1; // half open
        long most = window.stream().mapToLong(use -> use.limit.permits()).max().orElseThrow();
        long period = end.limit.period().toNanos();
        return switch (end.limit.algorithm()) {
            case FIXED_WINDOW -> reserved(window) <= most * (ceil(nanos - 1, period) + 1);
            case SLIDING_WINDOW_COUNTER ->
                reserved(window) <= most + Wide.multiplyDivide(most, Math.max(0, nanos - 2), period);
            case SLIDING_WINDOW_LOG ->
                nanos <= period ? all(window) <= end.limit.permits() : reserved(window) <= most * ceil(nanos, period);
            default -> isWithinBucket(window, nanos - (window.stream().anyMatch(use -> use.waited) ? 0 : 1), end);
        };
    }

    /*
     * What comes out of a queue is one behind the other; what comes out of a bucket is at most a burst ahead. A turn is told in
     * whole nanoseconds, so it may be one of them late.
     */
    private boolean isWithinBucket(List<Use> window, long nanos, Use end) {
        boolean queues = end.limit.algorithm() == Algorithm.LEAKY_BUCKET_QUEUE;
        long capacity = queues ? end.permits : end.limit.burst();
        if (!changed) {
            BigInteger interval = SlowModel.interval(end.limit);
            BigInteger rest = BigInteger.valueOf(all(window) - capacity).multiply(interval);
            return rest.compareTo(BigInteger.valueOf(nanos).shiftLeft(SlowModel.bits(end.limit))) <= 0;
        }
        double shares = window.stream()
                .mapToDouble(use -> (double) use.permits / use.limit.burst())
                .sum();
        return shares <= ((double) capacity / end.limit.burst() + sharesPerNano * nanos) * (1 + 1e-9);
    }

    private static long all(List<Use> window) {
        return window.stream().mapToLong(use -> use.permits).sum();
    }

    /* Windows forget with each edge what was used above. */
    private static long reserved(List<Use> window) {
        return window.stream()
                .filter(use -> use.admitted)
                .mapToLong(use -> use.permits)
                .sum();
    }

    private static long ceil(long dividend, long divisor) {
        return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
    }
}
