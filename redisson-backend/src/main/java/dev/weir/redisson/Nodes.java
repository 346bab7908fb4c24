package dev.weir.redisson;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/**
 * How many processes share the limits, as Redis has last told: each says every ten seconds that it is there, and hears how many have
 * said so within half a minute. While Redis is away the last count holds. Safe for use by many threads; only {@link #close} waits.
 */
final class Nodes implements AutoCloseable {

    /** How long between two looks. */
    static final Duration EVERY = Duration.ofSeconds(10);
    /** For how long one is counted that has not been seen again. */
    static final Duration REMEMBERED = Duration.ofSeconds(30);

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");
    private static final String COUNT = Script.of("time.lua", "nodes.lua");
    private static final long LEAVE_MILLIS = 100;
    private static final int UNKNOWN = 0;

    private final String key;
    private final boolean counts;
    private final String id = UUID.randomUUID().toString();
    private final AtomicBoolean said = new AtomicBoolean();
    private volatile int seen = UNKNOWN;
    private volatile @Nullable Throwable trouble;
    /* By the object's lock. */
    private @Nullable RedissonClient client;
    private @Nullable Future<?> looking;
    private CompletableFuture<@Nullable Void> last = CompletableFuture.completedFuture(null);
    private boolean closed;

    /**
     * A count that begins with {@link #countIn}.
     *
     * @param counts whether anything depends on it, so that it is worth a warning if nobody knows
     */
    Nodes(String prefix, boolean counts) {
        this.key = key(prefix);
        this.counts = counts;
    }

    /** Where the processes stand. */
    static String key(String prefix) {
        return prefix + ":nodes";
    }

    /** Has this process counted from now on. */
    synchronized void countIn(RedissonClient found, ScheduledExecutorService scheduler) {
        if (!closed) {
            client = found;
            looking = scheduler.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Says that this process is there, without waiting for the answer; completes when that has been noted. */
    synchronized CompletionStage<@Nullable Void> look() {
        RedissonClient asked = client;
        if (asked == null || !last.isDone()) {
            return last;
        }
        last = asked.getScript(StringCodec.INSTANCE)
                .<List<Object>>evalAsync(
                        RScript.Mode.READ_WRITE,
                        COUNT,
                        RScript.ReturnType.LIST,
                        List.of(key),
                        id,
                        Long.toString(REMEMBERED.toMillis()))
                .toCompletableFuture()
                .handle(this::note);
        return last;
    }

    private @Nullable Void note(@Nullable List<Object> reply, @Nullable Throwable failure) {
        if (reply != null) {
            seen = Integer.parseInt(String.valueOf(reply.get(0)));
        }
        trouble = failure;
        return null;
    }

    /** How many share the limits, 1 or more: by the last answer, or this one alone if there was none yet, which is said once. */
    int seen() {
        int count = seen;
        if (count == UNKNOWN && counts && said.compareAndSet(false, true)) {
            Throwable why = trouble;
            LOGGER.log(
                    Level.WARNING,
                    RedisCheck.NODES_UNKNOWN.line(
                            "How many processes share the limits is not known" + because(why)
                                    + ": until it is, each admits by itself as much as the whole limits allow. Say it with weir.nodes"));
        }
        return Math.max(1, count);
    }

    /** Is no longer counted: at once if Redis answers, or else after half a minute. */
    @Override
    public void close() {
        RedissonClient left;
        CompletableFuture<@Nullable Void> before;
        synchronized (this) {
            closed = true;
            left = client;
            client = null;
            before = last;
            if (looking != null) {
                looking.cancel(false);
            }
        }
        if (left == null || trouble != null) {
            return;
        }
        try {
            before.thenCompose(noted ->
                            left.getScoredSortedSet(key, StringCodec.INSTANCE).removeAsync(id))
                    .get(LEAVE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // it is forgotten by itself
        }
    }

    private static String because(@Nullable Throwable why) {
        Throwable cause = why != null && why.getCause() != null ? why.getCause() : why;
        String words = cause instanceof RedisException e ? ConnectionTrouble.said(e) : null;
        return words == null ? ", since Redis has not been reached yet" : " to Redis, which says: " + words;
    }
}
