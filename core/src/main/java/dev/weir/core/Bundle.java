package dev.weir.core;

import java.util.List;

/**
 * Policies that are judged under one key and therefore share one entry: an endpoint's limits per client, say. Made by
 * {@link PolicySet#bundle}; two bundles of one name are versions of the same thing, and share their clients' entries.
 * Immutable.
 */
public final class Bundle {

    private final String name;
    private final List<Policy> policies;
    private final Gcra[] kernels;
    private final long sweepWithinNanos;

    Bundle(String name, List<Policy> policies) {
        if (policies.isEmpty()) {
            throw new IllegalArgumentException("Bundle \"" + name + "\" has no policy");
        }
        this.name = name;
        this.policies = List.copyOf(policies);
        this.kernels = new Gcra[policies.size()];
        long within = Long.MAX_VALUE;
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = Gcra.of(policies.get(i).limit());
            within = Math.min(within, kernels[i].sweepWithinNanos());
            within = Math.min(within, DebtTable.sweepWithinNanos(kernels[i].refillNanos()));
        }
        this.sweepWithinNanos = within;
    }

    /** The name under which state is kept. */
    public String name() {
        return name;
    }

    /** The policies, in the order in which an {@link Ask} lists their costs and answers. */
    public List<Policy> policies() {
        return policies;
    }

    /** How many policies it has. */
    public int size() {
        return kernels.length;
    }

    Gcra kernel(int index) {
        return kernels[index];
    }

    long sweepWithinNanos() {
        return sweepWithinNanos;
    }

    boolean isSameThingAs(Bundle other) {
        return this == other || name.equals(other.name);
    }

    @Override
    public String toString() {
        return name + policies;
    }
}
