package dev.weir.core;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One named limit. The name is what clients read in the header fields, and what may be changed in operation.
 *
 * @param name {@code [A-Za-z0-9._-]{1,64}}: safe in a header, a JSON string and a key, so that nothing is escaped later
 * @param limit the limit in force
 */
public record Policy(String name, Limit limit) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * Validates.
     *
     * @throws IllegalArgumentException if the name has another form
     */
    public Policy {
        Objects.requireNonNull(limit, "Policy.limit is null");
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "Policy.name is \"" + name + "\", must be 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        }
    }

    /** Whether {@code text} may name a policy. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
