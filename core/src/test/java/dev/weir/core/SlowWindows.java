package dev.weir.core;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.TWO;
import static java.math.BigInteger.ZERO;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What windows and logs should say, slowly: every permit ever taken with its time, on a scale of nanoseconds since 1970 that never
 * wraps around; whatever lies ahead is searched for.
 */
final class SlowWindows {

    /** An answer in full, to be compared as a value. */
    record Answer(long retryAfter, long remaining, long windowNanos, long resetAfter) {
        static Answer of(OneClient client, long atNanos, long cost) {
            return new Answer(
                    client.waitNanos(atNanos, cost),
                    client.remaining(atNanos),
                    client.kernel.windowNanos(client.state, atNanos),
                    client.resetAfterNanos(atNanos));
        }
    }

    private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);

    private record Take(BigInteger at, long cost) {}

    private final Limit limit;
    private final BigInteger permits;
    private final BigInteger period;
    private final BigInteger shift;
    private final List<Take> takes = new ArrayList<>();
    /** What the state has seen: the start of a window, or the latest time that a log was brought up to. */
    private BigInteger seen;

    SlowWindows(Limit limit, long spread, BigInteger now) {
        this.limit = limit;
        this.permits = BigInteger.valueOf(limit.permits());
        this.period = BigInteger.valueOf(limit.period().toNanos());
        this.shift = limit.aligned()
                ? ZERO
                : BigInteger.valueOf(spread).mod(period.divide(THOUSAND)).multiply(THOUSAND);
        this.seen = isLog() ? now.subtract(ONE.shiftLeft(Long.SIZE)) : windowStart(now); // a log: nothing yet
    }

    /** The time since 1970 of a time on the ticker's scale, while that has not wrapped around since the anchor. */
    static BigInteger sinceEpoch(WindowAnchor anchor, long nanos) {
        return BigInteger.valueOf(anchor.epoch().getEpochSecond())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(anchor.epoch().getNano()))
                .add(BigInteger.valueOf(nanos - anchor.tickerNanos()));
    }

    Answer answer(BigInteger at, long cost) {
        long remaining = remaining(at);
        return new Answer(waitNanos(at, cost), remaining, windowNanos(at, remaining), reset(at));
    }

    void take(BigInteger at, long cost) {
        if (cost > 0) {
            boolean stepBack = isLog() && !takes.isEmpty();
            takes.add(new Take(stepBack ? judged(at).max(takes.get(takes.size() - 1).at) : judged(at), cost));
        }
        if (!isLog()) {
            catchUp(at);
        }
    }

    void catchUp(BigInteger now) {
        if (!isLog()) {
            seen = windowStart(judged(now));
        } else if (!takes.isEmpty()) {
            seen = judged(now);
        }
    }

    private boolean isLog() {
        return limit.algorithm() == Algorithm.SLIDING_WINDOW_LOG;
    }

    private BigInteger judged(BigInteger at) {
        return at.max(seen);
    }

    private BigInteger windowStart(BigInteger at) {
        return at.subtract(at.subtract(shift).mod(period));
    }

    /** How much counts, in units of one permit / D, which are whole at all times. */
    private BigInteger weight(BigInteger time) {
        BigInteger at = judged(time);
        BigInteger start = windowStart(at);
        BigInteger left = start.add(period).subtract(at);
        BigInteger weight = ZERO;
        for (Take take : takes) {
            BigInteger share = switch (limit.algorithm()) {
                case FIXED_WINDOW -> take.at.compareTo(start) >= 0 ? period : ZERO;
                case SLIDING_WINDOW_COUNTER ->
                    take.at.compareTo(start) >= 0
                            ? period
                            : take.at.compareTo(start.subtract(period)) >= 0 ? left : ZERO;
                default -> take.at.add(period).compareTo(at) > 0 ? period : ZERO;
            };
            weight = weight.add(share.multiply(BigInteger.valueOf(take.cost)));
        }
        return weight;
    }

    private boolean fits(BigInteger at, long cost) {
        BigInteger all = weight(at).add(period.multiply(BigInteger.valueOf(cost)));
        return all.compareTo(permits.multiply(period)) <= 0;
    }

    private long waitNanos(BigInteger at, long cost) {
        return limit.isClosed() || cost > limit.permits() ? OneClient.NEVER : until(at, time -> fits(time, cost));
    }

    private long remaining(BigInteger at) {
        return permits.multiply(period)
                .subtract(weight(at))
                .max(ZERO)
                .divide(period)
                .longValueExact();
    }

    private long reset(BigInteger at) {
        return until(at, time -> weight(time).signum() == 0);
    }

    private long windowNanos(BigInteger at, long remaining) {
        if (limit.isClosed()) {
            return 0;
        }
        if (limit.algorithm() == Algorithm.FIXED_WINDOW) {
            return untilWindowEnd(at);
        }
        if (remaining == 0) {
            return waitNanos(at, 1);
        }
        BigInteger weight = weight(at);
        long untilMore = !isLog()
                ? untilWindowEnd(at)
                : weight.signum() == 0 ? 0 : until(at, time -> weight(time).compareTo(weight) < 0);
        BigInteger spent = period.multiply(BigInteger.valueOf(remaining))
                .add(permits)
                .subtract(ONE)
                .divide(permits);
        return Math.max(untilMore, spent.longValueExact());
    }

    private long untilWindowEnd(BigInteger at) {
        return windowStart(judged(at)).add(period).subtract(at).longValueExact();
    }

    /** How long until {@code condition}, which holds from some time on for good. */
    private long until(BigInteger at, Predicate<BigInteger> condition) {
        if (condition.test(at)) {
            return 0;
        }
        BigInteger before = ZERO; // it does not hold after that long
        BigInteger after = period.multiply(BigInteger.valueOf(3)).add(BigInteger.valueOf(100_000_000)); // it does then
        while (after.subtract(before).compareTo(ONE) > 0) {
            BigInteger middle = before.add(after).divide(TWO);
            if (condition.test(at.add(middle))) {
                after = middle;
            } else {
                before = middle;
            }
        }
        return after.longValueExact();
    }
}
