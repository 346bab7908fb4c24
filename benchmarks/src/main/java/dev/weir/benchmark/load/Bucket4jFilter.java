package dev.weir.benchmark.load;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What one would write oneself around Bucket4j: a bucket for each address, and the header fields and refusals that Weir writes. */
final class Bucket4jFilter implements Filter {

    private static final long MAX_CLIENTS = 1_000_000;
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] PROBLEM = """
            {"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Quota Exceeded","status":429,\
            "violated-policies":["load"]}""".getBytes(StandardCharsets.UTF_8);

    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MAX_CLIENTS).build();
    private final Bandwidth bandwidth;
    private final long permits;
    private final long periodSeconds;
    private final String policy;
    private final String limit;

    /** A filter that admits {@code permits} in each period. */
    Bucket4jFilter(long permits, Duration period) {
        this.permits = permits;
        this.periodSeconds = period.toSeconds();
        this.bandwidth = Bandwidth.builder()
                .capacity(permits)
                .refillGreedy(permits, period)
                .build();
        this.policy = "\"load\";q=" + permits + ";w=" + periodSeconds;
        this.limit = Long.toString(permits);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletResponse answer = (HttpServletResponse) response;
        ConsumptionProbe probe =
                buckets.get(request.getRemoteAddr(), this::newBucket).tryConsumeAndReturnRemaining(1);
        long remaining = probe.getRemainingTokens();
        long wait = seconds(probe.getNanosToWaitForRefill());
        long reset = probe.isConsumed() ? seconds(probe.getNanosToWaitForReset()) : wait;
        long lasts = probe.isConsumed() ? Math.max(1, (remaining * periodSeconds + permits - 1) / permits) : wait;
        answer.setHeader("RateLimit-Policy", policy);
        answer.setHeader("RateLimit", "\"load\";r=" + remaining + ";t=" + lasts);
        answer.setHeader("X-RateLimit-Limit", limit);
        answer.setHeader("X-RateLimit-Remaining", Long.toString(remaining));
        answer.setHeader("X-RateLimit-Reset", Long.toString(System.currentTimeMillis() / 1_000 + reset));
        if (probe.isConsumed()) {
            chain.doFilter(request, response);
        } else {
            refuse(answer, wait);
        }
    }

    private static void refuse(HttpServletResponse response, long waitSeconds) throws IOException {
        response.setHeader("Retry-After", Long.toString(waitSeconds));
        response.setHeader("Cache-Control", "no-store");
        response.setStatus(429);
        response.setContentType("application/problem+json");
        response.setContentLength(PROBLEM.length);
        response.getOutputStream().write(PROBLEM);
    }

    private Bucket newBucket(String address) {
        return Bucket.builder().addLimit(bandwidth).build();
    }

    private static long seconds(long nanos) {
        return Math.max(1, (nanos + SECOND - 1) / SECOND);
    }
}
