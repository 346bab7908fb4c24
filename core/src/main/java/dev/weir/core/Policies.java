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
            throw new IllegalArgumentException(
                    "The name \"" + policy.name() + "\" is used for " + describe(policy.limit())
                            + " and for " + describe(known.limit())
                            + ". Use one name for one set of figures: change one of the names, or the figures");
        }
    }

    /** Puts what {@code change} makes of the set in force in its place, and returns it. */
    public synchronized PolicySet replace(UnaryOperator<PolicySet> change) {
        current = change.apply(current);
        return current;
    }

    private static String describe(Limit limit) {
        return limit.permits() + " " + limit.unit() + " per " + limit.period() + " burst " + limit.burst();
    }
}
