package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Limit;
import dev.weir.core.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Writes header fields in the configured styles. Immutable. */
final class Fields {

    /** The most by which a wait may be lengthened. */
    static final int MAX_JITTER_PERCENT = 10;

    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long MAX_RETRY_AFTER_SECONDS = Integer.MAX_VALUE;

    private final boolean draft;
    private final boolean xEpoch;
    private final boolean xDelta;
    private final Clock clock;
    private final int jitterPercent;
    private final Texts texts = new Texts();

    Fields(Set<HeaderStyle> styles, Clock clock, int jitterPercent) {
        this.draft = styles.contains(HeaderStyle.DRAFT);
        this.xEpoch = styles.contains(HeaderStyle.X_EPOCH);
        this.xDelta = styles.contains(HeaderStyle.X_DELTA);
        this.clock = clock;
        this.jitterPercent = jitterPercent;
    }

    /**
     * Writes what clients are told.
     *
     * @param replace whether what stands in the draft's fields is ours; if not, it is somebody else's and stays
     * @param policyLine all policies that apply
     * @param outcomes what to tell: all, or those that stood in the way; at least one
     */
    void write(ResponseView response, boolean replace, String policyLine, List<Outcome> outcomes) {
        if (draft) {
            StringBuilder line = new StringBuilder(32 * outcomes.size());
            for (Outcome outcome : outcomes) {
                DraftFields.appendState(line, outcome);
            }
            if (replace) {
                response.set(DraftFields.POLICY, policyLine);
                response.set(DraftFields.STATE, line.toString());
            } else {
                response.add(DraftFields.POLICY, policyLine);
                response.add(DraftFields.STATE, line.toString());
            }
        }
        if (xEpoch || xDelta) {
            XRateLimitFields.write(response, tightest(outcomes), xEpoch ? clock.instant() : Instant.EPOCH);
        }
    }

    /** The same for who was judged by one limit, and has written nothing yet. */
    void write(
            ResponseView response,
            OneLimit judged,
            long remaining,
            long retryAfterNanos,
            long resetAfterNanos,
            long windowNanos) {
        Limit limit = judged.policy().limit();
        if (xEpoch || xDelta) { // first, since it is set: the container looks for lines to replace
            response.set(XRateLimitFields.LIMIT, judged.burst());
            response.set(XRateLimitFields.REMAINING, texts.number(remaining));
            if (retryAfterNanos != Ask.NEVER && !limit.isClosed()) {
                long nanos = XRateLimitFields.untilResetNanos(
                        limit, remaining, retryAfterNanos, resetAfterNanos, windowNanos);
                response.set(XRateLimitFields.RESET, texts.second(xEpoch ? epochSecondIn(nanos) : Seconds.up(nanos)));
            }
        }
        if (draft) {
            long seconds = DraftFields.windowSeconds(limit, remaining, retryAfterNanos, resetAfterNanos, windowNanos);
            response.add(DraftFields.POLICY, judged.plan().policyLine());
            response.add(DraftFields.STATE, texts.state(judged, remaining, seconds));
        }
    }

    /* Never rounded down. Milliseconds are read for less than what is finer, which hardly ever makes a difference. */
    private long epochSecondIn(long nanos) {
        long millis = clock.millis();
        long second = Math.floorDiv(millis, 1_000L);
        long within = Math.floorMod(millis, 1_000L) * NANOS_PER_MILLI + nanos;
        long soonest = second + Seconds.up(within);
        if (soonest == second + Seconds.up(within + NANOS_PER_MILLI - 1)) {
            return soonest;
        }
        Instant exactly = clock.instant().plusNanos(nanos);
        return exactly.getEpochSecond() + (exactly.getNano() == 0 ? 0 : 1);
    }

    /** Removes all that {@link #write} writes. */
    void withdraw(ResponseView response) {
        HeaderFields.LISTS.forEach(response::remove);
        XRateLimitFields.ALL.forEach(response::remove);
    }

    /**
     * The value of {@code Retry-After}: the longest wait in whole seconds rounded up, from 1 on; null if no wait helps. With
     * jitter, up to that share of it longer, so that clients who were refused together do not come back together.
     *
     * @param violated the limits that stood in the way
     * @param atLeastNanos how long the wait is for another reason
     */
    @Nullable
    String retryAfter(List<Outcome> violated, long atLeastNanos) {
        long longest = Math.max(1, Seconds.up(atLeastNanos));
        for (Outcome outcome : violated) {
            if (outcome.retryAfterNanos() == Ask.NEVER) {
                return null;
            }
            longest = Math.max(longest, Seconds.up(outcome.retryAfterNanos()));
        }
        return retryAfterSeconds(longest);
    }

    /** The same of the only limit, which stood in the way. */
    @Nullable
    String retryAfter(long nanos) {
        return nanos == Ask.NEVER ? null : retryAfterSeconds(Math.max(1, Seconds.up(nanos)));
    }

    private String retryAfterSeconds(long seconds) {
        long longest = seconds;
        if (jitterPercent > 0) {
            longest += ThreadLocalRandom.current().nextLong(longest * jitterPercent / 100 + 1);
        }
        return texts.second(Math.min(longest, MAX_RETRY_AFTER_SECONDS));
    }

    private static Outcome tightest(List<Outcome> outcomes) {
        Outcome tightest = outcomes.get(0);
        for (Outcome outcome : outcomes) {
            if (outcome.isTighterThan(tightest)) {
                tightest = outcome;
            }
        }
        return tightest;
    }
}
