package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one client has on loan here, and how much of it is used: as much is borrowed as was used in the time of a loan before, up to the
 * share that may be out. Its lock is held for arithmetic only.
 */
final class Loan {

    /** Who asks less often in the time of a loan is not worth one. */
    private static final int HOT = 16;

    private static final long TERM_NANOS = Lender.TERM.toNanos();
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** After this, who was lent nothing may ask again. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Bundle bundle;
    private final boolean lendable;
    private final long[] most;

    /* By the object's lock, as all below. */
    private final long[] left;
    private long endNanos;
    private @Nullable Figures figures;

    /* Since when how often was asked, and for how much of each limit; and by what was used in the time before, in a loan's. */
    private boolean began;
    private long sinceNanos;
    private int asks;
    private final long[] used;
    private final long[] before;

    private boolean borrowing;
    private boolean pauses;
    private long pauseEndNanos;

    Loan(Bundle bundle) {
        this.bundle = bundle;
        this.lendable = Loans.areLent(bundle);
        this.most = new long[bundle.size()];
        for (int j = 0; j < most.length; j++) {
            most[j] =
                    (long) (bundle.maxError() * bundle.policies().get(j).limit().burst());
        }
        this.left = new long[most.length];
        this.used = new long[most.length];
        this.before = new long[most.length];
    }

    Bundle bundle() {
        return bundle;
    }

    /** How many permits of each limit may be out on loan, of all processes together. */
    long[] most() {
        return most.clone();
    }

    /** How many are left. */
    synchronized long[] left() {
        return left.clone();
    }

    /** Whether what {@code ask} costs was left; then it is taken, and {@code ask} has its figures. */
    synchronized boolean take(Ask ask, long nowNanos) {
        count(ask, nowNanos);
        if (figures == null || nowNanos - endNanos >= 0) {
            Arrays.fill(left, 0);
            return false;
        }
        for (int j = 0; j < left.length; j++) {
            if (ask.cost(j) > left[j]) {
                return false;
            }
        }
        for (int j = 0; j < left.length; j++) {
            left[j] -= ask.cost(j);
            long burst = bundle.policies().get(j).limit().burst();
            long remaining = Math.min(burst, figures.remaining(j, nowNanos) + left[j]);
            ask.answer(j, remaining, 0, figures.resetNanos(j, nowNanos), figures.windowNanos(j));
        }
        return true;
    }

    private void count(Ask ask, long nowNanos) {
        if (!began) {
            began = true;
            sinceNanos = nowNanos;
        }
        asks++;
        for (int j = 0; j < used.length; j++) {
            used[j] += Math.min(ask.cost(j), most[j]);
        }
    }

    /** How many permits of each limit are to be borrowed now, by whoever is told; null: none. */
    synchronized long @Nullable [] wanted(long nowNanos) {
        if (!lendable || borrowing || (pauses && nowNanos - pauseEndNanos < 0)) {
            return null;
        }
        long elapsed = Math.max(SHORTEST_NANOS, nowNanos - sinceNanos);
        boolean lasts = nowNanos - endNanos < -TERM_NANOS / 2;
        boolean isHot = figures != null || asks >= HOT;
        if (elapsed > TERM_NANOS && asks < HOT) {
            restart(nowNanos);
            figures = null;
            return null;
        }
        long[] wanted = new long[left.length];
        boolean wants = false;
        for (int j = 0; j < wanted.length; j++) {
            double demand = Math.max(before[j] / 2.0, (double) used[j] * TERM_NANOS / elapsed);
            long whole = Math.min(most[j], (long) Math.ceil(demand));
            wanted[j] = Math.max(0, whole - left[j]);
            wants |= whole > 0 && (left[j] < (whole + 1) / 2 || !lasts);
        }
        if (!isHot || !wants) {
            return null;
        }
        borrowing = true;
        return wanted;
    }

    /** Notes what came of borrowing. */
    synchronized void got(Lender.Lent lent, long nowNanos) {
        borrowing = false;
        boolean any = false;
        for (int j = 0; j < left.length; j++) {
            left[j] = (lent.keeps() ? left[j] : 0) + lent.permits().get(j);
            any |= left[j] > 0;
            double elapsed = Math.max(SHORTEST_NANOS, nowNanos - sinceNanos);
            before[j] = (long) (used[j] * (TERM_NANOS / elapsed));
        }
        figures = lent.figures();
        endNanos = lent.sentNanos() + TERM_NANOS;
        pauses = !any;
        pauseEndNanos = nowNanos + Math.max(PAUSE_NANOS, lent.waitNanos());
        restart(nowNanos);
    }

    /** Notes that nothing came of it. */
    synchronized void failed(long nowNanos) {
        borrowing = false;
        pauses = true;
        pauseEndNanos = nowNanos + TERM_NANOS;
    }

    private void restart(long nowNanos) {
        sinceNanos = nowNanos;
        asks = 0;
        Arrays.fill(used, 0);
    }
}
