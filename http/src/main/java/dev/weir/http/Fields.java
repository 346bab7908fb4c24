package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes header fields in the configured styles. Immutable. */
final class Fields {

    private static final long MAX_RETRY_AFTER_SECONDS = Integer.MAX_VALUE;

    private final boolean draft;
    private final boolean xEpoch;
    private final boolean xDelta;
    private final Clock clock;

    Fields(Set<HeaderStyle> styles, Clock clock) {
        this.draft = styles.contains(HeaderStyle.DRAFT);
        this.xEpoch = styles.contains(HeaderStyle.X_EPOCH);
        this.xDelta = styles.contains(HeaderStyle.X_DELTA);
        this.clock = clock;
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

    /** The value of {@code Retry-After}: the longest wait in whole seconds rounded up, from 1 on; null if no wait helps. */
    static @Nullable String retryAfter(List<Outcome> violated) {
        long longest = 1;
        for (Outcome outcome : violated) {
            if (outcome.retryAfterNanos() == Ask.NEVER) {
                return null;
            }
            longest = Math.max(longest, Seconds.up(outcome.retryAfterNanos()));
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
