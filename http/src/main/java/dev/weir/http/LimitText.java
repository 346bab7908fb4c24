package dev.weir.http;

import dev.weir.core.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The compact syntax of default limits, for places that hold one string, such as an init parameter in web.xml:
 *
 * <pre>{@code
 * 100/1m, 1_000/1h burst 50
 * }</pre>
 *
 * Items are separated by commas, each {@code permits/period} and, where it differs from the permits, {@code burst n}.
 * White space (line ends too) is free around items and around tokens, but not inside a number or a
 * {@linkplain DurationText duration}. Numbers may have underscores between digits.
 *
 * <p>Only the text is judged here. Which figures make a limit (a period of 0, a burst of 0) is for the limit itself to
 * say. Stateless, so safe for any thread.
 */
final class LimitText {

    private static final Pattern NUMBER = Pattern.compile("[0-9]+(_+[0-9]+)*");
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final String ADVICE =
            "Write permits/period, and burst n if it differs from the permits. Example: 100/1m burst 50";

    private LimitText() {}

    /** {@code permits} per {@code period}, of which {@code burst} at once; as many as {@code permits} unless said. */
    record Item(long permits, Duration period, long burst) {
        /**
         * The limit that this says.
         *
         * @throws IllegalArgumentException if a figure is out of range
         */
        Limit toLimit() {
            return Limit.of(permits, period).withBurst(burst);
        }
    }

    /**
     * The limits in the order in which they are written; at least one.
     *
     * @throws IllegalArgumentException if there is none, or if any is malformed or empty; the message has one line for
     *     each bad item, which quotes it, says what is wrong and shows an example
     */
    static List<Item> parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("\"" + text + "\" holds no limit. " + ADVICE);
        }
        List<Item> items = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        String[] parts = text.split(",", -1); // -1 keeps what follows a last comma: an empty item, too
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.isEmpty()) {
                faults.add("Item " + (i + 1) + " of \"" + text.strip() + "\" is empty. Remove a comma. " + ADVICE);
                continue;
            }
            try {
                items.add(parseItem(part));
            } catch (IllegalArgumentException e) {
                faults.add("\"" + part + "\" is not a limit: " + e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", faults));
        }
        return List.copyOf(items);
    }

    private static Item parseItem(String item) {
        int slash = item.indexOf('/');
        if (slash < 0) {
            throw fault("it has no \"/\".");
        }
        String permitsText = item.substring(0, slash).strip();
        String rest = item.substring(slash + 1).strip();
        if (permitsText.isEmpty()) {
            throw fault("no permits stand before the \"/\".");
        }
        if (rest.isEmpty()) {
            throw fault("no period stands after the \"/\".");
        }
        long permits = number("permits", permitsText);
        String[] tokens = WHITE_SPACE.split(rest, 3); // period, the word burst, and all the rest
        Duration period = DurationText.parse(tokens[0]);
        if (tokens.length == 1) {
            return new Item(permits, period, permits);
        }
        if (!tokens[1].equals("burst")) {
            throw fault("\"" + tokens[1] + "\" stands where only burst may.");
        }
        if (tokens.length == 2) {
            throw fault("no number stands after burst.");
        }
        return new Item(permits, period, number("burst", tokens[2]));
    }

    private static long number(String name, String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw fault(name + " \"" + text + "\" is not a whole number from 0 on.");
        }
        try {
            return Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException e) { // its digits are sound, so there are too many of them
            throw fault(name + " \"" + text + "\" is too large.");
        }
    }

    private static IllegalArgumentException fault(String what) {
        return new IllegalArgumentException(what + " " + ADVICE);
    }
}
