package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.PolicySet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be asked at one point for one tier, prepared: bundles and keys in the order of the {@link Ask}, costs, and the
 * texts that do not depend on the answer. Immutable, but for texts that are made when first needed.
 */
final class Plan {

    private static final int MAX_LIMITS_WITH_PREPARED_BODIES = 6;

    /** One limit: what it says, its number in the ask, its place among all limits of the endpoint. */
    record Slot(LimitSpec spec, int index, int order, String policyItem) {}

    private record Part(Bundle bundle, KeySource key) {}

    private final List<Part> parts = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final String policyLine;
    private final AtomicReferenceArray<byte[]> bodies;
    private final boolean mayWait;
    private final boolean settles;

    Plan(List<LimitSpec> specs, PolicySet set) {
        Map<String, List<LimitSpec>> byBundle = new LinkedHashMap<>();
        specs.forEach(s ->
                byBundle.computeIfAbsent(s.bundle(), b -> new ArrayList<>()).add(s));
        Map<LimitSpec, Integer> indexes = new LinkedHashMap<>();
        byBundle.forEach((name, members) -> {
            members.forEach(member -> indexes.put(member, indexes.size()));
            Bundle bundle =
                    set.bundle(name, members.stream().map(LimitSpec::policy).toList());
            parts.add(new Part(bundle, members.get(0).key()));
        });
        List<String> items = new ArrayList<>();
        for (Part part : parts) {
            part.bundle().policies().forEach(policy -> items.add(DraftFields.policyItem(policy)));
        }
        for (LimitSpec spec : specs) {
            int index = Objects.requireNonNull(indexes.get(spec));
            slots.add(new Slot(spec, index, spec.order(), items.get(index)));
        }
        mayWait = specs.stream().anyMatch(spec -> spec.maxWaitNanos() > 0);
        settles = specs.stream().anyMatch(spec -> spec.costBy() instanceof SettlingCostResolver);
        policyLine = slots.stream().map(Slot::policyItem).collect(Collectors.joining(", "));
        bodies = new AtomicReferenceArray<>(slots.size() <= MAX_LIMITS_WITH_PREPARED_BODIES ? 1 << slots.size() : 0);
    }

    boolean isEmpty() {
        return slots.isEmpty();
    }

    /** The bundle of the first limit in the ask, of which there is one at least. */
    Bundle bundle() {
        return parts.get(0).bundle();
    }

    /** The limits in the order of declaration. */
    List<Slot> slots() {
        return slots;
    }

    /** The value of {@code RateLimit-Policy}. */
    String policyLine() {
        return policyLine;
    }

    /** Writes the question. May throw what a resolver throws, or for a negative cost. */
    void fill(Ask ask, Identity identity) {
        for (Part part : parts) {
            ask.add(part.bundle(), part.key().key(identity));
        }
        for (Slot slot : slots) {
            CostResolver costBy = slot.spec().costBy();
            long cost = costBy == null ? slot.spec().cost() : costBy.cost(identity.request());
            boolean nothing =
                    cost == 0 && costBy instanceof SettlingCostResolver; // would pass whatever is owed, and owe more
            ask.cost(slot.index(), nothing ? 1 : cost);
        }
        if (settles) {
            ask.hold();
        }
    }

    /** Whether a request may be admitted for later. */
    boolean mayWait() {
        return mayWait;
    }

    /** Says for how long the request may wait for each limit: not at all, also in a queue, if it has no place to wait in. */
    void fillPatience(Ask ask, boolean hasPlace) {
        for (Slot slot : slots) {
            ask.patience(slot.index(), hasPlace ? slot.spec().maxWaitNanos() : 0);
        }
    }

    /** Whether any cost is an estimate, to be settled. */
    boolean settles() {
        return settles;
    }

    /** Writes what the request has really cost, as far as {@code answer} says; up to a burst above the estimate. */
    void settle(Ask ask, @Nullable Object answer) {
        for (Slot slot : slots) {
            if (slot.spec().costBy() instanceof SettlingCostResolver resolver) {
                OptionalLong actual = resolver.actual(answer);
                if (actual.isPresent()) {
                    int index = slot.index();
                    long most = ask.cost(index) + ask.policy(index).limit().burst(); // each at most 10^15
                    ask.actual(index, Math.min(actual.getAsLong(), most));
                }
            }
        }
    }

    /** The body of a refusal by the only limit. */
    byte[] refusalBodyOfOne(boolean never) {
        byte @Nullable [] body = never ? null : bodies.get(1);
        if (body == null) {
            body = ProblemBody.quotaExceeded(List.of(slots.get(0).spec().policy()), never);
            if (!never) {
                bodies.set(1, body);
            }
        }
        return body;
    }

    /** The body of a refusal. The same limits refuse again and again, so bodies are kept. */
    byte[] refusalBody(Ask ask) {
        int mask = 0;
        boolean never = false;
        for (int i = 0; i < slots.size(); i++) {
            int index = slots.get(i).index();
            if (ask.violated(index)) {
                mask |= 1 << i;
                never |= ask.retryAfterNanos(index) == Ask.NEVER;
            }
        }
        boolean kept = !never && bodies.length() > 0;
        byte @Nullable [] body = kept ? bodies.get(mask) : null;
        if (body == null) {
            List<String> violated = slots.stream()
                    .filter(slot -> ask.violated(slot.index()))
                    .map(slot -> slot.spec().policy())
                    .toList();
            body = ProblemBody.quotaExceeded(violated, never);
            if (kept) {
                bodies.set(mask, body);
            }
        }
        return body;
    }
}
