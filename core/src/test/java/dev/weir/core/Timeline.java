package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One story of one client, told as a table and replayed against each implementation:
 *
 * <pre>
 * at      ask  answer
 * 0ms     3    allowed, 0 left
 * 50ms    1    refused, retry after 50ms
 * 60ms    9    never
 * </pre>
 */
final class Timeline {

    private static final Pattern LINE = Pattern.compile("(\\d+)(ns|us|ms|s|m|h|d)\\s+(\\d+)\\s+(.+)");

    private record Step(long atNanos, long cost, String expected) {}

    private Timeline() {}

    /** Replays {@code table} on a limiter of {@code limit}, on the public one and on the slow model. */
    static void replay(Limit limit, String table) {
        List<Step> steps = parse(table);
        ManualTicker ticker = new ManualTicker(Long.MAX_VALUE - 1_000); // wraps around in the middle of most stories
        RateLimiter limiter = RateLimiter.of(ticker, limit);
        long start = ticker.read();
        check("RateLimiter", steps, (at, cost) -> {
            ticker.advanceNanos(start + at - ticker.read());
            Decision decision = limiter.tryAcquire("alice", cost);
            return say(
                    decision.allowed(),
                    decision.remaining(),
                    decision.deciding().retryAfterNanos());
        });
        Bundle bundle = Asks.bundle("timeline", limit);
        SlowModel model = new SlowModel();
        check("SlowModel", steps, (at, cost) -> {
            SlowModel.Answer answer = model.decide(Asks.ask(bundle, Asks.ALICE, cost), BigInteger.valueOf(at));
            return say(
                    answer.allowed(),
                    answer.remaining().get(0),
                    answer.retryAfterNanos().get(0));
        });
    }

    private static void check(String who, List<Step> steps, BiFunction<Long, Long, String> answer) {
        List<String> expected = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (Step step : steps) {
            String asked = "at " + text(step.atNanos) + " for " + step.cost + ": ";
            expected.add(asked + step.expected);
            said.add(asked + answer.apply(step.atNanos, step.cost));
        }
        assertThat(said).as(who).isEqualTo(expected);
    }

    private static String say(boolean allowed, long remaining, long retryAfterNanos) {
        if (allowed) {
            return "allowed, " + remaining + " left";
        }
        return retryAfterNanos == Ask.NEVER ? "never" : "refused, retry after " + text(retryAfterNanos);
    }

    private static List<Step> parse(String table) {
        List<Step> steps = new ArrayList<>();
        for (String line : table.strip().lines().skip(1).toList()) {
            Matcher matcher = LINE.matcher(line.strip());
            assertThat(matcher.matches()).as(line).isTrue();
            long at = Long.parseLong(matcher.group(1)) * nanos(matcher.group(2));
            steps.add(new Step(at, Long.parseLong(matcher.group(3)), matcher.group(4)));
        }
        return steps;
    }

    private static String text(long nanos) {
        for (String unit : List.of("d", "h", "m", "s", "ms", "us")) {
            if (nanos % nanos(unit) == 0 && nanos != 0) {
                return nanos / nanos(unit) + unit;
            }
        }
        return nanos + "ns";
    }

    private static long nanos(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 86_400_000_000_000L;
            default -> throw new IllegalArgumentException(unit);
        };
    }
}
