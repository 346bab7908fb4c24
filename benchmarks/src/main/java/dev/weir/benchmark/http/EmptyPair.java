package dev.weir.benchmark.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;

/** What any pair of filters costs. */
final class EmptyPair implements ContainerRequestFilter, ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        // Nothing.
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        // Nothing.
    }
}
