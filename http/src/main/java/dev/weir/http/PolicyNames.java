package dev.weir.http;

import dev.weir.core.Limit;
import java.util.HashMap;
import java.util.Map;

/** Names policies that nobody has named, each differently, and the same on every node and after every start. */
final class PolicyNames {

    private static final int MAX_LENGTH = 64;

    private final Map<String, String> ownerOf = new HashMap<>();

    /** A name such as {@code search-1m}, {@code reports-1m-premium} or {@code login-post-1h-ip}. */
    String unnamed(String label, String origin, Limit limit, KeySource key, String tier) {
        StringBuilder name = new StringBuilder(clean(label)).append('-').append(DurationText.format(limit.period()));
        if (key != KeySource.BuiltIn.CLIENT) {
            name.append('-').append(key.word());
        }
        if (!tier.isEmpty()) {
            name.append('-').append(tier);
        }
        return unique(name.toString(), origin + " " + key.word() + " " + tier);
    }

    /** {@code name}, cut to length; another one made of it and {@code owner} if somebody else has it. */
    String unique(String name, String owner) {
        String wanted = clean(name);
        String candidate = wanted.length() <= MAX_LENGTH ? wanted : withHash(wanted, wanted);
        for (int i = 0; ; i++) {
            String holder = owner + " " + i;
            String other = ownerOf.putIfAbsent(candidate, holder);
            if (other == null) {
                return candidate;
            }
            candidate = withHash(wanted, holder + " again");
        }
    }

    private static String clean(String text) {
        String safe = text.replaceAll("[^A-Za-z0-9._]+", "-").replaceAll("^-|-$", "");
        return safe.isEmpty() ? "root" : safe;
    }

    private static String withHash(String name, String owner) {
        String hash = String.format("%08x", owner.hashCode());
        return name.substring(0, Math.min(name.length(), MAX_LENGTH - hash.length() - 1)) + "-" + hash;
    }
}
