package dev.weir.core;

import java.util.function.UnaryOperator;

/**
 * The policies in force: one reference to an immutable {@link PolicySet}, which is replaced as a whole. Front ends hold
 * handles and read the reference once per request; rules replace it. Safe for use by many threads.
 */
public final class Policies {

    /* Written under the lock, so that no replacement is lost; read without it. */
    private volatile PolicySet current = PolicySet.empty();

    /** No policies yet. */
    public Policies() {}

    /** The set in force now. */
    public PolicySet current() {
        return current;
    }

    /**
     * Adds a policy, unless one of the same name and figures is there already.
     *
     * @throws IllegalArgumentException if the name is taken by other figures
     */
    public synchronized void declare(Policy policy) {
        Policy known = current.policy(policy.name());
        if (known == null) {
            current = current.with(policy);
        } else if (!known.equals(policy)) {
            if (known.limit().equals(policy.limit()) && known.maxError() != policy.maxError()) {
                throw new IllegalArgumentException("The name \"" + policy.name() + "\" is used with maxError "
                        + known.maxError() + " and " + policy.maxError() + ". Say the same in both places");
            } else if (known.limit().equals(policy.limit())) {
                throw new IllegalArgumentException("The name \"" + policy.name() + "\" is used with two fallbacks, "
                        + known.fallback() + " and " + policy.fallback() + ". Say the same in both places");
            }
            throw new IllegalArgumentException(
                    "The name \"" + policy.name() + "\" is used for " + describe(policy.limit(), known.limit())
                            + " and for " + describe(known.limit(), policy.limit())
                            + ". Use one name for one set of figures: change one of the names, or the figures");
        }
    }

    /** Puts what {@code change} makes of the set in force in its place, and returns it. */
    public synchronized PolicySet replace(UnaryOperator<PolicySet> change) {
        current = change.apply(current);
        return current;
    }

    /* The figures, and of the way in which they are counted what another limit does otherwise. */
    private static String describe(Limit limit, Limit other) {
        StringBuilder text = new StringBuilder()
                .append(limit.permits())
                .append(' ')
                .append(limit.unit())
                .append(" per ")
                .append(limit.period());
        if (limit.algorithm().isBucket()) {
            text.append(" burst ").append(limit.burst());
        }
        if (limit.algorithm() != other.algorithm()) {
            text.append(" by ").append(limit.algorithm());
        }
        if (limit.aligned() != other.aligned()) {
            text.append(limit.aligned() ? " aligned" : " not aligned");
        }
        return text.toString();
    }
}
