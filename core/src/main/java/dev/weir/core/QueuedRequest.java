package dev.weir.core;

import java.time.Instant;

/**
 * A request that has a place in a queue of {@link LeakyBucketQueues}.
 *
 * @param requestId the caller's, or the one that was made for it
 * @param enteredAt when it was submitted
 * @param turnAt when its turn is; it leaves the queue when the next turn could be
 * @param cancelled whether it was given up: it will not run, and only its time is still taken
 */
public record QueuedRequest(String requestId, Instant enteredAt, Instant turnAt, boolean cancelled) {}
