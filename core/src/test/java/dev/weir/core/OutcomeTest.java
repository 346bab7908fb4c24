package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two outcomes tells a client more, whatever their algorithms. */
class OutcomeTest {

    @ParameterizedTest(name = "{0} against {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            FIXED_WINDOW 100 49 0 10       | GCRA 10 5 0 1                 | first, it has the less share left
            FIXED_WINDOW 100 51 0 60       | GCRA 10 5 0 1                 | second, it has the less share left
            FIXED_WINDOW 100 50 0 10       | GCRA 10 5 0 1                 | first, it takes longer to be as good as new
            SLIDING_WINDOW_LOG 4 2 0 1     | SLIDING_WINDOW_COUNTER 8 4 0 2 | second, it takes longer to be as good as new
            SLIDING_WINDOW_LOG 4 0 0 60    | FIXED_WINDOW 8 4 3 3          | second, it refused
            FIXED_WINDOW 100 0 12 12       | GCRA 10 0 1 60                | first, it refused for longer
            FIXED_WINDOW 100 50 0 10       | FIXED_WINDOW 10 5 0 10        | neither
            """)
    void theTighterOneIsToldOf(String first, String second, String which) {
        assertThat(outcome(first).isTighterThan(outcome(second))).isEqualTo(which.startsWith("first"));
        assertThat(outcome(second).isTighterThan(outcome(first))).isEqualTo(which.startsWith("second"));
    }

    /* Algorithm, permits, remaining, retry after, reset after. */
    private static Outcome outcome(String text) {
        String[] words = text.split(" ");
        Limit limit =
                Limit.of(Long.parseLong(words[1]), Duration.ofMinutes(1)).withAlgorithm(Algorithm.valueOf(words[0]));
        return new Outcome(
                new Policy("p", limit), Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]));
    }
}
