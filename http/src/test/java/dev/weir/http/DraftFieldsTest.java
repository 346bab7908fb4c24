package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Limit;
import dev.weir.core.Outcome;
import dev.weir.core.Policy;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an outcome is told as, whatever algorithm it comes from. Times are in milliseconds, so that rounding shows. */
class DraftFieldsTest {

    private static final String LIMIT = "X-RateLimit-Limit";
    private static final String REMAINING = "X-RateLimit-Remaining";
    private static final String RESET = "X-RateLimit-Reset";

    @ParameterizedTest(name = "{0}: {1} per {2} => {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            FIXED_WINDOW           | 100  | 60s   | "p";q=100;w=60
            FIXED_WINDOW           | 10   | 100ms | "p";q=100;w=1
            FIXED_WINDOW           | 10   | 1500ms| "p";q=13;w=2
            FIXED_WINDOW           | 0    | 60s   | "p";q=0;w=60
            SLIDING_WINDOW_COUNTER | 1000 | 1h    | "p";q=1000;w=3600
            SLIDING_WINDOW_LOG     | 5    | 7d    | "p";q=5;w=604800
            LEAKY_BUCKET_QUEUE     | 10   | 1s    | "p";q=10;w=1
            """)
    void policyIsToldByOneFormulaForAllAlgorithms(Algorithm algorithm, long permits, String period, String item) {
        assertThat(DraftFields.policyItem(policy(algorithm, permits, period))).isEqualTo(item);
    }

    @ParameterizedTest(name = "{0}: {1} left, window {2} ms => {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            FIXED_WINDOW           | 59 | 45000 | "p";r=59;t=45
            FIXED_WINDOW           | 99 | 5000  | "p";r=99;t=5
            FIXED_WINDOW           | 59 | 44001 | "p";r=59;t=45
            FIXED_WINDOW           | 59 | 1     | "p";r=59;t=1
            FIXED_WINDOW           | 0  | 12001 | "p";r=0;t=13
            FIXED_WINDOW           | 0  | 12000 | "p";r=0;t=12
            SLIDING_WINDOW_COUNTER | 99 | 59400 | "p";r=99;t=60
            SLIDING_WINDOW_COUNTER | 0  | 600   | "p";r=0;t=1
            SLIDING_WINDOW_LOG     | 33 | 50000 | "p";r=33;t=50
            SLIDING_WINDOW_LOG     | 0  | 29500 | "p";r=0;t=30
            """)
    void admittedToAWindowIsToldHowLongTheRestHasToLast(
            Algorithm algorithm, long remaining, long windowMillis, String state) {
        assertThat(state(new Outcome(policy(algorithm, 100, "60s"), remaining, 0, ms(60_000), ms(windowMillis))))
                .isEqualTo(state);
    }

    @ParameterizedTest(name = "{0}: {1} left, wait {2} ms => {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            FIXED_WINDOW           | 0 | 12001 | "p";r=0;t=13
            FIXED_WINDOW           | 0 | 12000 | "p";r=0;t=12
            SLIDING_WINDOW_COUNTER | 2 | 600   | "p";r=2;t=1
            SLIDING_WINDOW_LOG     | 3 | 40000 | "p";r=3;t=40
            LEAKY_BUCKET_QUEUE     | 0 | 350   | "p";r=0;t=1
            """)
    void refusedByAnyAlgorithmIsToldItsWait(Algorithm algorithm, long remaining, long waitMillis, String state) {
        long otherWindow = algorithm.isBucket() ? 0 : ms(55_000);
        Outcome outcome =
                new Outcome(policy(algorithm, 100, "60s"), remaining, ms(waitMillis), ms(60_000), otherWindow);
        assertThat(state(outcome)).isEqualTo(state);
    }

    @ParameterizedTest(name = "{0}: {1} left, full in {2} ms => {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GCRA               | 60 | 24000 | "p";r=60;t=36
            TOKEN_BUCKET       | 60 | 24000 | "p";r=60;t=36
            LEAKY_BUCKET       | 0  | 60000 | "p";r=0;t=1
            LEAKY_BUCKET_QUEUE | 60 | 24000 | "p";r=60;t=36
            LEAKY_BUCKET_QUEUE | 0  | 60000 | "p";r=0;t=1
            """)
    void permitsOfABucketAreToldAtItsRate(Algorithm algorithm, long remaining, long resetMillis, String state) {
        assertThat(state(new Outcome(policy(algorithm, 100, "60s"), remaining, 0, ms(resetMillis))))
                .isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"FIXED_WINDOW", "SLIDING_WINDOW_COUNTER", "SLIDING_WINDOW_LOG", "LEAKY_BUCKET_QUEUE"})
    void noTimeIsToldWhereNoWaitHelps(Algorithm algorithm) {
        assertThat(state(new Outcome(policy(algorithm, 100, "60s"), 100, Ask.NEVER, 0, ms(60_000))))
                .isEqualTo("\"p\";r=100");
        assertThat(state(new Outcome(policy(algorithm, 0, "60s"), 0, Ask.NEVER, 0, 0)))
                .isEqualTo("\"p\";r=0");
    }

    @ParameterizedTest(name = "{0}: {2} of {1} left => {3} ms")
    @CsvSource(delimiter = '|', textBlock = """
            FIXED_WINDOW           | 1  | 0  | 12001
            FIXED_WINDOW           | 1  | 1  | 0
            FIXED_WINDOW           | 5  | 5  | 0
            SLIDING_WINDOW_COUNTER | 1  | 0  | 12001
            SLIDING_WINDOW_LOG     | 1  | 0  | 12001
            SLIDING_WINDOW_LOG     | 5  | 0  | 50000
            SLIDING_WINDOW_COUNTER | 5  | 4  | 50000
            LEAKY_BUCKET_QUEUE     | 1  | 16 | 0
            LEAKY_BUCKET_QUEUE     | 20 | 16 | 2000
            """)
    void timeUntilACostIsThereIsNeverToldTooShort(Algorithm algorithm, long cost, long remaining, long waitMillis) {
        long window = algorithm.isBucket() ? 0 : ms(12_001);
        Outcome outcome = new Outcome(policy(algorithm, 100, "60s"), remaining, 0, ms(50_000), window);
        assertThat(DraftFields.untilNanos(outcome, cost)).isEqualTo(ms(waitMillis));
    }

    @ParameterizedTest(name = "{0}: {1} left => reset in {2} s")
    @CsvSource(delimiter = '|', textBlock = """
            FIXED_WINDOW           | 59 | 50
            FIXED_WINDOW           | 0  | 13
            SLIDING_WINDOW_COUNTER | 0  | 13
            SLIDING_WINDOW_LOG     | 99 | 50
            """)
    void theOldFieldsOfAWindowCountItsPermits(Algorithm algorithm, long remaining, String reset) {
        RecordingResponse response = new RecordingResponse();
        Outcome outcome = new Outcome(policy(algorithm, 100, "60s"), remaining, 0, ms(50_000), ms(12_001));
        XRateLimitFields.write(response, outcome, Instant.EPOCH);
        assertThat(response.lines(LIMIT)).containsExactly("100");
        assertThat(response.lines(REMAINING)).containsExactly(Long.toString(remaining));
        assertThat(response.lines(RESET)).containsExactly(reset);
    }

    @Test
    void theOldFieldsOfARefusalTellItsWait() {
        RecordingResponse response = new RecordingResponse();
        Policy log = policy(Algorithm.SLIDING_WINDOW_LOG, 100, "60s");
        XRateLimitFields.write(response, new Outcome(log, 3, ms(30_500), ms(50_000), ms(12_001)), Instant.EPOCH);
        assertThat(response.lines(REMAINING)).containsExactly("3");
        assertThat(response.lines(RESET)).containsExactly("31");
    }

    private static Policy policy(Algorithm algorithm, long permits, String period) {
        return new Policy("p", Limit.of(permits, DurationText.parse(period)).withAlgorithm(algorithm));
    }

    private static String state(Outcome outcome) {
        StringBuilder line = new StringBuilder();
        DraftFields.appendState(line, outcome);
        return line.toString();
    }

    private static long ms(long millis) {
        return millis * 1_000_000;
    }
}
