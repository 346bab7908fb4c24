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
 * @param maxWaitNanos how long a request that this limit holds up may wait for its turn, in nanoseconds: 0 refuses at once,
 *     {@link Long#MAX_VALUE} waits as long as a queue makes it. Of the endpoint and not of the policy, so two limits of one
 *     name may differ in it
 */
record LimitSpec(
        int order,
        String policy,
        String bundle,
        KeySource key,
        long cost,
        @Nullable CostResolver costBy,
        String tier,
        long maxWaitNanos) {}
