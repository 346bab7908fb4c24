package dev.weir.http;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CostResolver} whose cost is an estimate: what the request takes at first is settled by what its answer says. Less than the
 * estimate gives the difference back, more is owed, up to as much as the burst on top of the estimate.
 * An estimate of 0 is taken for 1, or it would pass whatever is owed.
 *
 * <p>The JAX-RS feature settles by the entity that the resource method returns, before the fields are written. Where nobody settles,
 * as in the servlet filter, the estimate stands.
 */
public interface SettlingCostResolver extends CostResolver {

    /**
     * What the request has really cost, 0 or more; empty if that is not known: then the estimate stands.
     *
     * @param answer what the resource method has returned, or null for nothing
     */
    OptionalLong actual(@Nullable Object answer);
}
