package dev.weir.benchmark;

import java.util.Locale;

/** A figure, and what it should be at least or at most. */
record Goal(String id, double measured, double wanted, boolean atLeast) {

    static Goal atLeast(String id, double measured, double wanted) {
        return new Goal(id, measured, wanted, true);
    }

    static Goal atMost(String id, double measured, double wanted) {
        return new Goal(id, measured, wanted, false);
    }

    boolean isMet() {
        return atLeast ? measured >= wanted : measured <= wanted;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "goal %s %.3f %s%s %s",
                id,
                measured,
                atLeast ? ">=" : "<=",
                wanted == Math.rint(wanted) ? Long.toString((long) wanted) : Double.toString(wanted),
                isMet() ? "met" : "short");
    }
}
