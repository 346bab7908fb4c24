package dev.weir.benchmark.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.annotation.RateLimited;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.Servlet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;

/**
 * What somebody who knows the field writes by hand: a bucket for each address in a bounded cache, the fields that Weir writes, and its
 * refusal. What does not depend on the answer is prepared.
 */
final class Bucket4j {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** The body of a refusal. */
    final byte[] refusal;

    private final String state;
    private final String policy;
    private final String limit;
    private final long permits;
    private final long periodNanos;
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(Clients.BOUND).build();
    private final Function<String, Bucket> newBucket;

    /** A limiter with the figures that {@code servlet} is annotated with. */
    static Bucket4j of(Class<? extends Servlet> servlet) {
        RateLimited limit = servlet.getAnnotation(RateLimited.class);
        return new Bucket4j(
                limit.name(), limit.permits(), limit.per().equals("1d") ? Duration.ofDays(1) : Duration.ofHours(1));
    }

    private Bucket4j(String name, long permits, Duration period) {
        this.permits = permits;
        this.periodNanos = period.toNanos();
        this.state = "\"" + name + "\";r=";
        this.policy = "\"" + name + "\";q=" + permits + ";w=" + period.toSeconds();
        this.limit = Long.toString(permits);
        this.refusal = ("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\",\"title\":"
                        + "\"Quota Exceeded\",\"status\":429,\"violated-policies\":[\"" + name + "\"]}")
                .getBytes(StandardCharsets.UTF_8);
        this.newBucket = key -> Bucket.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(permits)
                        .refillGreedy(permits, period)
                        .build())
                .build();
    }

    ConsumptionProbe ask(String address) {
        return buckets.get(address, newBucket).tryConsumeAndReturnRemaining(1);
    }

    /** Whole seconds until a permit is there again, for who was refused. */
    static long retryAfter(ConsumptionProbe probe) {
        return up(probe.getNanosToWaitForRefill());
    }

    /** What {@code RateLimit-Policy} says. */
    String policy() {
        return policy;
    }

    /** What {@code X-RateLimit-Limit} says. */
    String limit() {
        return limit;
    }

    /** What {@code RateLimit} says. */
    String state(ConsumptionProbe probe) {
        long remaining = probe.getRemainingTokens();
        long window = probe.isConsumed() && remaining > 0
                ? ceil(remaining * periodNanos, permits * NANOS_PER_SECOND)
                : up(untilNextNanos(probe));
        return state + remaining + ";t=" + window;
    }

    /** What {@code X-RateLimit-Remaining} says. */
    static String remaining(ConsumptionProbe probe) {
        return Long.toString(probe.getRemainingTokens());
    }

    /** What {@code X-RateLimit-Reset} says. */
    String reset(ConsumptionProbe probe) {
        long nanos = probe.isConsumed() && probe.getRemainingTokens() > 0
                ? probe.getNanosToWaitForReset()
                : untilNextNanos(probe);
        return Long.toString(up(System.currentTimeMillis() * 1_000_000 + nanos));
    }

    private long untilNextNanos(ConsumptionProbe probe) {
        return probe.isConsumed()
                ? probe.getNanosToWaitForReset() - (permits - 1) * (periodNanos / permits)
                : probe.getNanosToWaitForRefill();
    }

    private static long up(long nanos) {
        return ceil(nanos, NANOS_PER_SECOND);
    }

    private static long ceil(long a, long b) {
        return (a + b - 1) / b;
    }
}
