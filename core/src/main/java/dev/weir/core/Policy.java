package dev.weir.core;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One named limit. The name is what clients read in the header fields, and what may be changed in operation.
 *
 * @param name {@code [A-Za-z0-9._-]{1,64}}: safe in a header, a JSON string and a key, so that nothing is escaped later
 * @param limit the limit in force
 * @param fact whether owing under it speaks for a client, as having been seen before does: then it must never be guessed, so who
 *     has to leave at the limiter's bound is forgotten here, where for others what they owe is remembered
 * @param fallback what holds while the back end gives no decision
 * @param maxError how far, as a part of the burst, a back end elsewhere may be off for speed's sake, 0 (not at all) to 1: a process may
 *     borrow so many permits ahead, all processes together
 */
public record Policy(String name, Limit limit, boolean fact, Fallback fallback, double maxError) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if the name has another form, or the error is out of its range
     */
    public Policy {
        Objects.requireNonNull(limit, "Policy.limit is null");
        Objects.requireNonNull(fallback, "Policy.fallback is null");
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "Policy.name is \"" + name + "\", must be 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        }
        if (!(maxError >= 0 && maxError <= 1)) {
            throw new IllegalArgumentException("Policy.maxError is " + maxError + ", must be from 0 to 1");
        }
    }

    /** A limit that speaks for nobody. */
    public Policy(String name, Limit limit) {
        this(name, limit, false);
    }

    /** A policy with the usual fallback. */
    public Policy(String name, Limit limit, boolean fact) {
        this(name, limit, fact, Fallback.DEFAULT, 0);
    }

    /** The same with another fallback. */
    public Policy withFallback(Fallback other) {
        return new Policy(name, limit, fact, other, maxError);
    }

    /** The same with another error. */
    public Policy withMaxError(double other) {
        return new Policy(name, limit, fact, fallback, other);
    }

    /** Whether {@code text} may name a policy. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
