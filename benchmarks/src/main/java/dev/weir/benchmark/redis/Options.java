package dev.weir.benchmark.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run is like.
 *
 * @param rounds how many are measured
 * @param warmUps how many are not, before them, at most: fewer if nothing is left to compile; 1 at least
 * @param round how long each way is asked in a round
 * @param threads how many ask at a time; of those who do not block, how many asks are in the air
 * @param clients how many there are where keys are spread
 * @param deadline of Weir's decisions
 * @param parts what is measured
 */
record Options(int rounds, int warmUps, Duration round, int threads, int clients, Duration deadline, Set<Part> parts) {

    /** What can be measured, in this order. */
    enum Part {
        SPREAD,
        HOT,
        ONE,
        LEASES,
        DENIED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final String USAGE = """
            Options:
              --rounds N       how many rounds are measured, 1 to 100 (5)
              --warm-ups N     how many before them are not, at most, until nothing is left to compile, 1 to 100 (5)
              --millis N       how long each way is asked in a round, 100 to 600000 (2000)
              --quick          2 rounds of 1000 ms after 2 at most, for a first look
              --threads N      how many callers ask at a time, 1 to 1000 (64)
              --clients N      how many keys there are where they are spread, 1 to 10000000 (10000)
              --deadline N     of Weir's decisions, in ms, 1 to 60000 (50)
              --only PART,...  of spread, hot, one, leases, denied (all)
            """;

    private static final List<String> NUMBERS =
            List.of("--rounds", "--warm-ups", "--millis", "--threads", "--clients", "--deadline");

    /**
     * Reads the arguments of the program.
     *
     * @throws IllegalArgumentException that tells all that is wrong with them, a line each
     */
    static Options parse(List<String> args) {
        List<String> faults = new ArrayList<>();
        Map<String, String> given = new LinkedHashMap<>();
        boolean quick = false;
        for (int i = 0; i < args.size(); i++) {
            String option = args.get(i);
            if (option.equals("--quick")) {
                quick = true;
            } else if (!NUMBERS.contains(option) && !option.equals("--only")) {
                faults.add(option + " is not an option");
            } else if (i + 1 == args.size()) {
                faults.add(option + " needs a value behind it");
            } else if (given.put(option, args.get(++i)) != null) {
                faults.add(option + " is there twice");
            }
        }
        Options options = new Options(
                number(given, "--rounds", quick ? 2 : 5, 1, 100, faults),
                number(given, "--warm-ups", quick ? 2 : 5, 1, 100, faults),
                Duration.ofMillis(number(given, "--millis", quick ? 1_000 : 2_000, 100, 600_000, faults)),
                number(given, "--threads", 64, 1, 1_000, faults),
                number(given, "--clients", 10_000, 1, 10_000_000, faults),
                Duration.ofMillis(number(given, "--deadline", 50, 1, 60_000, faults)),
                parts(given.get("--only"), faults));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), faults));
        }
        return options;
    }

    private static int number(
            Map<String, String> given, String option, int otherwise, int least, int most, List<String> faults) {
        String text = given.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below, for both
        }
        faults.add(option + " " + text + ": write a whole number from " + least + " to " + most);
        return otherwise;
    }

    private static Set<Part> parts(@Nullable String text, List<String> faults) {
        Set<Part> all = EnumSet.allOf(Part.class);
        if (text == null) {
            return all;
        }
        Set<Part> named = EnumSet.noneOf(Part.class);
        for (String name : text.split(",", -1)) {
            all.stream()
                    .filter(part -> part.toString().equals(name))
                    .findAny()
                    .ifPresentOrElse(
                            named::add,
                            () -> faults.add("--only " + name + ": write of " + Arrays.toString(Part.values())));
        }
        return named;
    }
}
