package dev.weir.benchmark.http;

import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Limits by address with Bucket4j, written by hand: the answer is kept with the request, and told when the response goes out. */
final class Bucket4jPair implements ContainerRequestFilter, ContainerResponseFilter {

    private static final String PROBE = "probe";

    private final Bucket4j limiter;

    @Context
    private @Nullable HttpServletRequest servletRequest;

    Bucket4jPair(Bucket4j limiter) {
        this.limiter = limiter;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (servletRequest == null) {
            throw new IllegalStateException("Not in a servlet container");
        }
        ConsumptionProbe probe = limiter.ask(servletRequest.getRemoteAddr());
        request.setProperty(PROBE, probe);
        if (!probe.isConsumed()) {
            request.abortWith(Response.status(429)
                    .type("application/problem+json")
                    .header("Retry-After", Bucket4j.retryAfter(probe))
                    .header("Cache-Control", "no-store")
                    .entity(limiter.refusal)
                    .build());
        }
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(PROBE) instanceof ConsumptionProbe probe) {
            MultivaluedMap<String, Object> headers = response.getHeaders();
            headers.putSingle("RateLimit-Policy", limiter.policy());
            headers.putSingle("RateLimit", limiter.state(probe));
            headers.putSingle("X-RateLimit-Limit", limiter.limit());
            headers.putSingle("X-RateLimit-Remaining", Bucket4j.remaining(probe));
            headers.putSingle("X-RateLimit-Reset", limiter.reset(probe));
        }
    }
}
