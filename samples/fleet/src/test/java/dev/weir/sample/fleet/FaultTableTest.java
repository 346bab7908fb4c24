package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FaultTableTest {

    private static final Excess ALLOWED = new Excess(30, 300, 0, 0);

    @Test
    void columnsStandUnderTheirNamesAndNotesBelow() {
        FaultRow stop = new FaultRow(
                Fault.STOP, 12_345, 0, 2_000, 9.84, 61.25, 70, 12, ALLOWED, Excess.NONE, sec(0.31), none(), List.of());
        FaultRow failover = new FaultRow(
                Fault.FAILOVER, 99, 0, 9, 1, 2, 3, 4, ALLOWED, ALLOWED, sec(3.3), sec(3.1), List.of("a note"));

        assertThat(FaultTable.of(List.of(stop, failover)).lines())
                .containsExactly(
                        "  fault     requests  answered %  not by Redis  p99 ms  p99.9  worst  /health p99.9  above limit  may be"
                                + "  back after s  verdict",
                        "  stop        12,345      100.00         2,000     9.8   61.3   70.0           12.0           30     300"
                                + "           0.3  good",
                        "  failover        99      100.00             9     1.0    2.0    3.0            4.0           60     600"
                                + "           3.3  good",
                        "",
                        "  failover: a note");
    }

    @Test
    void oneRequestWithoutAnAnswerIsNotRoundedAway() {
        FaultRow row = row(1_000_000, 1, 1, 1, Excess.NONE, sec(0));
        assertThat(row.answered()).isEqualTo("99.99");
        assertThat(row.verdict()).isEqualTo("1 NOT ANSWERED");
        assertThat(row.isGood()).isFalse();
    }

    @Test
    void slowIsSaidAndIsNoFailure() {
        assertThat(row(1, 0, 75, 5, Excess.NONE, sec(0)).verdict()).isEqualTo("good");
        assertThat(row(1, 0, 75.1, 5, Excess.NONE, sec(0)).verdict()).isEqualTo("slow");
        assertThat(row(1, 0, 75.1, 5, Excess.NONE, sec(0)).isGood()).isTrue();
    }

    @Test
    void whatIsBeyondTheBoundFails() {
        FaultRow row = row(1, 0, 1, 1, new Excess(301, 300, 1, 0), sec(0));
        assertThat(row.verdict()).isEqualTo("OVER by 1");
        assertThat(row.isGood()).isFalse();
    }

    @Test
    void whoIsNotBackFails() {
        FaultRow row = row(1, 0, 1, 1, Excess.NONE, none());
        assertThat(row.verdict()).isEqualTo("NOT RECOVERED");
        assertThat(row.isGood()).isFalse();
        assertThat(FaultTable.seconds(row.recoverySeconds())).isEqualTo("never");
    }

    @Test
    void failoverMayTakeASecondMoreThanByItself() {
        assertThat(failover(4.0).verdict()).isEqualTo("good");
        assertThat(failover(4.1).verdict()).isEqualTo("late");
        assertThat(failover(4.1).isGood()).isTrue();
    }

    private static FaultRow failover(double seconds) {
        return new FaultRow(
                Fault.FAILOVER, 1, 0, 0, 1, 1, 1, 1, Excess.NONE, Excess.NONE, sec(seconds), sec(3), List.of());
    }

    private static FaultRow row(
            long requests, long unanswered, double p999, double health, Excess excess, OptionalDouble back) {
        return new FaultRow(
                Fault.KILL, requests, unanswered, 0, 1, p999, 99, health, excess, Excess.NONE, back, none(), List.of());
    }

    private static OptionalDouble sec(double seconds) {
        return OptionalDouble.of(seconds);
    }

    private static OptionalDouble none() {
        return OptionalDouble.empty();
    }
}
