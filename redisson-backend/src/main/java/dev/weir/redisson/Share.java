package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits of which a process may use its share: as many nodes as there are shares admit together what the limit allows, but for limits
 * of fewer permits than nodes, of which each may use one.
 */
final class Share {

    private static final Duration LONGEST = Duration.ofNanos(1L << 60);

    private final int nodes;
    private final Cache<Bundle, Bundle> shares =
            Caffeine.newBuilder().weakKeys().build();

    /**
     * Shares of one in so many.
     *
     * @param nodes how many there are, 1 or more: for limits whose policies do not say which share
     */
    Share(int nodes) {
        this.nodes = nodes;
    }

    int nodes() {
        return nodes;
    }

    /** The share of {@code bundle}, under its name. */
    Bundle of(Bundle bundle) {
        return shares.get(bundle, this::made);
    }

    private Bundle made(Bundle bundle) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Policy policy : bundle.policies()) {
            double share = policy.fallback().share();
            Limit part = of(policy.limit(), share == 0 ? 1.0 / nodes : share);
            policies.declare(new Policy(policy.name(), part, policy.fact()));
            names.add(policy.name());
        }
        return policies.current().bundle(bundle.name(), names);
    }

    /* A bucket fills as much more slowly: so its rate is exact, whatever the share. */
    private static Limit of(Limit limit, double part) {
        if (limit.isClosed() || part == 1) {
            return limit;
        }
        long permits = atLeastOne(limit.permits() * part);
        if (!limit.algorithm().isBucket()) {
            return new Limit(permits, limit.period(), permits, limit.algorithm(), limit.unit(), limit.aligned());
        }
        Duration period = Duration.ofNanos((long) Math.ceil(limit.period().toNanos() / part));
        return new Limit(
                limit.permits(),
                period.compareTo(LONGEST) < 0 ? period : LONGEST,
                atLeastOne(limit.burst() * part),
                limit.algorithm(),
                limit.unit(),
                limit.aligned());
    }

    private static long atLeastOne(double permits) {
        return Math.max(1, (long) permits);
    }
}
