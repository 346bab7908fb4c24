package dev.weir.benchmark.peer;

import com.google.common.util.concurrent.RateLimiter;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.ratelimiter.internal.AtomicRateLimiter;
import java.time.Duration;

/** One limiter of each peer, either of which hardly ever refuses, or one whose permits are gone for an hour. */
public final class Peers {

    /** So many permits that a benchmark does not use them up. */
    public static final long PLENTY = 1_000_000_000;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private Peers() {}

    /** Bucket4j's bucket of one bandwidth. */
    public static Bucket bucket4j(boolean allows) {
        Bucket bucket = Bucket.builder().addLimit(bandwidth(allows)).build();
        if (!allows) {
            bucket.tryConsume(1);
        }
        return bucket;
    }

    /** The same with three bandwidths. */
    public static Bucket bucket4jOfThree() {
        return Bucket.builder()
                .addLimit(bandwidth(PLENTY, SECOND))
                .addLimit(bandwidth(10 * PLENTY, Duration.ofMinutes(1)))
                .addLimit(bandwidth(100 * PLENTY, HOUR))
                .build();
    }

    /** For a proxy manager of Bucket4j. */
    public static BucketConfiguration configuration(boolean allows) {
        return BucketConfiguration.builder().addLimit(bandwidth(allows)).build();
    }

    /** Guava's bursty limiter. */
    public static RateLimiter guava(boolean allows) {
        RateLimiter limiter = RateLimiter.create(allows ? PLENTY : 1.0 / HOUR.toSeconds());
        boolean unused = !allows && limiter.tryAcquire();
        return limiter;
    }

    /** Resilience4j's limiter, told not to wait. */
    public static io.github.resilience4j.ratelimiter.RateLimiter resilience4j(boolean allows) {
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(allows ? Integer.MAX_VALUE : 1)
                .limitRefreshPeriod(allows ? SECOND : HOUR)
                .timeoutDuration(Duration.ZERO)
                .build();
        AtomicRateLimiter limiter = new AtomicRateLimiter("benchmark", config);
        if (!allows) {
            limiter.acquirePermission();
        }
        return limiter;
    }

    private static Bandwidth bandwidth(boolean allows) {
        return allows ? bandwidth(PLENTY, SECOND) : bandwidth(1, HOUR);
    }

    private static Bandwidth bandwidth(long permits, Duration period) {
        return Bandwidth.builder()
                .capacity(permits)
                .refillGreedy(permits, period)
                .build();
    }
}
