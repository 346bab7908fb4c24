package dev.weir.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All policies at one moment. A request is judged by one set from beginning to end, whatever replaces it meanwhile.
 * Immutable; safe for use by many threads.
 */
public final class PolicySet {

    private final long version;
    private final Map<String, Policy> byName;
    /* A memo, not state: the same question always gets the same bundle, so that entries recognise theirs by identity. */
    private final Map<List<String>, Bundle> bundles = new ConcurrentHashMap<>();

    private PolicySet(long version, Map<String, Policy> byName) {
        this.version = version;
        this.byName = Collections.unmodifiableMap(byName);
    }

    static PolicySet empty() {
        return new PolicySet(0, new LinkedHashMap<>());
    }

    /** Which set this is: each replacement has a higher version than what it replaced. */
    public long version() {
        return version;
    }

    /** The policies, in the order in which they were declared. */
    public Collection<Policy> policies() {
        return byName.values();
    }

    /** The policy of that name, or null. */
    public @Nullable Policy policy(String name) {
        return byName.get(name);
    }

    /** The next version: this set with {@code policy} added, or in place of the one of its name. */
    public PolicySet with(Policy policy) {
        Map<String, Policy> next = new LinkedHashMap<>(byName);
        Policy old = next.put(policy.name(), policy);
        PolicySet set = new PolicySet(version + 1, next);
        bundles.forEach((key, bundle) -> {
            if (old == null || old.equals(policy) || !bundle.policies().contains(old)) {
                set.bundles.put(key, bundle);
            }
        });
        return set;
    }

    /**
     * The bundle of these policies, as this set has them.
     *
     * @param name the name under which state is kept
     * @param policyNames names of policies of this set
     * @throws IllegalArgumentException if a policy is not in this set
     */
    public Bundle bundle(String name, List<String> policyNames) {
        List<String> key = new ArrayList<>(policyNames);
        key.add(0, name);
        return bundles.computeIfAbsent(
                key,
                k -> new Bundle(name, policyNames.stream().map(this::required).toList()));
    }

    private Policy required(String name) {
        Policy policy = byName.get(name);
        if (policy == null) {
            throw new IllegalArgumentException("No policy is named \"" + name + "\"");
        }
        return policy;
    }
}
