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
 * @param faults what is to happen meanwhile, each for so many seconds; if nothing, limits are compared
 * @param rate how many requests per second there are meanwhile, 1 to 100,000
 * @param downAfterMillis how long Sentinel and the cluster wait for a server before they take it for dead, 50 to 60,000
 */
record Options(
        int nodes, int seconds, int threads, Optional<URI> redis, List<Fault> faults, int rate, int downAfterMillis) {

    static final String USAGE = """
            Options:
              --nodes N      how many copies of the sample, 1 to 16 (4)
              --seconds N    how long they are asked, 1 to 600 (10)
              --threads N    how many callers ask at a time, 1 to 200 (32)
              --redis URL    the Redis that they share, as redis://HOST:PORT, instead of one that is started with them;
                             or the environment variable WEIR_REDIS
              --faults LIST  starts servers of its own, has them fail in this way and that while nodes are asked, and tells
                             what became of the requests: all, or some of
                             %s
                             Then there are 2 nodes and 64 callers unless said, and each fault lasts for 3 seconds
              --rate N       with faults: how many requests are sent per second, 1 to 100000 (2000)
              --down-after N with faults: after how many milliseconds Sentinel and the cluster take a server for dead,
                             50 to 60000 (1000)
            """.formatted(Fault.names());

    private static final List<String> NAMES =
            List.of("--nodes", "--seconds", "--threads", "--redis", "--faults", "--rate", "--down-after");

    private static final int MOST_NODES = 16;
    private static final int MOST_SECONDS = 600;
    private static final int MOST_THREADS = 200;
    private static final int MOST_RATE = 100_000;
    private static final int RATE = 2_000;
    private static final int LEAST_DOWN_AFTER_MILLIS = 50;
    private static final int MOST_DOWN_AFTER_MILLIS = 60_000;
    private static final int DOWN_AFTER_MILLIS = 1_000;

    /** Without faults. */
    Options(int nodes, int seconds, int threads, Optional<URI> redis) {
        this(nodes, seconds, threads, redis, List.of(), RATE, DOWN_AFTER_MILLIS);
    }

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
            if (!NAMES.contains(option)) {
                faults.add(option + " is not an option. There are " + String.join(", ", NAMES));
            } else if (i + 1 == args.size()) {
                faults.add(option + " needs a value behind it");
            } else if (given.put(option, args.get(i + 1)) != null) {
                faults.add(option + " is there twice");
            }
        }
        boolean failing = given.containsKey("--faults");
        if (failing && given.containsKey("--redis")) {
            faults.add("--redis: leave it out. With --faults the servers are started here, since they are killed");
        }
        for (String option : List.of("--rate", "--down-after")) {
            if (!failing && given.containsKey(option)) {
                faults.add(option + ": leave it out, or say --faults, too");
            }
        }
        Options options = new Options(
                number(given, "--nodes", failing ? 2 : 4, 1, MOST_NODES, faults),
                number(given, "--seconds", failing ? 3 : 10, 1, MOST_SECONDS, faults),
                number(given, "--threads", failing ? 64 : 32, 1, MOST_THREADS, faults),
                failing ? Optional.empty() : redis(given.getOrDefault("--redis", redisOfEnvironment), faults),
                faults(given.get("--faults"), faults),
                number(given, "--rate", RATE, 1, MOST_RATE, faults),
                number(
                        given,
                        "--down-after",
                        DOWN_AFTER_MILLIS,
                        LEAST_DOWN_AFTER_MILLIS,
                        MOST_DOWN_AFTER_MILLIS,
                        faults));
        if (options.faults().contains(Fault.NODE) && options.nodes() == 1) {
            faults.add("--nodes 1: write 2 or more, since " + Fault.NODE.option() + " takes one away");
        }
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

    private static List<Fault> faults(String text, List<String> faults) {
        try {
            return text == null ? List.of() : Fault.parse(text);
        } catch (IllegalArgumentException e) {
            faults.add("--faults " + text + ": " + e.getMessage());
            return List.of();
        }
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
