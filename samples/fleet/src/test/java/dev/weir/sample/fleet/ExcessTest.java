package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.OnFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was admitted too much, on histories told by hand. */
class ExcessTest {

    private static final Traffic TEN_A_DAY =
            new Traffic("x", "10 a day", 10, Duration.ofHours(1), 1, List.of("a", "b"), OnFailure.LOCAL, 0.25);

    @Test
    void whatTheLimitAllowsIsNotAbove() {
        assertThat(of(0, client(10, 5))).isEqualTo(new Excess(0, 2, 0, 0));
    }

    @Test
    void errorAndBurstsAreAllowedAboveAndNotBeyond() {
        assertThat(of(0, client(12, 5))).isEqualTo(new Excess(2, 2, 0, 0));
        assertThat(of(0, client(13, 5))).isEqualTo(new Excess(3, 2, 1, 0));
        assertThat(of(1, client(22, 5))).isEqualTo(new Excess(12, 12, 0, 0));
        assertThat(of(2, client(33, 5))).isEqualTo(new Excess(23, 22, 1, 0));
    }

    @Test
    void whatOneClientLeavesIsNotForAnother() {
        assertThat(of(0, client(13, 1), client(9, 1))).isEqualTo(new Excess(3, 4, 1, 1));
    }

    @Test
    void whoDoesNotReachTheLimitIsAllowedNothingAbove() {
        assertThat(of(2, client(9, 0))).isEqualTo(Excess.NONE);
    }

    private static Excess of(int bursts, Tally... clients) {
        return Excess.of(TEN_A_DAY, List.of(clients), bursts);
    }

    /** All in the same moment. */
    private static Tally client(int admitted, int refused) {
        Tally tally = new Tally(TEN_A_DAY);
        for (int i = 0; i < admitted; i++) {
            tally.add(Answer.ADMITTED, 0, 1);
        }
        for (int i = 0; i < refused; i++) {
            tally.add(Answer.REFUSED, 0, 1);
        }
        return tally;
    }
}
