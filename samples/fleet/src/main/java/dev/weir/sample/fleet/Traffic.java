package dev.weir.sample.fleet;

import dev.weir.annotation.OnFailure;
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
 * @param onFailure what becomes of requests while Redis does not decide
 * @param maxError how far, as a part of the burst, what is admitted may be off
 */
record Traffic(
        String path,
        String limit,
        long burst,
        Duration emissionInterval,
        int share,
        List<String> clients,
        OnFailure onFailure,
        double maxError) {

    /** One client, who uses up the quota of a day. */
    static final Traffic QUOTA =
            new Traffic("api/quota", "500 a day", 500, Duration.ofDays(1).dividedBy(500), 2, clients("198.51.100.", 1));

    /** Clients who keep asking for more than comes back. */
    static final Traffic HELLO =
            new Traffic("api/hello", "10 a second", 10, Duration.ofMillis(100), 1, clients("203.0.113.", 3));

    static final List<Traffic> ALL = List.of(QUOTA, HELLO);

    /** How far {@link #LENT} may be off. */
    static final double MAX_ERROR = 0.05;

    /** Of a {@link LimitedNode}: a quota of which nodes may borrow ahead. */
    static final Traffic LENT =
            new Traffic("lent", "1,200 a day", 1_200, perDay(1_200), 4, clients("", 1), OnFailure.LOCAL, MAX_ERROR);

    /** Of a {@link LimitedNode}. Nobody asks for more than there is, nor for more than a node's share of it while Redis is away. */
    static final Traffic AMPLE = new Traffic("ample", "100 a second", 100, Duration.ofMillis(10), 6, clients("", 250));

    /**
     * Of a {@link LimitedNode}; of clients the last part of their addresses. Under all limits but {@link #AMPLE} clients keep
     * asking for more than they have.
     */
    static final List<Traffic> WHILE_IT_FAILS = List.of(
            new Traffic("tight", "10 a second", 10, Duration.ofMillis(100), 3, clients("", 3)),
            new Traffic("daily", "200 a day", 200, perDay(200), 3, clients("", 1)),
            AMPLE,
            LENT,
            new Traffic("open", "10 a second", 10, Duration.ofMillis(100), 1, clients("", 1), OnFailure.OPEN, 0),
            new Traffic("closed", "10 a second", 10, Duration.ofMillis(100), 1, clients("", 1), OnFailure.CLOSED, 0));

    /** One whose nodes stand in for a Redis that is away. */
    Traffic(String path, String limit, long burst, Duration emissionInterval, int share, List<String> clients) {
        this(path, limit, burst, emissionInterval, share, clients, OnFailure.LOCAL, 0);
    }

    /** The same, asked for by others. */
    Traffic of(List<String> others) {
        return new Traffic(path, limit, burst, emissionInterval, share, others, onFailure, maxError);
    }

    /** How much its clients may be admitted above the limit, each: so many bursts, and the error. */
    long allowance(int bursts) {
        return bursts * burst + (long) (maxError * burst);
    }

    /** What an answer of this status is. */
    Answer answer(int status) {
        return switch (status) {
            case 200 -> Answer.ADMITTED;
            case 429 -> Answer.REFUSED;
            case 503 -> onFailure == OnFailure.CLOSED ? Answer.REFUSED : Answer.FAILED;
            default -> Answer.FAILED;
        };
    }

    /** How long after a refusal a bucket may be full again, at the earliest. */
    long fullAfterRefusalNanos() {
        return emissionInterval.multipliedBy(burst - 1).toNanos();
    }

    private static Duration perDay(long permits) {
        return Duration.ofDays(1).dividedBy(permits);
    }

    private static List<String> clients(String network, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> network + i).toList();
    }
}
