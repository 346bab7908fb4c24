package dev.weir.benchmark;

import java.util.Locale;

/**
 * A figure, and what it should be at least or at most.
 *
 * @param id its name for ever
 * @param measured the median of the rounds; {@code least} and {@code most} of them are its spread
 */
public record Goal(String id, double measured, double least, double most, double wanted, boolean atLeast) {

    /** A margin for what two runs differ by beyond their rounds; they may differ by more. */
    private static final double BETWEEN_RUNS = 0.05;

    /** A figure that should not be less. */
    public static Goal atLeast(String id, Samples measured, double wanted) {
        return new Goal(id, measured.median(), measured.least(), measured.most(), wanted, true);
    }

    /** A figure that should not be more. */
    public static Goal atMost(String id, Samples measured, double wanted) {
        return new Goal(id, measured.median(), measured.least(), measured.most(), wanted, false);
    }

    /** A figure without spread that should not be less. */
    public static Goal atLeast(String id, double measured, double wanted) {
        return new Goal(id, measured, measured, measured, wanted, true);
    }

    /** A figure without spread that should not be more. */
    public static Goal atMost(String id, double measured, double wanted) {
        return new Goal(id, measured, measured, measured, wanted, false);
    }

    /** Whether it is as wanted. */
    public boolean isMet() {
        return isMet(measured);
    }

    /** Whether one round says that it is met, and another that it is not, or would if it were a little further off. */
    public boolean isWithinSpread() {
        return least != most && isMet(least * (1 - BETWEEN_RUNS)) != isMet(most * (1 + BETWEEN_RUNS));
    }

    private boolean isMet(double figure) {
        return atLeast ? figure >= wanted : figure <= wanted;
    }

    /** {@code goal ID MEASURED WANTED met}, or {@code short}; then, if rounds differ about it, {@code within spread}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "goal %s %s %s%s %s%s",
                id,
                Grid.number(measured),
                atLeast ? ">=" : "<=",
                wanted == Math.rint(wanted) ? Long.toString((long) wanted) : Double.toString(wanted),
                isMet() ? "met" : "short",
                isWithinSpread() ? " within spread" : "");
    }
}
