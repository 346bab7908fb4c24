package dev.weir.http;

/**
 * Says how many permits a request takes, for limits whose {@code costBy} is the name under which this is registered. Safe
 * for use by many threads.
 */
@FunctionalInterface
public interface CostResolver {

    /**
     * The cost: 0 looks without taking, more than the burst is refused for ever. A negative cost or an exception refuses the
     * request with 503.
     */
    long cost(RequestView request);
}
