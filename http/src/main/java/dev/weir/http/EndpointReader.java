package dev.weir.http;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
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
    private final Fallbacks fallbacks;
    private final PolicySettings settings;
    private final LimitChecks checks;
    private final PolicyNames names = new PolicyNames();
    private final Set<String> namesOfDefaults = new HashSet<>();
    /** Whose budget each policy that somebody named is: a name stands for one budget. */
    private final Map<String, KeySource> keyOfNamed = new HashMap<>();

    EndpointReader(
            Policies policies,
            Map<String, KeySource> keySources,
            Map<String, CostResolver> costResolvers,
            Set<String> tiers,
            Fallbacks fallbacks,
            PolicySettings settings,
            LimitChecks checks) {
        this.policies = policies;
        this.keySources = keySources;
        this.costResolvers = costResolvers;
        this.tiers = tiers;
        this.fallbacks = fallbacks;
        this.settings = settings;
        this.checks = checks;
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
        if (problems.size() > before) {
            return null;
        }
        checks.look(specs, place);
        return new Endpoint(origin, specs);
    }

    /** The endpoint of the filter's default limits. */
    Endpoint defaults(List<LimitText.Item> items) {
        List<LimitSpec> specs = new ArrayList<>();
        for (LimitText.Item item : items) {
            Limit limit = item.toLimit();
            String name = items.size() == 1 ? "default" : "default-" + DurationText.format(item.period());
            namesOfDefaults.add(name);
            String unique = names.unique(name, "default " + specs.size());
            policies.declare(settings.applied(new Policy(unique, limit).withFallback(fallbacks.usual())));
            specs.add(new LimitSpec(specs.size(), unique, "default", KeySource.BuiltIn.CLIENT, 1, null, "", 0));
        }
        checks.look(specs, "the " + Endpoint.DEFAULTS);
        return new Endpoint(Endpoint.DEFAULTS, specs);
    }

    private @Nullable LimitSpec read(RateLimited annotation, int order, String origin, String label, Report report) {
        KeySource key = keySource(annotation, report);
        CostResolver costBy = costBy(annotation, report);
        checkWord("unit", annotation.unit(), false, report);
        checkWord("tier", annotation.tier(), true, report);
        checkTier(annotation, report);
        Figures figures = Figures.of(annotation, report);
        Fallback fallback = fallbacks.of(annotation, report);
        checkMaxError(annotation, report);
        checkName(annotation, report);
        if (figures == null || key == null || report.hasProblems()) {
            return null;
        }
        String policy = declare(annotation, figures.limit(), fallback, key, origin, label, report);
        String bundle = annotation.name().isEmpty() ? bundleOf(origin, key, annotation.tier()) : "name " + policy;
        return new LimitSpec(
                order, policy, bundle, key, annotation.cost(), costBy, annotation.tier(), figures.maxWaitNanos());
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

    private static void checkMaxError(RateLimited annotation, Report report) {
        double maxError = annotation.maxError();
        if (!(maxError >= 0 && maxError <= 1)) {
            report.add("maxError", maxError + " is out of range. Write 0 (exact) to 1, as a part of the burst");
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
            RateLimited annotation,
            Limit limit,
            Fallback fallback,
            KeySource key,
            String origin,
            String label,
            Report report) {
        if (annotation.name().isEmpty()) {
            String name = names.unnamed(label, origin, limit, key, annotation.tier());
            report.attempt("name", () -> {
                policies.declare(policy(name, limit, fallback, annotation));
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
            policies.declare(policy(annotation.name(), limit, fallback, annotation));
            return annotation.name();
        });
        return annotation.name();
    }

    /* The word of who runs the application comes before that of who wrote it. */
    private Policy policy(String name, Limit limit, Fallback fallback, RateLimited annotation) {
        return settings.applied(new Policy(name, limit).withFallback(fallback).withMaxError(annotation.maxError()));
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
