package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.KeyHasher;
import dev.weir.core.QueuePlace;
import dev.weir.core.QueueStatus;
import dev.weir.core.QueuedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/** Queues in a real Redis that is told the time, for callers who wait for each answer. */
final class ToldQueues {

    static final byte[] SECRET = "a secret of this test".getBytes(StandardCharsets.UTF_8);
    static final RedisKeys KEYS = new RedisKeys("weir", KeyHasher.withSecret(SECRET));
    /** So few that lists have several pages. */
    static final int PAGE = 4;

    private static final String SCRIPT = Script.of("told-time.lua", "kernel.lua", "queue.lua");

    private final RedisLeakyBucketQueues queues;
    /** What Redis is told, since 1970. */
    long nowMicros;
    /** What happens before each call. */
    Runnable before = () -> {};

    ToldQueues(RedissonClient client, long nowMicros) {
        this.nowMicros = nowMicros;
        Executor executor = new CompletableFuture<>().defaultExecutor();
        queues =
                new RedisLeakyBucketQueues(new QueueStore(KEYS, (key, args) -> run(client, key, args), executor), PAGE);
    }

    private CompletionStage<List<Object>> run(RedissonClient client, String key, List<Object> args) {
        before.run();
        List<Object> told = new ArrayList<>(args);
        told.add(Long.toString(nowMicros).getBytes(StandardCharsets.US_ASCII));
        CompletionStage<List<Object>> reply = client.getScript(ByteArrayCodec.INSTANCE)
                .evalAsync(RScript.Mode.READ_WRITE, SCRIPT, RScript.ReturnType.LIST, List.of(key), told.toArray());
        return reply.thenApply(values -> {
            assertThat(values).hasSizeLessThanOrEqualTo(PAGE + 2);
            return values;
        });
    }

    void advance(Duration step) {
        nowMicros += step.toNanos() / 1_000;
    }

    QueueStatus configure(String bucket, int capacity, long permits, Duration period) {
        return answer(queues.configure(bucket, capacity, permits, period));
    }

    QueuePlace submit(String bucket) {
        return answer(queues.submit(bucket));
    }

    QueuePlace submit(String bucket, String requestId) {
        return answer(queues.submit(bucket, requestId));
    }

    List<QueuePlace> submit(String bucket, int count) {
        List<QueuePlace> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(submit(bucket));
        }
        return places;
    }

    Optional<QueueStatus> status(String bucket) {
        return answer(queues.status(bucket));
    }

    List<QueuedRequest> queued(String bucket) {
        return answer(queues.queued(bucket));
    }

    boolean delete(String bucket) {
        return answer(queues.delete(bucket));
    }

    static <T> T answer(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
