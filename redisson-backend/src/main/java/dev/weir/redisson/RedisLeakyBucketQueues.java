package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.KeyHasher;
import dev.weir.core.LeakyBucketQueues;
import dev.weir.core.QueuePlace;
import dev.weir.core.QueueStatus;
import dev.weir.core.QueuedRequest;
import dev.weir.core.Replay;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.redisson.api.RedissonClient;

/**
 * The queues of {@link LeakyBucketQueues}, shared by all processes that share one Redis: the same answers and figures, by Redis' own
 * clock, and no two of them get the same turn. Tasks stay where they are: who is admitted waits for {@link QueuePlace#waiting} and
 * then does his work himself.
 *
 * <pre>{@code
 * RedisLeakyBucketQueues queues = RedisLeakyBucketQueues.of(client, "weir", KeyHasher.withSecret(secret));
 * queues.configure("mails", 100, 10, Duration.ofSeconds(1)); // from any process, again from any other
 *
 * queues.submit("mails").thenAccept(place -> {
 *     if (place.allowed()) {
 *         timer.schedule(() -> send(letter), place.waiting().toNanos(), TimeUnit.NANOSECONDS);
 *     }
 * });
 * }</pre>
 *
 * <p><b>Stages.</b> Each call is one call of a script, which runs alone; {@link #queued} one for each thousand requests. What
 * depends on a stage runs in the executor given to {@link #of(RedissonClient, String, KeyHasher, Executor)}, by default that of
 * {@link CompletableFuture}, or in the thread that adds it to a stage already completed; never in a thread of Redisson's. So waiting
 * for a stage, even in what depends on another, keeps no answer from coming. A stage fails with an {@link IllegalStateException}
 * that names the bucket if Redis does not answer, or if something else stands at the bucket's key, which is left alone. A submission
 * without an answer may have its place all the same. Completing or cancelling a stage changes nothing in Redis.
 *
 * <p><b>Life.</b> A bucket lives until {@link #delete}, or until nobody has asked for it by any method for 30 days and its last turn
 * has been over as long. There is no bound on how many there are; each has its own key, and each taken place needs some 30 bytes there
 * and the id. In a cluster each bucket is in one slot.
 *
 * <p><b>Clock.</b> If Redis' clock steps back, by a failover or by hand, the bucket's time stands still until it has caught up, but for
 * a minute at most: after a larger step it goes on from where it was. Promised turns stay in either case, and no two come closer.
 *
 * <p>Names and ids have 1 to 256 characters, or an {@link IllegalArgumentException} is thrown at once, as for figures out of range.
 * Safe for use by many threads.
 */
public final class RedisLeakyBucketQueues {

    private static final String SCRIPT = Script.of("time.lua", "kernel.lua", "queue.lua");
    private static final int MAX_CAPACITY = 1_000_000;
    /** So many turns are read at once: few enough that nobody else waits for it. */
    private static final int PAGE = 1_000;

    private final QueueStore store;
    private final int page;

    RedisLeakyBucketQueues(QueueStore store, int page) {
        this.store = store;
        this.page = page;
    }

    /**
     * Queues in the Redis of {@code client}. All that are to share them need the same prefix and secret.
     *
     * @param client of a single server, of Sentinel or of a cluster; whoever made it closes it. With {@code retryAttempts} above 0
     *     it may submit a request twice whose answer is late
     * @param prefix what the keys begin with: 1 to 32 of the characters A-Z a-z 0-9 . _ -
     * @param hasher under the secret that the fleet shares; names of buckets stand in Redis only as its hashes
     */
    public static RedisLeakyBucketQueues of(RedissonClient client, String prefix, KeyHasher hasher) {
        return of(client, prefix, hasher, new CompletableFuture<>().defaultExecutor());
    }

    /** The same, whose stages complete in {@code executor}, which must neither run them in the thread that hands them over nor drop them. */
    public static RedisLeakyBucketQueues of(RedissonClient client, String prefix, KeyHasher hasher, Executor executor) {
        Objects.requireNonNull(client, "client is null");
        Objects.requireNonNull(executor, "executor is null");
        RedisKeys.checkPrefix("prefix", prefix);
        QueueStore.Redis redis = (key, args) -> Script.run(client, SCRIPT, List.of(key), args);
        return new RedisLeakyBucketQueues(new QueueStore(new RedisKeys(prefix, hasher), redis, executor), PAGE);
    }

    /**
     * Creates a bucket, or gives it other figures. Turns that have been promised stay; the new figures hold for later
     * requests. Counters go on. A capacity below what is queued refuses until enough have left.
     *
     * @param bucket its name
     * @param capacity how many places it has, 0 (everybody is refused) to 1,000,000
     * @param permits how many come out per {@code period}, 1 to 10^15
     * @param period from 1 microsecond to 2^60 ns (36 years)
     * @throws IllegalArgumentException if a figure is out of its range, if the full queue would take longer than 2^60 ns, or
     *     if the rate cannot be kept within one part in a million
     */
    public CompletionStage<QueueStatus> configure(String bucket, int capacity, long permits, Duration period) {
        Replay.checkQueueName("bucket", bucket);
        if (capacity < 0 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity is " + capacity + ", must be from 0 to " + MAX_CAPACITY);
        }
        byte[] figures = QueueWire.figures(Replay.queue(capacity, permits, period));
        return store.ask(bucket, reply -> head(reply).status(bucket), "configure", figures);
    }

    /** Queues a request under an id that is made for it. */
    public CompletionStage<QueuePlace> submit(String bucket) {
        Replay.checkQueueName("bucket", bucket);
        return place(bucket, "");
    }

    /** Queues a request, or says why not. Who is admitted has to wait for {@link QueuePlace#waiting}. */
    public CompletionStage<QueuePlace> submit(String bucket, String requestId) {
        Replay.checkQueueName("requestId", requestId);
        Replay.checkQueueName("bucket", bucket);
        return place(bucket, requestId);
    }

    /** The state of a bucket; empty if there is none of that name. */
    public CompletionStage<Optional<QueueStatus>> status(String bucket) {
        Replay.checkQueueName("bucket", bucket);
        return store.ask(
                bucket,
                reply -> isUnknown(reply)
                        ? Optional.empty()
                        : Optional.of(head(reply).status(bucket)),
                "status");
    }

    /** The requests in a bucket, in the order of their turns, as they are at one moment; none if there is no bucket of that name. */
    public CompletionStage<List<QueuedRequest>> queued(String bucket) {
        Replay.checkQueueName("bucket", bucket);
        return queued(bucket, 0, 0, new ArrayDeque<>());
    }

    /**
     * Removes a bucket with its counters.
     *
     * @return whether there was one
     */
    public CompletionStage<Boolean> delete(String bucket) {
        Replay.checkQueueName("bucket", bucket);
        return store.ask(bucket, reply -> !isUnknown(reply), "delete");
    }

    private CompletionStage<QueuePlace> place(String bucket, String requestId) {
        return store.ask(
                bucket,
                reply -> isUnknown(reply)
                        ? new QueuePlace(
                                QueuePlace.Answer.UNKNOWN_BUCKET,
                                requestId,
                                0,
                                Duration.ZERO,
                                Duration.ofNanos(Ask.NEVER))
                        : QueueWire.place(reply),
                "submit",
                QueueWire.id(requestId));
    }

    /*
     * Reads on from turn number `next`; `turns` are those before it, of the bucket made at `born`. Those that have left meanwhile are
     * dropped, so the list is that of the moment when its last page was read.
     */
    private CompletionStage<List<QueuedRequest>> queued(String bucket, long born, long next, Deque<byte[]> turns) {
        return store.ask(bucket, reply -> reply, "queued", QueueWire.page(next, page))
                .thenCompose(reply -> {
                    if (isUnknown(reply)) {
                        return CompletableFuture.completedFuture(List.of());
                    }
                    QueueWire.Head head = head(reply);
                    if (next > 0 && head.born() != born) {
                        return queued(bucket, head.born(), 0, new ArrayDeque<>());
                    }
                    for (long number = next - turns.size(); number < Math.min(next, head.processed()); number++) {
                        turns.removeFirst();
                    }
                    for (Object turn : reply.subList(2, reply.size())) {
                        turns.addLast((byte[]) turn);
                    }
                    long read = head.processed() + turns.size();
                    if (read < head.allowed()) {
                        return queued(bucket, head.born(), read, turns);
                    }
                    return CompletableFuture.completedFuture(turns.stream()
                            .map(turn -> QueueWire.request(turn, head.offsetMicros()))
                            .toList());
                });
    }

    private static boolean isUnknown(List<Object> reply) {
        return (Long) reply.get(0) == 0;
    }

    private static QueueWire.Head head(List<Object> reply) {
        return QueueWire.Head.of((byte[]) reply.get(1));
    }
}
