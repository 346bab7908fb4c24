package dev.weir.core;

import java.time.Duration;

/**
 * What became of a request that was submitted to a queue of {@link LeakyBucketQueues}.
 *
 * @param answer whether it is in the queue, and if not, why
 * @param requestId the caller's, or the one that was made for it; empty if it was refused and the caller gave none
 * @param position how many places are taken with it, 1 for the first; 0 if it was refused
 * @param waiting how long until its turn; zero if that is now, and if it was refused
 * @param retryAfter zero if it is in the queue, otherwise how long until there is a place if nobody else comes; with
 *     {@link Answer#TOO_MANY_TASKS} the time between two turns, for want of a better guess; 292 years for never
 */
public record QueuePlace(Answer answer, String requestId, int position, Duration waiting, Duration retryAfter) {

    /** What a submission may meet. */
    public enum Answer {
        /** It has a turn. */
        QUEUED,
        /** All places are taken, or the bucket's capacity is 0. */
        FULL,
        /** Nobody has configured such a bucket, or it has been deleted. */
        UNKNOWN_BUCKET,
        /** The queue has a place, but too many of its tasks, or of all tasks, are waiting or running. */
        TOO_MANY_TASKS,
        /** The queues have been stopped. */
        STOPPED
    }

    private static final Duration NEVER = Duration.ofNanos(Ask.NEVER);

    static QueuePlace queued(String requestId, int position, long waitingNanos) {
        return new QueuePlace(Answer.QUEUED, requestId, position, Duration.ofNanos(waitingNanos), Duration.ZERO);
    }

    static QueuePlace refused(Answer answer, String requestId, long retryAfterNanos) {
        return new QueuePlace(answer, requestId, 0, Duration.ZERO, Duration.ofNanos(retryAfterNanos));
    }

    /** Whether it is in the queue. */
    public boolean allowed() {
        return answer == Answer.QUEUED;
    }

    /** Whether no wait helps. */
    public boolean never() {
        return retryAfter.equals(NEVER);
    }
}
