package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A flood of strangers, at the ratio of 50,000 a second to a bound of 1,000,000. */
class FloodTest {

    @Test
    void floodingWithOtherAddressesBuysADrainedClientNothingAndHardlyHurtsNewcomers() {
        Flood.Result result = new Flood(40_000, 2_000, true).run();

        assertThat(result.evictedWhileOwing()).isPositive();
        assertThat(result.overAdmitted()).isZero();
        assertThat(result.regularsForgotten()).isZero();
        assertThat(result.unjust()).isLessThanOrEqualTo(0.02);
        assertThat(result.refusedOutright()).isZero();
        assertThat(result.size()).isLessThanOrEqualTo(40_000);
    }

    @Test
    void withoutTheTableReturnersWouldGetPermitsTwice() {
        Flood.Result result = new Flood(40_000, 2_000, false).run();

        assertThat(result.overAdmitted()).isPositive();
    }
}
