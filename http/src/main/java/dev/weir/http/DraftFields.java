package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Limit;
import dev.weir.core.Outcome;
import dev.weir.core.Policy;
import java.math.BigInteger;

/**
 * The fields {@code RateLimit-Policy} and {@code RateLimit} of draft-ietf-httpapi-ratelimit-headers-11 (§3, §4): Lists of
 * RFC 9651 whose members are Strings with parameters. Policy names are safe characters, so nothing is ever escaped.
 */
final class DraftFields {

    static final String POLICY = "RateLimit-Policy";
    static final String STATE = "RateLimit";

    /** What an Integer of RFC 9651 §3.3.1 can hold. */
    static final long MAX_INTEGER = 999_999_999_999_999L;

    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000L);

    private DraftFields() {}

    /**
     * The member of {@code RateLimit-Policy}. The window is the period, or the time in which the burst refills if that is
     * longer, in whole seconds rounded up; the quota is what the rate gives in it, rounded down. So the rate that a client
     * reads is never above the limit's, and never less remains than the quota says.
     */
    static String policyItem(Policy policy) {
        Limit limit = policy.limit();
        BigInteger period = BigInteger.valueOf(limit.period().toNanos());
        BigInteger window = period;
        BigInteger quota = BigInteger.ZERO;
        if (!limit.isClosed()) {
            BigInteger permits = BigInteger.valueOf(limit.permits());
            BigInteger refill = ceil(period.multiply(BigInteger.valueOf(limit.burst())), permits);
            window = period.max(refill);
            quota = permits.multiply(ceil(window, NANOS_PER_SECOND))
                    .multiply(NANOS_PER_SECOND)
                    .divide(period);
        }
        BigInteger seconds = ceil(window, NANOS_PER_SECOND).max(BigInteger.ONE);
        StringBuilder item = new StringBuilder()
                .append('"')
                .append(policy.name())
                .append("\";q=")
                .append(clamp(quota));
        if (!limit.unit().equals(Limit.REQUESTS)) {
            item.append(";qu=\"").append(limit.unit()).append('"');
        }
        return item.append(";w=").append(clamp(seconds)).toString();
    }

    /** Appends the member of {@code RateLimit}. */
    static void appendState(StringBuilder line, Outcome outcome) {
        if (line.length() > 0) {
            line.append(", ");
        }
        appendState(line, stateStart(outcome.policy()), outcome.remaining(), windowSeconds(outcome));
    }

    /** How the member of {@code RateLimit} begins. */
    static String stateStart(Policy policy) {
        return '"' + policy.name() + "\";r=";
    }

    /** Appends the member of {@code RateLimit} that begins with {@code start}. */
    static void appendState(StringBuilder line, String start, long remaining, long windowSeconds) {
        line.append(start).append(Math.min(remaining, MAX_INTEGER));
        if (windowSeconds != NO_WINDOW) {
            line.append(";t=").append(windowSeconds);
        }
    }

    /** What {@link #windowSeconds} says where no time can be said. */
    static final long NO_WINDOW = -1;

    /**
     * The effective window, in seconds rounded up, at least 1: on a refusal the wait for what was asked; else the time for
     * which the permits left have to last, or until the next one if none is left. Of windows and logs the limit says how long
     * that is; permits of a bucket may be spread over it at exactly the limit's rate. {@link #NO_WINDOW} if no wait helps.
     */
    static long windowSeconds(Outcome outcome) {
        return windowSeconds(
                outcome.policy().limit(),
                outcome.remaining(),
                outcome.retryAfterNanos(),
                outcome.resetAfterNanos(),
                outcome.windowNanos());
    }

    /** The same of an outcome's figures. */
    static long windowSeconds(
            Limit limit, long remaining, long retryAfterNanos, long resetAfterNanos, long windowNanos) {
        if (retryAfterNanos == Ask.NEVER || limit.isClosed()) {
            return NO_WINDOW;
        }
        if (retryAfterNanos != 0) {
            return Math.min(Seconds.up(retryAfterNanos), MAX_INTEGER);
        }
        long seconds;
        if (!limit.algorithm().isBucket()) {
            seconds = Seconds.up(windowNanos);
        } else if (remaining > 0) {
            seconds = Seconds.up(remaining, limit.period().toNanos(), limit.permits());
        } else {
            seconds = Seconds.up(untilNanos(limit, remaining, resetAfterNanos, windowNanos, 1));
        }
        return Math.max(1, seconds);
    }

    /** Nanoseconds until {@code cost} permits are there, 0 if they are; never less than it takes. */
    static long untilNanos(Outcome outcome, long cost) {
        return untilNanos(
                outcome.policy().limit(), outcome.remaining(), outcome.resetAfterNanos(), outcome.windowNanos(), cost);
    }

    /** The same of an outcome's figures. */
    static long untilNanos(Limit limit, long remaining, long resetAfterNanos, long windowNanos, long cost) {
        return limit.algorithm().isBucket()
                ? untilRefilledNanos(limit, resetAfterNanos, cost)
                : untilCountedNanos(remaining, resetAfterNanos, windowNanos, cost);
    }

    /** Of a bucket: the whole refill, less what the others take of it. */
    private static long untilRefilledNanos(Limit limit, long resetAfterNanos, long cost) {
        long others = limit.burst() < cost || limit.isClosed()
                ? 0
                : multiplyDivide(limit.burst() - cost, limit.period().toNanos(), limit.permits());
        return Math.max(0, resetAfterNanos - others);
    }

    /** Of windows and logs: the next permit's time is known, and when all are back; for a number between them, that. */
    private static long untilCountedNanos(long remaining, long resetAfterNanos, long windowNanos, long cost) {
        if (remaining >= cost) {
            return 0;
        }
        return cost == 1 ? windowNanos : resetAfterNanos;
    }

    private static long multiplyDivide(long a, long b, long divisor) {
        return BigInteger.valueOf(a)
                .multiply(BigInteger.valueOf(b))
                .divide(BigInteger.valueOf(divisor))
                .longValueExact();
    }

    private static BigInteger ceil(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
    }

    private static long clamp(BigInteger value) {
        return value.min(BigInteger.valueOf(MAX_INTEGER)).longValueExact();
    }
}
