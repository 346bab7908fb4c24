package dev.weir.benchmark.redis;

import dev.weir.benchmark.peer.Peers;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.redisson.Bucket4jRedisson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;

/** The peers' limiters over a client, for many keys: as their documentation has them used, with a limit that refuses nobody. */
final class RedisPeers {

    private static final Duration SECOND = Duration.ofSeconds(1);
    /** For so long a bucket stays that is as good as new. */
    private static final Duration KEPT = Duration.ofSeconds(10);

    private static final int AT_ONCE = 500;

    private final RedissonClient client;
    private final ProxyManager<String> buckets;

    RedisPeers(RedissonClient client) {
        this.client = client;
        this.buckets = Bucket4jRedisson.casBasedBuilder(((Redisson) client).getCommandExecutor())
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT))
                .build();
    }

    /** Redisson's own limiter, one for each client; it remembers each permit for a second. Their rates are set before anything is measured. */
    Load rRateLimiter(int threads, Traffic traffic) {
        List<RRateLimiter> limiters = rRateLimiters(traffic, Peers.PLENTY, SECOND);
        return new BlockingLoad(threads, () -> {
            Traffic.Stream clients = traffic.stream();
            return () -> limiters.get(clients.nextIndex()).tryAcquire(1);
        });
    }

    /** Limiters of all clients, each with its rate. */
    List<RRateLimiter> rRateLimiters(Traffic traffic, long permits, Duration period) {
        List<RRateLimiter> limiters = new ArrayList<>();
        List<CompletableFuture<?>> set = new ArrayList<>();
        for (int i = 0; i < traffic.clients(); i++) {
            RRateLimiter limiter = client.getRateLimiter(traffic.name("rate", i));
            limiters.add(limiter);
            set.add(limiter.trySetRateAsync(RateType.OVERALL, permits, period).toCompletableFuture());
            if (set.size() == AT_ONCE || i == traffic.clients() - 1) {
                CompletableFuture.allOf(set.toArray(new CompletableFuture<?>[0]))
                        .join();
                set.clear();
            }
        }
        return limiters;
    }

    /** Bucket4j's proxy of a bucket in Redis, which it compares and swaps. */
    Load bucket4j(int threads, Traffic traffic) {
        BucketConfiguration configuration = Peers.configuration(true);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < traffic.clients(); i++) {
            names.add(traffic.name("buck", i));
        }
        return new BlockingLoad(threads, () -> {
            Traffic.Stream clients = traffic.stream();
            return () -> tryConsume(names.get(clients.nextIndex()), configuration);
        });
    }

    /** Takes one permit of a bucket, which is so configured if there is none. */
    boolean tryConsume(String name, BucketConfiguration configuration) {
        return buckets.getProxy(name, () -> configuration).tryConsume(1);
    }
}
