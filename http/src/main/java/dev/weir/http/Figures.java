package dev.weir.http;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Algorithm;
import dev.weir.core.Limit;
import dev.weir.core.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one annotation says of its limit alone, checked: the figures, the way of counting, and how long a request may wait.
 *
 * @param limit the limit
 * @param maxWaitNanos for {@link LimitSpec}
 */
record Figures(Limit limit, long maxWaitNanos) {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** What {@code annotation} says, or null if it makes no limit. Gets everything that is wrong into {@code report}. */
    static @Nullable Figures of(RateLimited annotation, Report report) {
        Algorithm algorithm = Algorithm.valueOf(annotation.algorithm().name());
        Duration period = period(annotation, report);
        boolean permits = checkRange("permits", annotation.permits(), report);
        boolean burst = checkBurst(annotation, algorithm, permits, report);
        checkCost(annotation, algorithm, permits && burst, report);
        checkAligned(annotation, algorithm, report);
        long maxWaitNanos = maxWaitNanos(annotation, algorithm, report);
        if (period == null || !permits || !burst) {
            return null;
        }
        String unit = Policy.isName(annotation.unit()) ? annotation.unit() : Limit.REQUESTS; // reported already
        boolean aligned = annotation.aligned() && algorithm.hasWindows(); // likewise
        Limit limit = report.attempt(
                "permits",
                () -> new Limit(annotation.permits(), period, burst(annotation, algorithm), algorithm, unit, aligned));
        return limit == null ? null : new Figures(limit, maxWaitNanos);
    }

    private static @Nullable Duration period(RateLimited annotation, Report report) {
        Duration period = report.attempt("per", () -> DurationText.parse(annotation.per()));
        if (period == null) {
            return null;
        }
        try {
            return Limit.of(0, period).period();
        } catch (IllegalArgumentException e) {
            report.add("per", "\"" + annotation.per() + "\" is out of range. Write 1us to 13343d (36 years)");
            return null;
        }
    }

    /** How many fit at once, whatever a window or a log says of a burst. */
    private static long burst(RateLimited annotation, Algorithm algorithm) {
        boolean own = algorithm.isBucket() && annotation.burst() != RateLimited.SAME_AS_PERMITS;
        return own ? annotation.burst() : annotation.permits();
    }

    /** Whether {@link #burst} is in range. */
    private static boolean checkBurst(RateLimited annotation, Algorithm algorithm, boolean permits, Report report) {
        if (annotation.burst() == RateLimited.SAME_AS_PERMITS) {
            return permits;
        }
        if (!algorithm.isBucket()) {
            report.add(
                    "burst",
                    annotation.burst() + " stands beside algorithm = " + algorithm
                            + ", which has no burst beside its permits. Leave it out, or write algorithm = GCRA");
            return permits;
        }
        return checkRange("burst", annotation.burst(), report);
    }

    private static boolean checkRange(String attribute, long value, Report report) {
        boolean inRange = value >= 0 && value <= 1_000_000_000_000_000L;
        if (!inRange) {
            report.add(attribute, value + " is out of range. Write 0 to 1_000_000_000_000_000 (10^15)");
        }
        return inRange;
    }

    private static void checkCost(RateLimited annotation, Algorithm algorithm, boolean figures, Report report) {
        long cost = annotation.cost();
        boolean fixed = annotation.costBy().isEmpty();
        if (cost < 0) {
            report.add("cost", cost + " is negative. Write 0 (looks without taking) or more");
        } else if (figures && fixed && annotation.permits() > 0 && cost > burst(annotation, algorithm)) {
            String most = algorithm.isBucket() ? "burst" : "permits";
            report.add(
                    "cost",
                    cost + " is above the " + most + " of " + burst(annotation, algorithm)
                            + ", so no request could ever pass. Lower the cost or raise the " + most);
        } else if (!fixed && cost != 1) {
            report.add("cost", cost + " stands beside costBy = \"" + annotation.costBy() + "\". Write one of the two");
        }
    }

    private static void checkAligned(RateLimited annotation, Algorithm algorithm, Report report) {
        if (annotation.aligned() && !algorithm.hasWindows()) {
            report.add(
                    "aligned",
                    "true stands beside algorithm = " + algorithm + ", which has no windows. Leave it out, or write"
                            + " algorithm = FIXED_WINDOW or SLIDING_WINDOW_COUNTER");
        }
    }

    private static long maxWaitNanos(RateLimited annotation, Algorithm algorithm, Report report) {
        String text = annotation.maxWait();
        if (text.isEmpty()) {
            return algorithm == Algorithm.LEAKY_BUCKET_QUEUE ? Long.MAX_VALUE : 0;
        }
        Duration wait = report.attempt("maxWait", () -> DurationText.parse(text));
        if (wait == null) {
            return 0;
        }
        if (wait.isZero() || wait.compareTo(LONGEST_WAIT) > 0) {
            report.add("maxWait", "\"" + text + "\" is out of range. Write 1ns to 1h, or leave it out");
        }
        return wait.toNanos();
    }
}
