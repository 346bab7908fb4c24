package dev.weir.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a request costs: so many permits of every limit, or so many for each unit, such as 1 request and 740 tokens. A limit
 * whose unit is not named costs nothing. Immutable.
 */
public final class Cost {

    private final long each;
    private final Map<String, Long> byUnit;

    private Cost(long each, Map<String, Long> byUnit) {
        this.each = each;
        this.byUnit = byUnit;
    }

    /**
     * {@code permits} of every limit.
     *
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public static Cost of(long permits) {
        return new Cost(checked("cost", permits), Map.of());
    }

    /**
     * {@code permits} of every limit that counts {@code unit}.
     *
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public static Cost of(String unit, long permits) {
        return new Cost(0, Map.of()).and(unit, permits);
    }

    /**
     * The same, and {@code permits} of every limit that counts {@code unit}.
     *
     * @throws IllegalArgumentException if {@code permits} is negative, the unit is empty or named already, or this is a cost of every
     *     limit
     */
    public Cost and(String unit, long permits) {
        Objects.requireNonNull(unit, "unit is null");
        if (unit.isEmpty() || each > 0 || byUnit.containsKey(unit)) {
            throw new IllegalArgumentException(
                    "unit is \"" + unit + "\", must be a word that " + this + " does not have");
        }
        Map<String, Long> more = new LinkedHashMap<>(byUnit);
        more.put(unit, checked("cost of " + unit, permits));
        return new Cost(0, Collections.unmodifiableMap(more));
    }

    /** The permits of a limit that counts {@code unit}. */
    long of(String unit) {
        return byUnit.isEmpty() ? each : byUnit.getOrDefault(unit, 0L);
    }

    /** The same, but 1 where it says 0. */
    Cost atLeastOne() {
        Map<String, Long> more = new LinkedHashMap<>();
        byUnit.forEach((unit, permits) -> more.put(unit, Math.max(1, permits)));
        return new Cost(byUnit.isEmpty() ? Math.max(1, each) : 0, Collections.unmodifiableMap(more));
    }

    /** Whether it says anything of {@code unit}. */
    boolean names(String unit) {
        return byUnit.isEmpty() || byUnit.containsKey(unit);
    }

    /** The units that it names; none if it is of every limit. */
    Iterable<String> units() {
        return byUnit.keySet();
    }

    static long checked(String name, long permits) {
        if (permits < 0) {
            throw new IllegalArgumentException(name + " is " + permits + ", must be 0 or more");
        }
        return permits;
    }

    @Override
    public String toString() {
        return byUnit.isEmpty() ? "a cost of " + each : "a cost of " + byUnit;
    }
}
