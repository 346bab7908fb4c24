package dev.weir.sample.fleet;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run is like.
 *
 * @param nodes how many copies of the sample, 1 to 16
 * @param seconds how long they are asked, 1 to 600
 * @param threads how many callers ask at a time, 1 to 200
 * @param redis the address of a Redis, or nothing for one of its own
 */
record Options(int nodes, int seconds, int threads, Optional<URI> redis) {

    static final String USAGE = """
            Options:
              --nodes N      how many copies of the sample, 1 to 16 (4)
              --seconds N    how long they are asked, 1 to 600 (10)
              --threads N    how many callers ask at a time, 1 to 200 (32)
              --redis URL    the Redis that they share, as redis://HOST:PORT, instead of one that is started with them;
                             or the environment variable WEIR_REDIS
            """;

    private static final int MOST_NODES = 16;
    private static final int MOST_SECONDS = 600;
    private static final int MOST_THREADS = 200;

    /**
     * Reads the arguments of the program.
     *
     * @param redisOfEnvironment the address where no argument names one, or null
     * @throws IllegalArgumentException that tells all that is wrong with them, a line each
     */
    static Options parse(List<String> args, String redisOfEnvironment) {
        List<String> faults = new ArrayList<>();
        Map<String, String> given = new LinkedHashMap<>();
        for (int i = 0; i < args.size(); i += 2) {
            String option = args.get(i);
            if (!List.of("--nodes", "--seconds", "--threads", "--redis").contains(option)) {
                faults.add(option + " is not an option. There are --nodes, --seconds, --threads and --redis");
            } else if (i + 1 == args.size()) {
                faults.add(option + " needs a value behind it");
            } else if (given.put(option, args.get(i + 1)) != null) {
                faults.add(option + " is there twice");
            }
        }
        Options options = new Options(
                number(given, "--nodes", 4, MOST_NODES, faults),
                number(given, "--seconds", 10, MOST_SECONDS, faults),
                number(given, "--threads", 32, MOST_THREADS, faults),
                redis(given.getOrDefault("--redis", redisOfEnvironment), faults));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), faults));
        }
        return options;
    }

    private static int number(Map<String, String> given, String option, int otherwise, int most, List<String> faults) {
        String text = given.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below, for both
        }
        faults.add(option + " " + text + ": write a whole number from 1 to " + most);
        return otherwise;
    }

    /* Never repeats the address: it may carry a password. */
    private static Optional<URI> redis(String text, List<String> faults) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            boolean known = "redis".equalsIgnoreCase(uri.getScheme()) || "rediss".equalsIgnoreCase(uri.getScheme());
            if (known && uri.getHost() != null && uri.getPort() > 0) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException notAnAddress) {
            // said below, for both
        }
        faults.add("--redis (or WEIR_REDIS): write the address of a Redis, like redis://127.0.0.1:6379");
        return Optional.empty();
    }
}
