package dev.weir.benchmark.redis;

import dev.weir.benchmark.Effort;
import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rounds how many are measured
 * @param warmUps how many are not, before them, at most: fewer if nothing is left to compile; 1 at least
 * @param round how long each way is asked in a round
 * @param threads how many ask at a time; of those who do not block, how many asks are in the air
 * @param clients how many there are where keys are spread
 * @param kept how many clients are kept in Redis where their bytes are counted
 * @param deadline of Weir's decisions
 */
record Options(int rounds, int warmUps, Duration round, int threads, int clients, int kept, Duration deadline) {

    private static final int SLICES = 5;

    static Options of(Effort effort) {
        return new Options(
                effort.choose(1, 3, 5),
                effort.choose(1, 2, 5),
                effort.round(),
                effort.choose(8, 64, 64),
                effort.choose(100, 10_000, 10_000),
                effort.choose(300, 20_000, 100_000),
                effort.choose(Duration.ofSeconds(30), Duration.ofMillis(50), Duration.ofMillis(50)));
    }

    /** The same in more rounds, each shorter, which take about as long. */
    Options inSlices() {
        return new Options(rounds * SLICES, warmUps, round.dividedBy(SLICES), threads, clients, kept, deadline);
    }
}
