package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Replay;

/** The figures of an answer, and what they are some time later if nobody has asked since. Immutable. */
final class Figures {

    private final Bundle[] bundles;
    private final int[] bundleOf;
    private final int[] firstLimit;
    private final long[] cost;
    private final long[] remaining;
    private final long[] retryNanos;
    private final long[] resetNanos;
    private final long[] windowNanos;
    private final long atNanos;

    /**
     * The figures of {@code answered}.
     *
     * @param atNanos when it was judged at the earliest
     */
    Figures(Ask answered, long atNanos) {
        int limits = answered.limits();
        bundles = new Bundle[answered.bundles()];
        bundleOf = new int[limits];
        firstLimit = new int[bundles.length];
        cost = new long[limits];
        remaining = new long[limits];
        retryNanos = new long[limits];
        resetNanos = new long[limits];
        windowNanos = new long[limits];
        for (int b = 0; b < bundles.length; b++) {
            bundles[b] = answered.bundle(b);
            firstLimit[b] = answered.firstLimit(b);
            for (int j = 0; j < bundles[b].size(); j++) {
                bundleOf[firstLimit[b] + j] = b;
            }
        }
        for (int i = 0; i < limits; i++) {
            cost[i] = answered.cost(i);
            remaining[i] = answered.remaining(i);
            retryNanos[i] = answered.retryAfterNanos(i);
            resetNanos[i] = answered.resetAfterNanos(i);
            windowNanos[i] = answered.windowNanos(i);
        }
        this.atNanos = atNanos;
    }

    /** Whether {@code ask} asks of the same limits, under the same version of each. */
    @SuppressWarnings("ReferenceEquality") // versions are told apart by identity
    boolean areOf(Ask ask) {
        if (ask.bundles() != bundles.length) {
            return false;
        }
        for (int b = 0; b < bundles.length; b++) {
            if (ask.bundle(b) != bundles[b]) {
                return false;
            }
        }
        return true;
    }

    /** What was asked of limit {@code index}. */
    long cost(int index) {
        return cost[index];
    }

    /** How long limit {@code index} stands in the way of that cost: 0 if not, {@link Ask#NEVER} if no wait helps. */
    long retryNanos(int index, long nowNanos) {
        long retry = retryNanos[index];
        return retry == Ask.NEVER ? retry : Math.max(0, retry - (nowNanos - atNanos));
    }

    /** How long until limit {@code index} is as good as new. */
    long resetNanos(int index, long nowNanos) {
        return Math.max(0, resetNanos[index] - (nowNanos - atNanos));
    }

    /** What is left of limit {@code index}; of others than buckets, what was left then. */
    long remaining(int index, long nowNanos) {
        Bundle bundle = bundles[bundleOf[index]];
        int j = index - firstLimit[bundleOf[index]];
        if (!bundle.policies().get(j).limit().algorithm().isBucket()) {
            return resetNanos(index, nowNanos) == 0
                    ? bundle.policies().get(j).limit().permits()
                    : remaining[index];
        }
        Replay.Bucket bucket = Replay.bucket(bundle, j);
        long reset = resetNanos(index, nowNanos);
        if (bucket.emissionInterval() == 0 || reset >= bucket.refillNanos()) {
            return 0;
        }
        long free = bucket.burstTolerance() - (reset << bucket.fractionBits());
        return free < 0 ? 0 : free / bucket.emissionInterval();
    }

    /** How much longer {@code more} permits above that cost take of limit {@code index}, which stands in its way. */
    long longerNanos(int index, long more) {
        Bundle bundle = bundles[bundleOf[index]];
        int j = index - firstLimit[bundleOf[index]];
        long burst = bundle.policies().get(j).limit().burst();
        if (more == 0 || retryNanos[index] == Ask.NEVER) {
            return 0;
        } else if (more > burst - cost[index]) {
            return Ask.NEVER;
        } else if (!bundle.policies().get(j).limit().algorithm().isBucket()) {
            return 0; // as long at least
        }
        Replay.Bucket bucket = Replay.bucket(bundle, j);
        return (more * bucket.emissionInterval()) >> bucket.fractionBits();
    }

    long windowNanos(int index) {
        return windowNanos[index];
    }

    /** How long ago that was. */
    long ageNanos(long nowNanos) {
        return nowNanos - atNanos;
    }
}
