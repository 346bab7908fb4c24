package dev.weir.http;

import java.util.List;
import java.util.Locale;

/** Names of header fields that front ends must know. */
public final class HeaderFields {

    /** The fields that are lists: an application's own lines stand beside ours. */
    public static final List<String> LISTS = List.of(DraftFields.POLICY, DraftFields.STATE);

    private HeaderFields() {}

    /** Whether {@code name} is a field in which limiters, ours or others, tell what is left: as the draft has it, or before there was one. */
    public static boolean isOfALimiter(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("ratelimit") || lower.startsWith("x-ratelimit-") || lower.startsWith("x-rate-limit-");
    }

    /** Whether lines of {@code Cache-Control} let a shared cache keep a response: they say {@code public} or {@code s-maxage}. */
    public static boolean isForEverybody(Iterable<String> cacheControl) {
        for (String line : cacheControl) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.contains("public") || lower.contains("s-maxage")) {
                return true;
            }
        }
        return false;
    }
}
