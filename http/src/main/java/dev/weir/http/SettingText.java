package dev.weir.http;

import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the texts of settings mean. Each method throws {@link IllegalArgumentException} that says what to write instead. */
final class SettingText {

    private static final long LEAST_BOUND = 64;

    private SettingText() {}

    static TrustedProxies proxies(String text) {
        return text.isEmpty() ? TrustedProxies.none() : TrustedProxies.parse(text);
    }

    static KeyHasher hasher(String secret) {
        return secret.isEmpty()
                ? KeyHasher.withRandomSecret()
                : KeyHasher.withSecret(secret.getBytes(StandardCharsets.UTF_8));
    }

    static int ipv6Prefix(String text) {
        long bits = count(text);
        if (bits > 128) {
            throw new IllegalArgumentException("write the number of bits, 1 to 128");
        }
        return (int) bits;
    }

    static int jitterPercent(String text) {
        if (!text.matches("[0-9]|10")) {
            throw new IllegalArgumentException("write a percentage from 0 to " + Fields.MAX_JITTER_PERCENT);
        }
        return Integer.parseInt(text);
    }

    static String fieldName(String text) {
        if (!text.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
            throw new IllegalArgumentException("not the name of a header field. Example: X-API-Key");
        }
        return text;
    }

    static long count(String text) {
        try {
            long value = Long.parseLong(text.replace("_", ""));
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // said below, for both
        }
        throw new IllegalArgumentException("write a whole number from 1 on");
    }

    static int amount(String text) {
        if (!text.matches("[0-9][0-9_]{0,8}")) {
            throw new IllegalArgumentException("write a whole number from 0 to 999999999");
        }
        return Integer.parseInt(text.replace("_", ""));
    }

    /* A decision may need several entries at once, of several threads; far fewer would push each other out. */
    static long bound(String text) {
        long bound = count(text);
        if (bound < LEAST_BOUND) {
            throw new IllegalArgumentException("write " + LEAST_BOUND + " or more");
        }
        return bound;
    }

    static Duration positive(String text) {
        Duration duration = DurationText.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be longer than nothing");
        }
        return duration;
    }

    /** From nothing to all. */
    static double part(String text) {
        try {
            double part = Double.parseDouble(text);
            if (part >= 0 && part <= 1) {
                return part;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new IllegalArgumentException("write a part of the burst from 0 to 1. Example: 0.05");
    }

    static Limit oneLimit(String text) {
        List<LimitText.Item> items = LimitText.parse(text);
        if (items.size() != 1) {
            throw new IllegalArgumentException("write one limit. Example: 10/1h");
        }
        return items.get(0).toLimit();
    }

    static Set<String> words(String text) {
        Set<String> words = new LinkedHashSet<>();
        Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(w -> !w.isEmpty())
                .forEach(words::add);
        return words;
    }
}
