package dev.weir.core;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Policies that are judged under one key and therefore share one entry: an endpoint's limits per client, say. Made by
 * {@link PolicySet#bundle}; two bundles of one name are versions of the same thing, and share their clients' entries.
 * Immutable.
 */
public final class Bundle {

    private final String name;
    private final List<Policy> policies;
    private final Kernel[] kernels;
    /** Where each kernel's words begin among those of an entry; for a kernel whose state grows, its number among such. */
    private final int[] places;

    private final int words;
    private final int growing;
    private final @Nullable Gcra onlyNumber;
    private final Gcra @Nullable [] numbers;
    /* Where nobody queues, which is nearly everywhere, null. */
    private final long @Nullable [] patienceNanos;
    private final int hash;
    private final long sweepWithinNanos;
    private final Fallback fallback;
    private final double maxError;

    Bundle(String name, List<Policy> policies) {
        if (policies.isEmpty()) {
            throw new IllegalArgumentException("Bundle \"" + name + "\" has no policy");
        }
        this.name = name;
        this.policies = List.copyOf(policies);
        this.kernels = new Kernel[policies.size()];
        this.places = new int[kernels.length];
        long within = Long.MAX_VALUE;
        int wordsSoFar = 0;
        int growingSoFar = 0;
        for (int i = 0; i < kernels.length; i++) {
            kernels[i] = Kernel.of(policies.get(i).limit());
            boolean grows = kernels[i].words() == Kernel.GROWS;
            places[i] = grows ? growingSoFar++ : wordsSoFar;
            wordsSoFar += kernels[i].words();
            within = Math.min(within, kernels[i].sweepWithinNanos());
            within = Math.min(within, DebtTable.sweepWithinNanos(kernels[i].longestDebtNanos()));
        }
        this.onlyNumber = kernels.length == 1 && kernels[0] instanceof Gcra gcra ? gcra : null;
        boolean buckets = kernels.length > 1
                && Arrays.stream(kernels).allMatch(kernel -> kernel instanceof Gcra && !kernel.queues());
        this.numbers = buckets ? Arrays.copyOf(kernels, kernels.length, Gcra[].class) : null;
        this.patienceNanos = Arrays.stream(kernels).anyMatch(Kernel::queues)
                ? Arrays.stream(kernels)
                        .mapToLong(kernel -> kernel.queues() ? Long.MAX_VALUE : 0)
                        .toArray()
                : null;
        this.hash = 31 * name.hashCode();
        this.words = wordsSoFar;
        this.growing = growingSoFar;
        this.sweepWithinNanos = within;
        this.fallback =
                policies.stream().map(Policy::fallback).reduce(Fallback::and).orElseThrow();
        this.maxError = policies.stream().mapToDouble(Policy::maxError).min().orElse(0);
    }

    /** The name under which state is kept. */
    public String name() {
        return name;
    }

    /** The policies, in the order in which an {@link Ask} lists their costs and answers. */
    public List<Policy> policies() {
        return policies;
    }

    /** What holds while the back end gives no decision: of all policies the strictest mode and the shortest deadline. */
    public Fallback fallback() {
        return fallback;
    }

    /** How far a back end elsewhere may be off, as a part of each burst: the least of all policies. */
    public double maxError() {
        return maxError;
    }

    /** How many policies it has. */
    public int size() {
        return kernels.length;
    }

    Kernel kernel(int index) {
        return kernels[index];
    }

    /** The kernel, if there is one only, of one number: then a decision is a compare-and-set. Otherwise null. */
    @Nullable
    Gcra onlyNumber() {
        return onlyNumber;
    }

    /** The kernels, if there are several, each of one number, and none queues: limit {@code i} has word {@code i}. Otherwise null. */
    Gcra @Nullable [] numbers() {
        return numbers;
    }

    /** How long a request waits for limit {@code index} unless it says otherwise: in a queue for as long as it takes, else not. */
    long patienceNanos(int index) {
        return patienceNanos == null ? 0 : patienceNanos[index];
    }

    /** The same for all versions. */
    int hash() {
        return hash;
    }

    /** Where the words of kernel {@code index} begin, or which of those that grow it is. */
    int place(int index) {
        return places[index];
    }

    /** How many words all kernels have whose states do not grow. */
    int words() {
        return words;
    }

    /** How many kernels have a state that grows. */
    int growing() {
        return growing;
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
