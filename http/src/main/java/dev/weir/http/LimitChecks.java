package dev.weir.http;

import dev.weir.core.Algorithm;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.math.BigInteger;
import java.util.List;

/** Looks at the limits of an endpoint for what can hardly be meant. Used while an application starts. */
final class LimitChecks {

    private final CheckLog log;
    private final Policies policies;
    private final boolean verifiesApiKeys;

    LimitChecks(CheckLog log, Policies policies, boolean verifiesApiKeys) {
        this.log = log;
        this.policies = policies;
        this.verifiesApiKeys = verifiesApiKeys;
    }

    /** Looks at {@code specs}, all of one endpoint, whose policies have been declared. */
    void look(List<LimitSpec> specs, String place) {
        for (LimitSpec spec : specs) {
            Limit limit = limit(spec);
            if (spec.key() == KeySource.BuiltIn.API_KEY && !verifiesApiKeys) {
                log.once(
                        Check.UNVERIFIED_API_KEYS,
                        "The limit \"" + spec.policy() + "\" on " + place
                                + " is by api-key, and nobody verifies API keys:" + " anybody can make them up. Set "
                                + Setting.API_KEY_VERIFIER.key());
            }
            if (limit.isClosed()) {
                log.each(
                        Check.CLOSED,
                        "The limit \"" + spec.policy() + "\" on " + place + " has 0 permits, so it admits nothing");
            } else if (spec.costBy() == null && spec.cost() > limit.burst()) {
                log.each(
                        Check.NEVER_PASSED,
                        "The limit \"" + spec.policy() + "\" on " + place + " has a burst of " + limit.burst()
                                + ", and a request costs " + spec.cost() + ", so none ever passes. Raise the burst");
            }
            specs.stream()
                    .filter(other -> hides(other, spec))
                    .findFirst()
                    .ifPresent(other -> log.each(
                            Check.NEVER_REACHED,
                            "The limit \"" + spec.policy() + "\" (" + figures(limit) + ") on " + place
                                    + " is never reached, since \"" + other.policy() + "\" (" + figures(limit(other))
                                    + ") is stricter in every window. Lower its permits, or leave it out"));
        }
    }

    /* Both are charged for a request or neither is, so what passes the one is all that the other ever counts. Unless that one has a
     * name, by which requests elsewhere may use it up. */
    private boolean hides(LimitSpec one, LimitSpec other) {
        // What is by address alone may be judged before the rest, and is charged then whatever the rest says.
        boolean sameBudget = one.key().equals(other.key())
                || (one.key() == KeySource.BuiltIn.GLOBAL && !other.key().isAddressOnly());
        boolean own = other.bundle().equals(one.bundle()) || !other.bundle().startsWith("name ");
        boolean plain =
                one.costBy() == null && other.costBy() == null && one.maxWaitNanos() == 0 && other.maxWaitNanos() == 0;
        boolean alike = one.tier().equals(other.tier()) && one.cost() == other.cost() && one.cost() > 0;
        return one.order() != other.order()
                && sameBudget
                && own
                && plain
                && alike
                && hides(limit(one), limit(other))
                && (one.order() < other.order() || !hides(limit(other), limit(one)));
    }

    /** Whether whoever stays within {@code one} always stays within {@code other}. */
    static boolean hides(Limit one, Limit other) {
        if (!isKnown(one) || !isKnown(other)) {
            return false;
        }
        BigInteger most = atOnce(one);
        BigInteger inPeriod = product(one.permits(), other.period().toNanos());
        BigInteger allowed = product(other.permits(), one.period().toNanos());
        if (other.algorithm().isBucket()) {
            return most.compareTo(BigInteger.valueOf(other.burst())) <= 0 && inPeriod.compareTo(allowed) <= 0;
        }
        // In any of its windows: the burst, and what refills meanwhile.
        BigInteger period = BigInteger.valueOf(one.period().toNanos());
        return most.multiply(period).add(inPeriod).compareTo(allowed) <= 0;
    }

    /* An upper bound of what is admitted in a short time, to which permits / period comes for the rest: around the edge of two fixed
     * windows twice the permits. */
    private static BigInteger atOnce(Limit limit) {
        return product(limit.burst(), limit.algorithm() == Algorithm.FIXED_WINDOW ? 2 : 1);
    }

    private static boolean isKnown(Limit limit) {
        return !limit.isClosed()
                && limit.algorithm() != Algorithm.SLIDING_WINDOW_COUNTER
                && limit.algorithm() != Algorithm.LEAKY_BUCKET_QUEUE;
    }

    private static BigInteger product(long a, long b) {
        return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
    }

    private Limit limit(LimitSpec spec) {
        Policy policy = policies.current().policy(spec.policy());
        if (policy == null) {
            throw new IllegalStateException(spec.policy() + " has not been declared");
        }
        return policy.limit();
    }

    private static String figures(Limit limit) {
        String figures = limit.permits() + "/" + DurationText.format(limit.period());
        return limit.burst() == limit.permits() ? figures : figures + " burst " + limit.burst();
    }
}
