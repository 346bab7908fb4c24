package dev.weir.redisson;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Asks queue.lua, and sees to it that no thread of Redisson's gets into the caller's hands. */
final class QueueStore {

    private static final long NOT_OURS = 2;

    /** Runs queue.lua at a key. */
    @FunctionalInterface
    interface Redis {
        CompletionStage<List<Object>> run(String key, List<Object> args);
    }

    private final RedisKeys keys;
    private final Redis redis;
    private final Executor executor;

    QueueStore(RedisKeys keys, Redis redis, Executor executor) {
        this.keys = keys;
        this.redis = redis;
        this.executor = executor;
    }

    /** What {@code answer} makes of the reply, in the executor. Fails if there is none, or if the key is somebody else's. */
    <T> CompletionStage<T> ask(String bucket, Function<List<Object>, T> answer, String what, byte[]... more) {
        String key = keys.queue(bucket);
        List<Object> args = new ArrayList<>();
        args.add(what.getBytes(StandardCharsets.US_ASCII));
        args.addAll(List.of(more));
        return run(key, args)
                .handleAsync(
                        (reply, failure) -> {
                            if (failure != null) {
                                throw new IllegalStateException(
                                        "Redis has not answered for the queue \"" + bucket + "\"", failure);
                            }
                            if ((Long) reply.get(0) == NOT_OURS) {
                                throw new IllegalStateException(notOurs(bucket, key, reply));
                            }
                            return answer.apply(reply);
                        },
                        executor);
    }

    /* A client that has been shut down throws at once. */
    private CompletionStage<List<Object>> run(String key, List<Object> args) {
        try {
            return redis.run(key, args);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String notOurs(String bucket, String key, List<Object> reply) {
        String type = new String((byte[]) reply.get(1), StandardCharsets.US_ASCII);
        return "The queue \"" + bucket + "\" cannot be kept in Redis: at its key " + key + " stands a " + type
                + " of somebody else's. Delete that, or choose another prefix";
    }
}
