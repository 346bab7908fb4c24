package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * Figures as text. Clients are told the same ones again and again, so those that were made lately are kept, at most as many as there are
 * places. Threads may overwrite each other's: a text stands in one object with what it was made of, and is right whoever finds it.
 */
final class Texts {

    private static final int SMALL = 1024;
    private static final int SECONDS = 1024;
    private static final int STATES = 2048;

    private final @Nullable String[] small = new @Nullable String[SMALL];
    private final @Nullable Second[] seconds = new @Nullable Second[SECONDS];
    private final @Nullable State[] states = new @Nullable State[STATES];

    private record Second(long second, String text) {}

    private record State(String start, long remaining, long windowSeconds, String text) {}

    /** A number, 0 or more. */
    String number(long number) {
        if (number >= SMALL) {
            return Long.toString(number);
        }
        String text = small[(int) number];
        if (text == null) {
            text = Long.toString(number);
            small[(int) number] = text;
        }
        return text;
    }

    /** A moment or a time in seconds, 0 or more. */
    String second(long second) {
        int at = (int) second & (SECONDS - 1);
        Second known = seconds[at];
        if (known == null || known.second != second) {
            known = new Second(second, Long.toString(second));
            seconds[at] = known;
        }
        return known.text;
    }

    /** The only member of {@code RateLimit}. */
    @SuppressWarnings("ReferenceEquality") // another object says it has other figures, nearly always
    String state(OneLimit limit, long remaining, long windowSeconds) {
        int at =
                ((int) remaining * 31 + (int) windowSeconds + limit.stateStart().hashCode()) & (STATES - 1);
        State known = states[at];
        if (known == null
                || known.remaining != remaining
                || known.windowSeconds != windowSeconds
                || !known.start.equals(limit.stateStart())) {
            StringBuilder line = new StringBuilder(limit.stateStart().length() + 36);
            DraftFields.appendState(line, limit.stateStart(), remaining, windowSeconds);
            known = new State(limit.stateStart(), remaining, windowSeconds, line.toString());
            states[at] = known;
        }
        return known.text;
    }
}
