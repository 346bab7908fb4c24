package dev.weir.jaxrs;

import dev.weir.http.Refusal;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;

/** Answers 503 in place of a method whose limits are malformed: it is neither served unlimited nor resolved again. */
final class UnavailableFilter implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        request.abortWith(LimitFilter.response(Refusal.unavailable()));
    }
}
