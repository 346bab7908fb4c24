package dev.weir.core;

import java.time.Duration;
import java.time.Instant;

/**
 * A queue of {@link LeakyBucketQueues} at one moment. The counters run from {@code configure} to {@code delete};
 * {@code total == allowed + rejected}, and {@code allowed == processed + cancelled + size}.
 *
 * @param bucket its name
 * @param size places taken
 * @param capacity places there are; below {@code size} for a while if it was lowered
 * @param permits requests that come out per {@code period}
 * @param period what {@code permits} refers to
 * @param lastLeak when the latest of {@code processed} left; until there is one, when the bucket was configured
 * @param total requests submitted
 * @param allowed requests that were given a place
 * @param rejected requests that were not
 * @param processed requests that have had their turn and the time until the next
 * @param cancelled requests that have left without that
 */
public record QueueStatus(
        String bucket,
        int size,
        int capacity,
        long permits,
        Duration period,
        Instant lastLeak,
        long total,
        long allowed,
        long rejected,
        long processed,
        long cancelled) {

    /** The leak rate for display: requests that come out per second. */
    public double perSecond() {
        return permits / (period.getSeconds() + period.getNano() / 1e9);
    }
}
