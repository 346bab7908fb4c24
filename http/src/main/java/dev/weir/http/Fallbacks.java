package dev.weir.http;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Fallback;
import dev.weir.core.OnFailure;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What holds while the back end gives no decision: what an annotation says, else the settings.
 *
 * @param usual what the settings say
 */
record Fallbacks(Fallback usual) {

    private static final String RANGE = "Write 1ms to 1h";

    /** What {@code settings} say, or null if anything of it is wrong. */
    static @Nullable Fallbacks of(Settings settings, List<String> problems) {
        OnFailure mode = settings.parse(Setting.ON_FAILURE, Fallbacks::mode, problems);
        Duration deadline = settings.parse(Setting.DEADLINE, Fallbacks::deadline, problems);
        Double share = settings.parse(Setting.FALLBACK_SHARE, text -> text.isEmpty() ? 0 : share(text), problems);
        Integer nodes = settings.parse(Setting.NODES, Fallbacks::nodes, problems);
        if (mode == null || deadline == null || share == null || nodes == null) {
            return null;
        }
        return new Fallbacks(new Fallback(mode, deadline, share == 0 && nodes > 0 ? 1.0 / nodes : share));
    }

    /** What {@code annotation} says. Gets what is wrong into {@code report}. */
    Fallback of(RateLimited annotation, Report report) {
        Duration deadline = annotation.deadline().isEmpty()
                ? usual.deadline()
                : report.attempt("deadline", () -> deadline(annotation.deadline()));
        double share = annotation.fallbackShare();
        if (!(share >= 0 && share <= 1)) {
            report.add("fallbackShare", share + " is out of range. Write a share above 0 to 1, or leave it out");
        } else if (deadline != null) {
            return new Fallback(
                    switch (annotation.onFailure()) {
                        case DEFAULT -> usual.onFailure();
                        case OPEN -> OnFailure.OPEN;
                        case LOCAL -> OnFailure.LOCAL;
                        case CLOSED -> OnFailure.CLOSED;
                    },
                    deadline,
                    share == 0 ? usual.share() : share);
        }
        return usual;
    }

    static OnFailure mode(String text) {
        try {
            return OnFailure.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("write open, local or closed", e);
        }
    }

    static Duration deadline(String text) {
        Duration deadline = DurationText.parse(text);
        try {
            return new Fallback(OnFailure.LOCAL, deadline, 0).deadline();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is out of range. " + RANGE, e);
        }
    }

    static double share(String text) {
        try {
            double share = Double.parseDouble(text);
            if (share > 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("write a share above 0 to 1. Example: 0.25");
    }

    /* 0: as many as there are seen. */
    private static int nodes(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        int nodes = SettingText.amount(text);
        if (nodes == 0) {
            throw new IllegalArgumentException("write 1 or more");
        }
        return nodes;
    }
}
