package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * One limit of an endpoint, but for its figures, which the {@link dev.weir.core.PolicySet} in force has.
 *
 * @param order its place among all limits of the endpoint, as declared
 * @param policy the name of the policy
 * @param bundle the name of the bundle that it is kept in
 * @param key whose budget it is
 * @param cost permits that a request takes, where no resolver says
 * @param costBy says the cost of each request, or null
 * @param tier the clients that it is for, or an empty text
 */
record LimitSpec(
        int order,
        String policy,
        String bundle,
        KeySource key,
        long cost,
        @Nullable CostResolver costBy,
        String tier) {}
