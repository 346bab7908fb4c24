package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * Says whose budget a request draws on, for limits whose {@code key} is the name under which this is registered. Must come
 * from what the client cannot choose freely, or it buys a new budget with each value. Safe for use by many threads.
 */
@FunctionalInterface
public interface KeyResolver {

    /**
     * The key, which is namespaced by the resolver's name and hashed before it is kept; null or blank for none, which
     * counts by address. An exception refuses the request with 503.
     */
    @Nullable
    String resolve(RequestView request);
}
