package dev.weir.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them in {@code @RateLimited(per = "1m")}, in web.xml and in settings: a whole number and
 * one of {@code ns, us, ms, s, m, h, d}. There is no number without a unit, so nobody takes seconds for milliseconds. A
 * day is 24 hours.
 *
 * <p>Both ways are exact, and what one writes the other reads; from 0 to {@link Long#MAX_VALUE} nanoseconds (292
 * years), which is what the kernel counts in. Stateless, so safe for any thread.
 */
final class DurationText {

    private static final Pattern SYNTAX = Pattern.compile("([0-9]+)(ns|us|ms|s|m|h|d)");
    private static final String LONGEST = "The longest is 106751d, about 292 years.";

    /** Largest first: the first that divides a duration gives its shortest text. */
    private static final List<Unit> UNITS = List.of(
            new Unit("d", TimeUnit.DAYS),
            new Unit("h", TimeUnit.HOURS),
            new Unit("m", TimeUnit.MINUTES),
            new Unit("s", TimeUnit.SECONDS),
            new Unit("ms", TimeUnit.MILLISECONDS),
            new Unit("us", TimeUnit.MICROSECONDS),
            new Unit("ns", TimeUnit.NANOSECONDS));

    private DurationText() {}

    private record Unit(String symbol, TimeUnit unit) {
        long nanos() {
            return unit.toNanos(1);
        }
    }

    /**
     * The duration that {@code text} tells. White space, signs, decimals, upper case and digits of other scripts are
     * refused.
     *
     * @throws IllegalArgumentException if it is not a number and a unit, or above {@link Long#MAX_VALUE} nanoseconds;
     *     the message quotes the text and says what to write
     */
    static Duration parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a duration."
                    + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s");
        }
        try {
            return Duration.ofNanos(Math.multiplyExact(
                    Long.parseLong(matcher.group(1)), nanosOf(matcher.group(2)))); // both may overflow
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("\"" + text + "\" is too long. " + LONGEST + " Example: 1d", e);
        }
    }

    /**
     * The shortest text that {@link #parse} reads as exactly this duration: {@code 1m}, {@code 90s}, {@code 1500ms}.
     * Zero is {@code 0s}.
     *
     * @throws IllegalArgumentException if the duration is negative or above {@link Long#MAX_VALUE} nanoseconds
     */
    static String format(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(duration + " is negative. Durations here start at 0s.");
        }
        if (duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException(duration + " is too long. " + LONGEST);
        }
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s"; // every unit divides it; 0d would look as if days mattered
        }
        for (Unit unit : UNITS) {
            if (nanos % unit.nanos() == 0) {
                return nanos / unit.nanos() + unit.symbol();
            }
        }
        throw new AssertionError("One nanosecond divides every duration: " + duration);
    }

    private static long nanosOf(String symbol) {
        for (Unit unit : UNITS) {
            if (unit.symbol().equals(symbol)) {
                return unit.nanos();
            }
        }
        throw new AssertionError("The pattern lets only known units through: " + symbol);
    }
}
