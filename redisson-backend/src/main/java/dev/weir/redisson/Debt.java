package dev.weir.redisson;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one client owes of each limit. A part of it is on its way at a time, under an id: if nobody knows whether it was charged, the same is
 * sent under the same id again, and not what has been added since.
 */
final class Debt {

    private static final int ID_BITS = 52;

    /* By the object's lock. */
    private final long[] owed;
    private long @Nullable [] underWay;
    private long id;
    private @Nullable CompletableFuture<Void> paying;

    /** Charges permits, once for each id. */
    interface Charge {
        CompletionStage<Void> charge(long[] permits, long id);
    }

    Debt(int limits) {
        owed = new long[limits];
    }

    int limits() {
        return owed.length;
    }

    synchronized void add(long[] permits) {
        for (int j = 0; j < owed.length; j++) {
            owed[j] = sum(owed[j], permits[j]);
        }
    }

    /** All of it. */
    synchronized long[] permits() {
        long[] all = owed.clone();
        for (int j = 0; underWay != null && j < all.length; j++) {
            all[j] = sum(all[j], underWay[j]);
        }
        return all;
    }

    synchronized boolean isPaid() {
        return underWay == null && isNothing(owed);
    }

    /** Completes when all that is owed by now is charged; whoever comes meanwhile waits for the same. */
    CompletionStage<Void> paid(Charge charge) {
        CompletableFuture<Void> result;
        long[] sent;
        long sentId;
        boolean more;
        synchronized (this) {
            CompletableFuture<Void> before = paying;
            if (before != null) {
                return isNothing(owed) ? before : before.thenCompose(done -> paid(charge));
            }
            if (underWay == null) {
                if (isNothing(owed)) {
                    return CompletableFuture.completedFuture(null);
                }
                underWay = owed.clone();
                Arrays.fill(owed, 0);
                id = ThreadLocalRandom.current().nextLong() >>> (Long.SIZE - ID_BITS);
            }
            more = !isNothing(owed);
            sent = underWay.clone();
            sentId = id;
            result = new CompletableFuture<>();
            paying = result;
        }
        CompletionStage<Void> unused =
                charge.charge(sent, sentId).whenComplete((done, failure) -> ended(result, failure));
        return more ? result.thenCompose(done -> paid(charge)) : result;
    }

    private void ended(CompletableFuture<Void> result, @Nullable Throwable failure) {
        synchronized (this) {
            paying = null;
            if (failure == null) {
                underWay = null;
            }
        }
        if (failure == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private static boolean isNothing(long[] permits) {
        for (long each : permits) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private static long sum(long one, long other) {
        return one + other < 0 ? Long.MAX_VALUE : one + other;
    }
}
