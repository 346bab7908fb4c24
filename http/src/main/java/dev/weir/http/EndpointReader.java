package dev.weir.http;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Algorithm;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes endpoints of annotations: checks every attribute, names what has no name, and declares the policies. Mistakes are
 * collected, so that all of them can be reported together. Used while an application starts; not thread-safe by itself.
 */
final class EndpointReader {

    private final Policies policies;
    private final Map<String, KeySource> keySources;
    private final Map<String, CostResolver> costResolvers;
    private final Set<String> tiers;
    private final PolicyNames names = new PolicyNames();
    private final Set<String> namesOfDefaults = new HashSet<>();
    /** Whose budget each policy that somebody named is: a name stands for one budget. */
    private final Map<String, KeySource> keyOfNamed = new HashMap<>();

    EndpointReader(
            Policies policies,
            Map<String, KeySource> keySources,
            Map<String, CostResolver> costResolvers,
            Set<String> tiers) {
        this.policies = policies;
        this.keySources = keySources;
        this.costResolvers = costResolvers;
        this.tiers = tiers;
    }

    /**
     * The endpoint that {@code limits} describe, or null if anything is wrong with them.
     *
     * @param limits the annotations, at least one
     * @param place where they stand, for messages
     * @param origin what they limit, unique in the application
     * @param label what unnamed policies are named after
     * @param problems gets what is wrong
     */
    @Nullable
    Endpoint read(List<RateLimited> limits, String place, String origin, String label, List<String> problems) {
        int before = problems.size();
        List<LimitSpec> specs = new ArrayList<>();
        Set<String> namedHere = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            String which = limits.size() == 1 ? "" : " (" + (i + 1) + " of " + limits.size() + ")";
            Report report = new Report("@RateLimited" + which + " on " + place + ": ", problems);
            LimitSpec spec = read(limits.get(i), i, origin, label, report);
            if (spec != null && !namedHere.add(spec.policy() + "/" + spec.tier())) {
                report.add("name", "\"" + spec.policy() + "\" is used twice here. Give each limit a name of its own");
            }
            if (spec != null) {
                specs.add(spec);
            }
        }
        return problems.size() > before ? null : new Endpoint(origin, specs);
    }

    /** The endpoint of the filter's default limits. */
    Endpoint defaults(List<LimitText.Item> items) {
        List<LimitSpec> specs = new ArrayList<>();
        for (LimitText.Item item : items) {
            Limit limit = item.toLimit();
            String name = items.size() == 1 ? "default" : "default-" + DurationText.format(item.period());
            namesOfDefaults.add(name);
            String unique = names.unique(name, "default " + specs.size());
            policies.declare(new Policy(unique, limit));
            specs.add(new LimitSpec(specs.size(), unique, "default", KeySource.BuiltIn.CLIENT, 1, null, ""));
        }
        return new Endpoint(Endpoint.DEFAULTS, specs);
    }

    private @Nullable LimitSpec read(RateLimited annotation, int order, String origin, String label, Report report) {
        Duration period = report.attempt("per", () -> DurationText.parse(annotation.per()));
        boolean span = period != null && checkPeriod(annotation, period, report);
        KeySource key = keySource(annotation, report);
        CostResolver costBy = costBy(annotation, report);
        checkWord("unit", annotation.unit(), false, report);
        checkWord("tier", annotation.tier(), true, report);
        checkTier(annotation, report);
        boolean figures = checkFigures(annotation, report);
        Limit limit = period == null || !span || !figures ? null : limit(annotation, period, report);
        checkName(annotation, report);
        if (limit == null || key == null || report.hasProblems()) {
            return null;
        }
        String policy = declare(annotation, limit, key, origin, label, report);
        String bundle = annotation.name().isEmpty() ? bundleOf(origin, key, annotation.tier()) : "name " + policy;
        return new LimitSpec(order, policy, bundle, key, annotation.cost(), costBy, annotation.tier());
    }

    private static @Nullable Limit limit(RateLimited annotation, Duration period, Report report) {
        Algorithm algorithm = Algorithm.valueOf(annotation.algorithm().name());
        String unit = Policy.isName(annotation.unit()) ? annotation.unit() : Limit.REQUESTS; // reported already
        return report.attempt(
                "permits", () -> new Limit(annotation.permits(), period, burst(annotation), algorithm, unit, false));
    }

    private static boolean checkPeriod(RateLimited annotation, Duration period, Report report) {
        try {
            Limit.of(0, period);
            return true;
        } catch (IllegalArgumentException e) {
            report.add("per", "\"" + annotation.per() + "\" is out of range. Write 1us to 13343d (36 years)");
            return false;
        }
    }

    private static long burst(RateLimited annotation) {
        return annotation.burst() == RateLimited.SAME_AS_PERMITS ? annotation.permits() : annotation.burst();
    }

    /** Whether permits and burst are in range. Whatever else is wrong, these and the cost are judged too. */
    private static boolean checkFigures(RateLimited annotation, Report report) {
        boolean permits = checkRange("permits", annotation.permits(), report);
        boolean burst = annotation.burst() == RateLimited.SAME_AS_PERMITS
                ? permits
                : checkRange("burst", annotation.burst(), report);
        checkCost(annotation, permits && burst, report);
        return permits && burst;
    }

    private static boolean checkRange(String attribute, long value, Report report) {
        boolean inRange = value >= 0 && value <= 1_000_000_000_000_000L;
        if (!inRange) {
            report.add(attribute, value + " is out of range. Write 0 to 1_000_000_000_000_000 (10^15)");
        }
        return inRange;
    }

    private static void checkCost(RateLimited annotation, boolean figures, Report report) {
        long cost = annotation.cost();
        if (cost < 0) {
            report.add("cost", cost + " is negative. Write 0 (looks without taking) or more");
        } else if (figures && annotation.costBy().isEmpty() && annotation.permits() > 0 && cost > burst(annotation)) {
            report.add(
                    "cost",
                    cost + " is above the burst of " + burst(annotation)
                            + ", so no request could ever pass. Lower the cost or raise the burst");
        } else if (!annotation.costBy().isEmpty() && cost != 1) {
            report.add("cost", cost + " stands beside costBy = \"" + annotation.costBy() + "\". Write one of the two");
        }
    }

    private @Nullable KeySource keySource(RateLimited annotation, Report report) {
        KeySource source = keySources.get(annotation.key());
        if (source == null) {
            report.add(
                    "key",
                    "\"" + annotation.key() + "\" is not a registered resolver."
                            + suggestion(annotation.key(), keySources.keySet())
                            + " Write one of " + String.join(", ", keySources.keySet()) + ", or register it");
        }
        return source;
    }

    private @Nullable CostResolver costBy(RateLimited annotation, Report report) {
        String word = annotation.costBy();
        CostResolver resolver = costResolvers.get(word);
        if (!word.isEmpty() && resolver == null) {
            report.add(
                    "costBy",
                    "\"" + word + "\" is not a registered resolver."
                            + suggestion(word, costResolvers.keySet())
                            + " Registered: "
                            + (costResolvers.isEmpty() ? "none" : String.join(", ", costResolvers.keySet())));
        }
        return resolver;
    }

    private void checkTier(RateLimited annotation, Report report) {
        String tier = annotation.tier();
        boolean known = tiers.isEmpty() || tiers.contains(tier) || tier.equals(Identity.ANONYMOUS);
        if (!tier.isEmpty() && !known) {
            report.add(
                    "tier",
                    "\"" + tier + "\" is not a tier." + suggestion(tier, tiers) + " Write one of "
                            + String.join(", ", tiers) + ", or add it to " + Setting.TIERS.key());
        }
    }

    private void checkName(RateLimited annotation, Report report) {
        String name = annotation.name();
        checkWord("name", name, true, report);
        if (name.startsWith(Setting.PREFIX)) {
            report.add(
                    "name",
                    "\"" + name + "\" begins with " + Setting.PREFIX
                            + ", which is for Weir's own policies. Choose another name");
        }
        if (namesOfDefaults.contains(name)) {
            report.add(
                    "name",
                    "\"" + name + "\" is the name of the limits in " + Setting.DEFAULT_LIMITS.key()
                            + ". Choose another name");
        }
    }

    private static void checkWord(String attribute, String word, boolean mayBeEmpty, Report report) {
        if (!(mayBeEmpty && word.isEmpty()) && !Policy.isName(word)) {
            report.add(
                    attribute, "\"" + word + "\" has other characters than A-Z a-z 0-9 . _ -, or not 1 to 64 of them");
        }
    }

    private String declare(
            RateLimited annotation, Limit limit, KeySource key, String origin, String label, Report report) {
        if (annotation.name().isEmpty()) {
            String name = names.unnamed(label, origin, limit, key, annotation.tier());
            report.attempt("name", () -> {
                policies.declare(new Policy(name, limit));
                return name;
            });
            return name;
        }
        KeySource known = keyOfNamed.putIfAbsent(annotation.name(), key);
        if (known != null && !known.equals(key)) {
            report.add(
                    "key",
                    "\"" + key.word() + "\" differs from \"" + known.word() + "\" in another limit named \""
                            + annotation.name() + "\". One name is one budget: change one of the names, or the key");
        }
        report.attempt("name", () -> {
            policies.declare(new Policy(annotation.name(), limit));
            return annotation.name();
        });
        return annotation.name();
    }

    /* A client's budget is one across his tiers; a budget that clients of several tiers share would be two in one. */
    private static String bundleOf(String origin, KeySource key, String tier) {
        return origin + " by " + key.word() + (key.isOneClients() || tier.isEmpty() ? "" : " of " + tier);
    }

    private static String suggestion(String word, Set<String> known) {
        return Suggestion.nearest(word, known)
                .map(n -> " Did you mean \"" + n + "\"?")
                .orElse("");
    }
}
