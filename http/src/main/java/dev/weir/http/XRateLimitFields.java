package dev.weir.http;

import dev.weir.core.Limit;
import dev.weir.core.Outcome;
import java.time.Instant;
import java.util.List;

/**
 * The fields {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}, which no document settles: of several limits
 * the tightest; Reset as seconds since 1970 or from now.
 */
final class XRateLimitFields {

    static final String LIMIT = "X-RateLimit-Limit";
    static final String REMAINING = "X-RateLimit-Remaining";
    static final String RESET = "X-RateLimit-Reset";

    static final List<String> ALL = List.of(LIMIT, REMAINING, RESET);

    private XRateLimitFields() {}

    /** Writes the fields; Reset counts from {@code now}, or from 0 for seconds from now. */
    static void write(ResponseView response, Outcome tightest, Instant now) {
        Limit limit = tightest.policy().limit();
        response.set(LIMIT, Long.toString(limit.burst()));
        response.set(REMAINING, Long.toString(tightest.remaining()));
        if (!tightest.never() && !limit.isClosed()) {
            Instant reset = now.plusNanos(untilResetNanos(
                    limit,
                    tightest.remaining(),
                    tightest.retryAfterNanos(),
                    tightest.resetAfterNanos(),
                    tightest.windowNanos()));
            response.set(RESET, Long.toString(reset.getEpochSecond() + (reset.getNano() == 0 ? 0 : 1)));
        }
    }

    /** Until more can be had, for who has nothing left or was refused; else until all is back. */
    static long untilResetNanos(
            Limit limit, long remaining, long retryAfterNanos, long resetAfterNanos, long windowNanos) {
        if (retryAfterNanos != 0) {
            return retryAfterNanos;
        }
        return remaining == 0
                ? DraftFields.untilNanos(limit, remaining, resetAfterNanos, windowNanos, 1)
                : resetAfterNanos;
    }
}
