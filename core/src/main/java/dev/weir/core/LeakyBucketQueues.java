package dev.weir.core;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Leaky buckets as queues: whoever is admitted gets a turn of his own, one every {@code period / permits}, so that what comes
 * out is smooth whatever comes in.
 *
 * <pre>{@code
 * LeakyBucketQueues queues = LeakyBucketQueues.of();
 * queues.configure("mails", 100, 10, Duration.ofSeconds(1)); // 100 places, 10 come out per second
 *
 * QueuedTask<Receipt> mail = queues.submit("mails", () -> send(letter)); // runs at its turn
 * if (!mail.place().allowed()) {
 *     log("come back in " + mail.place().retryAfter());
 * }
 * }</pre>
 *
 * <p>Who has threads of his own submits without a task, and waits for {@link QueuePlace#waiting}. An idle queue's first turn
 * is now. A request counts as processed, and its place is free, when the next turn could be: {@code period / permits}
 * after its own.
 *
 * <p>An unknown bucket is answered, not thrown at: no place, no status, nobody queued, nothing to delete. Names of buckets and
 * ids of requests have 1 to 256 characters, or an {@link IllegalArgumentException} says so. Two requests with one id are two.
 *
 * <p><b>Tasks</b> are handed to the executor at their turns, in order, by one timer for all queues. One that is slow, or throws,
 * is nobody else's concern: turns go by the clock, not by who has finished. The executor must neither run tasks in the thread
 * that hands them over, nor block it, nor drop tasks without throwing.
 *
 * <p><b>Giving up.</b> A task whose {@link QueuedTask#outcome} is cancelled before its turn does not run, and does not count
 * as processed. At the end of its queue its place is free at once; elsewhere it is kept until its time has passed, because
 * those behind it have been promised theirs.
 *
 * <p><b>Memory.</b> So many buckets, so many places in all of them together, and so many tasks that wait or run, as the
 * {@link LeakyBucketQueuesBuilder} says. Of the tasks no queue gets more than it leaves to the others, so one that is stuck
 * does not stop them.
 *
 * <p>Safe for use by many threads. Two buckets share no lock, unless both run tasks.
 */
public final class LeakyBucketQueues implements AutoCloseable {

    /** What to do with the tasks that wait when the queues are stopped. */
    public enum Stop {
        /** Each runs at its turn. */
        DRAIN,
        /** None runs any more. */
        CANCEL
    }

    private static final int MAX_NAME = 256;

    private final Ticker ticker;
    private final WindowAnchor anchor;
    private final Agenda agenda;
    private final int maxBuckets;
    private final int maxPlaces;

    private final ConcurrentMap<String, LeakyBucket> buckets = new ConcurrentHashMap<>();
    /* By the object's lock, which is for configuring and deleting: the sum of what the buckets have reserved. */
    private int reserved;

    LeakyBucketQueues(LeakyBucketQueuesBuilder builder) {
        ticker = builder.ticker;
        anchor = WindowAnchor.of(builder.ticker, builder.clock);
        agenda = new Agenda(builder.ticker, builder.sleeper, builder.executor(), builder.maxTasks);
        maxBuckets = builder.maxBuckets;
        maxPlaces = builder.maxPlaces;
    }

    /** Queues on the system's clock, with the bounds that {@link LeakyBucketQueuesBuilder} names. */
    public static LeakyBucketQueues of() {
        return builder().build();
    }

    /** To set what {@link #of} leaves at its defaults. */
    public static LeakyBucketQueuesBuilder builder() {
        return new LeakyBucketQueuesBuilder();
    }

    /**
     * Creates a bucket, or gives it other figures. Turns that have been promised stay; the new figures hold for later
     * requests. Counters go on. A capacity below what is queued refuses until enough have left.
     *
     * @param bucket its name
     * @param capacity how many places it has, 0 (everybody is refused) to what is left of the places of all buckets together
     * @param permits how many come out per {@code period}, 1 to 10^15
     * @param period from 1 microsecond to 2^60 ns (36 years)
     * @throws IllegalArgumentException if a figure is out of its range, if the full queue would take longer than 2^60 ns, or
     *     if the rate cannot be kept within one part in a million
     * @throws IllegalStateException if there are as many buckets as may be, or if the queues have been stopped
     */
    public synchronized QueueStatus configure(String bucket, int capacity, long permits, Duration period) {
        LeakyBucket known = find(bucket);
        int ofOthers = reserved - (known == null ? 0 : known.reserved);
        if (capacity < 0 || capacity > maxPlaces - ofOthers) {
            throw new IllegalArgumentException("capacity is " + capacity + ", must be from 0 to "
                    + (maxPlaces - ofOthers) + ": all buckets together may have " + maxPlaces
                    + " places, of which others have " + ofOthers);
        }
        Limit limit = limit(capacity, permits, period);
        if (agenda.isStopped()) {
            throw new IllegalStateException("The queues have been stopped");
        }
        if (known == null) {
            if (buckets.size() >= maxBuckets) {
                throw new IllegalStateException(
                        "There are " + maxBuckets + " buckets, and may be no more. Delete one, or raise maxBuckets");
            }
            known = new LeakyBucket(bucket, anchor, limit, ticker.read());
        }
        QueueStatus status = known.configure(limit, ticker.read());
        known.reserved = Math.max(capacity, status.size());
        reserved = ofOthers + known.reserved;
        buckets.put(bucket, known);
        return status;
    }

    /** Queues a request under an id that is made for it. */
    public QueuePlace submit(String bucket) {
        return place(bucket, null);
    }

    /** Queues a request, or says why not. Never waits; who is admitted has to wait for {@link QueuePlace#waiting}. */
    public QueuePlace submit(String bucket, String requestId) {
        checkName("requestId", requestId);
        return place(bucket, requestId);
    }

    /** Queues a request under an id that is made for it, and runs {@code task} at its turn. */
    public <T extends @Nullable Object> QueuedTask<T> submit(String bucket, Callable<T> task) {
        return run(bucket, null, task);
    }

    /** Queues a request, and runs {@code task} at its turn. Never waits; if there is no place, the outcome says so. */
    public <T extends @Nullable Object> QueuedTask<T> submit(String bucket, String requestId, Callable<T> task) {
        checkName("requestId", requestId);
        return run(bucket, requestId, task);
    }

    /** Queues a request under an id that is made for it, and runs {@code task} at its turn. */
    public QueuedTask<@Nullable Void> submit(String bucket, Runnable task) {
        return run(bucket, null, callable(task));
    }

    /** Queues a request, and runs {@code task} at its turn. */
    public QueuedTask<@Nullable Void> submit(String bucket, String requestId, Runnable task) {
        checkName("requestId", requestId);
        return run(bucket, requestId, callable(task));
    }

    /** The state of a bucket; empty if there is none of that name. */
    public Optional<QueueStatus> status(String bucket) {
        return Optional.ofNullable(find(bucket)).map(known -> known.status(ticker.read()));
    }

    /** The requests in a bucket, in the order of their turns, as they are now; none if there is no bucket of that name. */
    public List<QueuedRequest> queued(String bucket) {
        LeakyBucket known = find(bucket);
        return known == null ? List.of() : known.queued(ticker.read());
    }

    /**
     * Removes a bucket with its counters. Its tasks that have not begun never run, and their outcomes are cancelled.
     *
     * @return whether there was one
     */
    public boolean delete(String bucket) {
        LeakyBucket known;
        synchronized (this) {
            known = find(bucket);
            if (known == null) {
                return false;
            }
            buckets.remove(bucket);
            known.delete();
            reserved -= known.reserved;
        }
        agenda.cancel(known);
        return true;
    }

    /**
     * Refuses further submissions. What has begun is left alone. Asked again, it may still cancel what it was to drain.
     *
     * @return completes when no task waits or runs any more
     */
    public CompletableFuture<@Nullable Void> stop(Stop how) {
        Objects.requireNonNull(how, "how is null");
        agenda.stop();
        if (how == Stop.CANCEL) {
            agenda.cancel(null);
        }
        return agenda.allEnded();
    }

    /** {@link #stop} with {@link Stop#CANCEL}. Waits for nobody. */
    @Override
    public void close() {
        var unused = stop(Stop.CANCEL);
    }

    private QueuePlace place(String bucket, @Nullable String requestId) {
        LeakyBucket known = find(bucket);
        return known == null
                ? unknown(requestId)
                : known.submit(
                        requestId,
                        ticker.read(),
                        turn -> agenda.isStopped() ? QueuePlace.Answer.STOPPED : QueuePlace.Answer.QUEUED);
    }

    private <T extends @Nullable Object> QueuedTask<T> run(
            String bucket, @Nullable String requestId, Callable<T> task) {
        Objects.requireNonNull(task, "task is null");
        LeakyBucket known = find(bucket);
        CompletableFuture<T> outcome = new CompletableFuture<>();
        QueuePlace place = known == null
                ? unknown(requestId)
                : known.submit(
                        requestId, ticker.read(), turn -> new QueueTask<>(known, turn, task, outcome, agenda).book());
        if (!place.allowed()) {
            outcome.completeExceptionally(new RejectedExecutionException("No place in the queue: " + place.answer()));
        }
        return new QueuedTask<>(place, outcome);
    }

    private static Callable<@Nullable Void> callable(Runnable task) {
        Objects.requireNonNull(task, "task is null");
        return Executors.callable(task, null);
    }

    private @Nullable LeakyBucket find(String bucket) {
        checkName("bucket", bucket);
        return buckets.get(bucket);
    }

    private static QueuePlace unknown(@Nullable String requestId) {
        return QueuePlace.refused(QueuePlace.Answer.UNKNOWN_BUCKET, requestId == null ? "" : requestId, Ask.NEVER);
    }

    static Limit limit(int capacity, long permits, Duration period) {
        if (permits < 1 || permits > Limit.MAX_PERMITS) {
            throw new IllegalArgumentException("permits is " + permits + ", must be from 1 to 10^15");
        }
        return new Limit(permits, period, capacity, Algorithm.LEAKY_BUCKET_QUEUE, Limit.REQUESTS, false);
    }

    static void checkName(String parameter, @Nullable String value) {
        if (value == null || value.isEmpty() || value.length() > MAX_NAME) {
            String found = value == null ? "null" : value.isEmpty() ? "empty" : value.length() + " characters long";
            throw new IllegalArgumentException(
                    parameter + " is " + found + ", must have 1 to " + MAX_NAME + " characters");
        }
    }
}
