package dev.weir.http;

import dev.weir.core.Ask;
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

    private static final long MAX_RETRY_AFTER_SECONDS = Integer.MAX_VALUE;

    private final boolean draft;
    private final boolean xEpoch;
    private final boolean xDelta;
    private final Clock clock;
    private final int jitterPercent;

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
        if (jitterPercent > 0) {
            longest += ThreadLocalRandom.current().nextLong(longest * jitterPercent / 100 + 1);
        }
        return Long.toString(Math.min(longest, MAX_RETRY_AFTER_SECONDS));
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
