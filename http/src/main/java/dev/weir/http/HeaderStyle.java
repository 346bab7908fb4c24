package dev.weir.http;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Which fields tell a client about its limits. The setting {@code weir.header-styles} names any of them, or none. */
public enum HeaderStyle {
    /** {@code RateLimit-Policy} and {@code RateLimit} of draft-ietf-httpapi-ratelimit-headers-11. */
    DRAFT,
    /** {@code X-RateLimit-Limit}, {@code -Remaining}, and {@code -Reset} as seconds since 1970. */
    X_EPOCH,
    /** {@code X-RateLimit-Limit}, {@code -Remaining}, and {@code -Reset} as seconds from now. */
    X_DELTA;

    static Set<HeaderStyle> parse(String text) {
        EnumSet<HeaderStyle> styles = EnumSet.noneOf(HeaderStyle.class);
        if (text.trim().equals("none")) {
            return styles;
        }
        for (String word : text.split(",", -1)) {
            HeaderStyle style = Arrays.stream(values())
                    .filter(s -> s.word().equals(word.trim()))
                    .findAny()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "\"" + word.trim() + "\" is not a header style. Write any of " + words() + ", or none"));
            styles.add(style);
        }
        if (styles.contains(X_EPOCH) && styles.contains(X_DELTA)) {
            throw new IllegalArgumentException("\"" + text + "\" would send X-RateLimit-Reset in two meanings."
                    + " Write x-epoch or x-delta, not both");
        }
        return styles;
    }

    private static String words() {
        return Arrays.stream(values()).map(HeaderStyle::word).collect(Collectors.joining(", "));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
