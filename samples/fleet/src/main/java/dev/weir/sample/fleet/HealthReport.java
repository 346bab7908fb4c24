package dev.weir.sample.fleet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@link LimitedNode} says of itself.
 *
 * @param degraded whether it does without Redis at the moment
 * @param decided how many decisions there were since it started
 * @param fellBack how many of them Redis did not give
 */
record HealthReport(boolean degraded, long decided, long fellBack) {

    private static final Pattern JSON =
            Pattern.compile("\\{\"degraded\": (true|false), \"decided\": (\\d+), \"fellBack\": (\\d+)}\\s*");
    private static final int MOST_OF_TEN = 1;

    String json() {
        return "{\"degraded\": " + degraded + ", \"decided\": " + decided + ", \"fellBack\": " + fellBack + "}";
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if that is none
     */
    static HealthReport parse(String text) {
        Matcher json = JSON.matcher(text);
        if (!json.matches()) {
            throw new IllegalArgumentException("Not a report of health: " + text);
        }
        return new HealthReport(
                Boolean.parseBoolean(json.group(1)), Long.parseLong(json.group(2)), Long.parseLong(json.group(3)));
    }

    /** Whether Redis decides, but for a stray decision in ten or fewer, judged by what was decided since {@code before}. */
    boolean isFineSince(HealthReport before) {
        long lately = decided - before.decided;
        return !degraded && (fellBack - before.fellBack) * 10 <= lately * MOST_OF_TEN;
    }
}
