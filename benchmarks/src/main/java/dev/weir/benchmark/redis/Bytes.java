package dev.weir.benchmark.redis;

import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.core.Limit;
import io.github.bucket4j.BucketConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.redisson.api.RRateLimiter;

/** What Redis keeps for each client, under one limit of which one permit is taken. */
final class Bytes {

    private static final int THREADS = 16;
    private static final long PERMITS = 10;
    private static final Duration PERIOD = Duration.ofHours(1);

    private final Stage stage;
    private final Options options;
    private final Report report;

    /** Asks once for the client of that number. */
    @FunctionalInterface
    private interface Once {
        boolean decide(int client) throws InterruptedException;
    }

    /** By the whole server, and by the commands that tells what a key takes. */
    private record Taken(double whole, double keys) {}

    Bytes(Stage stage, Options options, Report report) {
        this.stage = stage;
        this.options = options;
        this.report = report;
    }

    void run() throws InterruptedException {
        Traffic traffic =
                Traffic.of("kept", List.of(Limit.of(PERMITS, PERIOD)), 0, Duration.ofSeconds(30), 0, options.kept());
        report.part("What a client takes in Redis");
        report.text(String.format(
                "One permit of %d per hour is taken for each of %,d clients, in an empty Redis. *Whole*: how much more memory the server uses then"
                        + " (`used_memory`), per client. *Keys*: what `MEMORY USAGE` tells of some hundreds of keys, per client. A client's name"
                        + " is as long for the peers as Weir's key, 41 characters. RRateLimiter keeps three keys for each.",
                PERMITS, options.kept()));
        Taken weir = taken(client -> stage.decided(traffic, client).allowed());
        BucketConfiguration configuration = BucketConfiguration.builder()
                .addLimit(limit -> limit.capacity(PERMITS).refillGreedy(PERMITS, PERIOD))
                .build();
        Taken bucket4j = taken(client -> stage.peers.tryConsume(traffic.name("buck", client), configuration));
        stage.redis.flush();
        long before = stage.redis.usedMemory();
        List<RRateLimiter> limiters = stage.peers.rRateLimiters(traffic, PERMITS, PERIOD);
        Taken rRateLimiter = taken(client -> limiters.get(client).tryAcquire(1), before);
        Grid table = new Grid("way", "whole, bytes", "keys, bytes");
        table.row("weir", weir.whole, weir.keys);
        table.row("Bucket4j", bucket4j.whole, bucket4j.keys);
        table.row("RRateLimiter", rRateLimiter.whole, rRateLimiter.keys);
        report.table(table);
        report.goal(Goal.atMost("redis-bytes", weir.whole / bucket4j.whole, 0.75));
        report.goal(Goal.atMost("redis-bytes-keys", weir.keys / bucket4j.keys, 0.75));
    }

    private Taken taken(Once once) throws InterruptedException {
        stage.redis.flush();
        return taken(once, stage.redis.usedMemory());
    }

    private Taken taken(Once once, long before) throws InterruptedException {
        int clients = options.kept();
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Boolean>> all = IntStream.range(0, THREADS)
                    .mapToObj(first -> executor.submit(() -> {
                        boolean allowed = true;
                        for (int client = first; client < clients; client += THREADS) {
                            allowed &= once.decide(client);
                        }
                        return allowed;
                    }))
                    .toList();
            for (Future<Boolean> one : all) {
                if (!one.get()) {
                    throw new IllegalStateException("A client was refused its first permit");
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A client got no decision", e.getCause());
        } finally {
            executor.shutdownNow();
        }
        double whole = (double) (stage.redis.usedMemory() - before) / clients;
        return new Taken(whole, stage.redis.bytesPerClient(clients));
    }
}
