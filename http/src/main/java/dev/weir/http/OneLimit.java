package dev.weir.http;

import dev.weir.core.Algorithm;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Policy;
import dev.weir.core.PolicySet;
import org.jspecify.annotations.Nullable;

/**
 * The only limit of an endpoint at one point, prepared: what most requests need, and no more. Nothing waits under it, no resolver has a
 * say, no tier. Immutable.
 *
 * @param plan what an {@link Exchange} would ask by
 */
record OneLimit(
        Weir weir,
        Endpoint endpoint,
        Point point,
        PolicySet set,
        Plan plan,
        Bundle bundle,
        Policy policy,
        KeySource.BuiltIn key,
        long cost,
        String burst,
        String stateStart) {

    /** The limit that {@code plan} asks of, or null if there are others or it asks for more than a yes or no. */
    static @Nullable OneLimit of(Weir weir, Endpoint endpoint, Point point, PolicySet set, Plan plan) {
        if (plan.slots().size() != 1) {
            return null;
        }
        Plan.Slot slot = plan.slots().get(0);
        LimitSpec spec = slot.spec();
        Policy policy = plan.bundle().policies().get(slot.index());
        boolean plain = plan.bundle().size() == 1
                && spec.costBy() == null
                && spec.maxWaitNanos() == 0
                && policy.limit().algorithm() != Algorithm.LEAKY_BUCKET_QUEUE;
        return plain && spec.key() instanceof KeySource.BuiltIn key
                ? new OneLimit(
                        weir,
                        endpoint,
                        point,
                        set,
                        plan,
                        plan.bundle(),
                        policy,
                        key,
                        spec.cost(),
                        Long.toString(policy.limit().burst()),
                        DraftFields.stateStart(policy))
                : null;
    }

    /** Whose budget it is for {@code request}, or null if that takes an {@link Identity} to find out. */
    @Nullable
    ClientKey client(RequestView request) {
        ClientRules rules = weir.clientRules();
        if (key == KeySource.BuiltIn.GLOBAL) {
            return ClientKey.GLOBAL;
        }
        if (key != KeySource.BuiltIn.IP) {
            boolean mayBringApiKey = key.readsApiKey() && request.header(rules.apiKeyHeader()) != null;
            if (mayBringApiKey || (key != KeySource.BuiltIn.API_KEY && request.user() != null)) {
                return null;
            }
        }
        return rules.address(request);
    }
}
