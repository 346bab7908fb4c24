package dev.weir.sample.fleet;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An endpoint of the sample, its limit, and who asks for it.
 *
 * @param path of the endpoint
 * @param limit in words
 * @param burst how many permits a client has at first
 * @param emissionInterval how long one takes to come back
 * @param share how many requests it gets in each round
 * @param clients their addresses
 */
record Traffic(String path, String limit, long burst, Duration emissionInterval, int share, List<String> clients) {

    /** One client, who uses up the quota of a day. */
    static final Traffic QUOTA =
            new Traffic("api/quota", "500 a day", 500, Duration.ofDays(1).dividedBy(500), 2, clients("198.51.100.", 1));

    /** Clients who keep asking for more than comes back. */
    static final Traffic HELLO =
            new Traffic("api/hello", "10 a second", 10, Duration.ofMillis(100), 1, clients("203.0.113.", 3));

    static final List<Traffic> ALL = List.of(QUOTA, HELLO);

    /** How long after a refusal a bucket may be full again, at the earliest. */
    long fullAfterRefusalNanos() {
        return emissionInterval.multipliedBy(burst - 1).toNanos();
    }

    private static List<String> clients(String network, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> network + i).toList();
    }
}
