package dev.weir.benchmark.http;

import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Limits by address with Bucket4j, written by hand. */
final class Bucket4jFilter implements Filter {

    private final Bucket4j limiter;

    Bucket4jFilter(Bucket4j limiter) {
        this.limiter = limiter;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        ConsumptionProbe probe = limiter.ask(request.getRemoteAddr());
        HttpServletResponse answer = (HttpServletResponse) response;
        answer.setHeader("RateLimit-Policy", limiter.policy());
        answer.setHeader("RateLimit", limiter.state(probe));
        answer.setHeader("X-RateLimit-Limit", limiter.limit());
        answer.setHeader("X-RateLimit-Remaining", Bucket4j.remaining(probe));
        answer.setHeader("X-RateLimit-Reset", limiter.reset(probe));
        if (probe.isConsumed()) {
            chain.doFilter(request, response);
            return;
        }
        answer.setHeader("Retry-After", Long.toString(Bucket4j.retryAfter(probe)));
        answer.setHeader("Cache-Control", "no-store");
        answer.setStatus(429);
        answer.setContentType("application/problem+json");
        answer.setContentLength(limiter.refusal.length);
        answer.getOutputStream().write(limiter.refusal);
    }
}
