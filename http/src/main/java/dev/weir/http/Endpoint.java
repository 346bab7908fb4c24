package dev.weir.http;

import dev.weir.core.PolicySet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A limited endpoint: the handle that a front end keeps. It holds names, not figures; those are looked up in the policy set
 * that a request is judged by. Safe for use by many threads.
 */
public final class Endpoint {

    static final String DEFAULTS = "default limits";

    private static final String NO_TIER = "";

    private final String name;
    private final List<LimitSpec> limits;
    private final boolean dependsOnTier;
    private final Set<String> tiers = new HashSet<>();
    private final Set<Point> points = EnumSet.noneOf(Point.class);
    private final Set<Point> apiKeyPoints = EnumSet.noneOf(Point.class);
    /* The plans of one policy set, replaced when a request comes with another. Two threads may do so at once; both are right. */
    private volatile @Nullable Plans plans;

    Endpoint(String name, List<LimitSpec> limits) {
        this.name = name;
        this.limits = List.copyOf(limits);
        this.dependsOnTier = limits.stream().anyMatch(limit -> !limit.tier().equals(NO_TIER));
        limits.forEach(limit -> tiers.add(limit.tier()));
        for (Point point : Point.values()) {
            if (limits.stream().anyMatch(limit -> point.judges(limit.key()))) {
                points.add(point);
            }
            if (limits.stream()
                    .anyMatch(limit -> point.judges(limit.key()) && limit.key().readsApiKey())) {
                apiKeyPoints.add(point);
            }
        }
    }

    /** Whether any limit is judged at {@code point}, for any tier. */
    public boolean hasLimitsAt(Point point) {
        return points.contains(point);
    }

    /** Whether it matters who the user is: limits by client or by user, or of a tier. */
    public boolean dependsOnUser() {
        return dependsOnTier
                || limits.stream()
                        .anyMatch(limit ->
                                limit.key() == KeySource.BuiltIn.CLIENT || limit.key() == KeySource.BuiltIn.USER);
    }

    /** Whether these are the default limits, which cover what has none of its own. */
    boolean isDefault() {
        return name.equals(DEFAULTS);
    }

    /**
     * Whether somebody's API key has to be settled before {@link #plan}: because it is a limit's key, or because a verifier
     * would tell the tier.
     */
    boolean readsApiKey(Point point, boolean hasVerifier) {
        return apiKeyPoints.contains(point) || (dependsOnTier && hasVerifier && points.contains(point));
    }

    /** What it is: for people. */
    @Override
    public String toString() {
        return name;
    }

    /** Whether {@code set} has all policies of this endpoint: not so if it is older than the endpoint. */
    boolean isIn(PolicySet set) {
        Plans current = plans;
        return (current != null && current.set == set)
                || limits.stream().allMatch(limit -> set.policy(limit.policy()) != null);
    }

    /** The tier whose limits are for {@code identity}; an empty text if those without one are. */
    String tierFor(Identity identity) {
        String tier = dependsOnTier ? identity.tier() : NO_TIER;
        return tiers.contains(tier) ? tier : NO_TIER;
    }

    /** What to ask at {@code point} of clients of {@code tier}, which {@link #tierFor} has told. */
    Plan plan(PolicySet set, String tier, Point point) {
        Plans current = plans;
        if (current == null || current.set != set) {
            current = prepare(set);
            plans = current;
        }
        return current.of(tier, point);
    }

    /** The only limit that {@code weir}, whose endpoint this is, judges at {@code point}, if it can be judged without ado; or null. */
    @Nullable
    OneLimit onlyLimit(Weir weir, Point point) {
        PolicySet set = weir.policies().current();
        Plans current = plans;
        if (current == null || current.set != set) {
            current = prepare(set);
            plans = current;
        }
        Map<Point, OneLimit> known = current.onlyLimits;
        if (known == null) {
            known = onlyLimits(weir, current);
            current.onlyLimits = known;
        }
        return known.get(point);
    }

    private Map<Point, OneLimit> onlyLimits(Weir weir, Plans current) {
        Map<Point, OneLimit> only = new EnumMap<>(Point.class);
        for (Point point : Point.values()) {
            Plan plan = current.of(NO_TIER, point);
            OneLimit limit = OneLimit.of(weir, this, point, current.set, plan);
            if (limit != null && !dependsOnTier && weir.answersAtOnce()) {
                only.put(point, limit);
            }
        }
        return only;
    }

    private Plans prepare(PolicySet set) {
        Map<String, List<LimitSpec>> specsByTier = new LinkedHashMap<>();
        specsByTier.put(NO_TIER, new ArrayList<>());
        for (LimitSpec limit : limits) {
            specsByTier.computeIfAbsent(limit.tier(), tier -> new ArrayList<>()).add(limit);
        }
        Map<String, Map<Point, Plan>> byTier = new LinkedHashMap<>();
        specsByTier.forEach((tier, specs) -> {
            Map<Point, Plan> byPoint = new EnumMap<>(Point.class);
            for (Point point : Point.values()) {
                List<LimitSpec> here =
                        specs.stream().filter(spec -> point.judges(spec.key())).toList();
                byPoint.put(point, new Plan(here, set));
            }
            byTier.put(tier, byPoint);
        });
        return new Plans(set, byTier, Objects.requireNonNull(byTier.get(NO_TIER)));
    }

    private static final class Plans {
        final PolicySet set;
        private final Map<String, Map<Point, Plan>> byTier;
        private final Map<Point, Plan> withoutTier;
        /* Made when first needed; two threads may do so at once. */
        private volatile @Nullable Map<Point, OneLimit> onlyLimits;

        Plans(PolicySet set, Map<String, Map<Point, Plan>> byTier, Map<Point, Plan> withoutTier) {
            this.set = set;
            this.byTier = byTier;
            this.withoutTier = withoutTier;
        }

        Plan of(String tier, Point point) {
            return Objects.requireNonNull(byTier.getOrDefault(tier, withoutTier).get(point));
        }
    }
}
