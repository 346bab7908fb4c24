package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The judge of the fleet, on histories told by hand. */
class TallyTest {

    private static final Traffic TWO_A_SECOND =
            new Traffic("x", "2 a second", 2, Duration.ofMillis(500), 1, List.of("a", "b"));

    @Test
    void burstAndWhatCameBackIsExact() {
        Tally client = tally();
        admit(client, 0, 1, 500, 1_000);
        refuse(client, 2, 300, 600, 900, 1_001);

        assertThat(client.least()).isEqualTo(3); // from 12 ms to 1,001 ms one has come back for certain
        assertThat(client.most()).isEqualTo(4);
        assertThat(judged(client).over()).isZero();
        assertThat(judged(client).fewer()).isZero();
    }

    @Test
    void oneTooManyIsOver() {
        Tally client = tally();
        admit(client, 0, 1, 2);

        assertThat(judged(client).over()).isEqualTo(1);
        assertThat(result(judged(client)).isGood()).isFalse();
    }

    @Test
    void whatOneClientLacksDoesNotExcuseAnother() {
        Tally one = tally();
        admit(one, 0, 1, 2);
        Tally other = tally();
        admit(other, 0);
        refuse(other, 1);

        Result.AtLimit both = Result.AtLimit.of(TWO_A_SECOND, List.of(one, other));
        assertThat(both.over()).isEqualTo(1);
        assertThat(both.fewer()).isEqualTo(1);
    }

    @Test
    void nothingIsOwedForAPauseInWhichTheBucketWasFull() {
        Tally client = tally();
        admit(client, 0, 1);
        refuse(client, 2);
        admit(client, 60_000, 60_001);
        refuse(client, 60_002);

        assertThat(client.least()).isEqualTo(2);
        assertThat(judged(client).fewer()).isZero();
    }

    @Test
    void whoIsNeverRefusedIsOwedWhatWasAskedFor() {
        Tally client = tally();
        admit(client, 0);

        assertThat(client.least()).isEqualTo(1);
        assertThat(client.most()).isEqualTo(1);
    }

    @Test
    void failureIsNotGood() {
        Tally client = tally();
        client.add(Answer.FAILED, 0, 1);

        assertThat(result(judged(client)).isGood()).isFalse();
    }

    private static Tally tally() {
        return new Tally(TWO_A_SECOND);
    }

    private static Result.AtLimit judged(Tally client) {
        return Result.AtLimit.of(TWO_A_SECOND, List.of(client));
    }

    private static Result result(Result.AtLimit limit) {
        return new Result(List.of(new Result.AtNode("x", limit.count())), List.of(limit), Optional.empty());
    }

    private static void admit(Tally client, long... sentMillis) {
        add(client, Answer.ADMITTED, sentMillis);
    }

    private static void refuse(Tally client, long... sentMillis) {
        add(client, Answer.REFUSED, sentMillis);
    }

    /* Each is answered 10 ms after it was sent. */
    private static void add(Tally client, Answer answer, long... sentMillis) {
        for (long sent : sentMillis) {
            client.add(answer, sent * 1_000_000, (sent + 10) * 1_000_000);
        }
    }
}
