package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The memory of a log: small at first, bounded at last, and never at the price of a permit that comes back too early. */
class LogRingTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int LARGEST = 4 + 2 * LogRing.MAX_PAIRS;

    @AfterEach
    void theStateThatAllShareIsNeverWrittenTo() {
        assertThat(LogRing.EMPTY).containsOnly(0).hasSize(4);
    }

    @Test
    void whoHasTakenNothingSharesOneState() {
        Kernel kernel = Kernel.of(AnyWindows.limit(Algorithm.SLIDING_WINDOW_LOG, 9, SECOND));
        long[] fresh = kernel.fresh(new long[Kernel.MAX_WORDS], 5, AnyWindows.anchor(0), 7);
        assertThat(fresh).isSameAs(LogRing.EMPTY);
        kernel.catchUp(fresh, 6);
        kernel.giveBack(fresh, fresh, 5, 0, false, 6, 3);
        assertThat(kernel.take(fresh, 6, 0)).isSameAs(fresh);
        assertThat(kernel.take(fresh, 6, 1)).isNotSameAs(fresh);
        assertThat(kernel.owe(fresh, 6, 1)).isNotSameAs(fresh);
        assertThat(kernel.remember(fresh, SECOND, 6)).isNotSameAs(fresh);
    }

    @Test
    void whatIsTakenAtOneNanosecondStandsInOnePair() {
        OneClient client = client(1_000, SECOND);
        for (int i = 0; i < 1_000; i++) {
            client.ask(7, 1);
        }
        assertThat(client.state).hasSize(4 + 2 * 4);
        assertThat(client.remaining(7)).isZero();
    }

    @Test
    void theRingGrowsWithWhatIsTakenAndShrinksAgain() {
        OneClient client = client(1_000, SECOND);
        for (int i = 0; i < 1_000; i++) {
            client.ask(i, 1);
        }
        assertThat(client.state).hasSize(4 + 2 * 1_024);
        for (int i = 0; i < 20; i++) {
            long now = (2 + i) * SECOND;
            client.kernel.catchUp(client.state, now);
            client.ask(now, 1);
        }
        assertThat(client.state).hasSize(4 + 2 * 4);
    }

    @Test
    void aFullRingGivesPermitsBackLaterByLittleAndNeverEarlier() {
        int count = 300_000;
        OneClient client = client(count, SECOND);
        long step = SECOND / count;
        for (int i = 0; i < count; i++) {
            assertThat(client.ask(i * step, 1)).isTrue();
        }
        assertThat(client.state).hasSizeLessThanOrEqualTo(LARGEST);
        long merged = SECOND >> 14;
        for (int i = 0; i < count; i += 997) {
            long now = i * step + SECOND;
            assertThat(client.remaining(now)).isBetween((now - SECOND - merged) / step, (long) i + 1);
        }
        assertThat(client.remaining(count * step + SECOND)).isEqualTo(count);
    }

    @Test
    void theBoundHoldsEvenForTurnsOfManyPeriodsAhead() {
        int count = 300_000;
        OneClient client = client(count, 1_000);
        for (int i = 0; i < count; i++) { // 300 periods, each nanosecond of which has a pair
            client.state = client.kernel.take(client.state, i, 1);
        }
        assertThat(client.state).hasSizeLessThanOrEqualTo(LARGEST);
        for (int i = 0; i < count; i += 997) {
            assertThat(client.remaining(i + 1_000)).isBetween(i - 64L, i + 1L);
        }
    }

    @Test
    void whatIsGivenBackFreesThePlaceOfItsPair() {
        OneClient client = client(10, SECOND);
        for (int i = 0; i < 4; i++) {
            client.ask(i, 2);
        }
        long[] any = {};
        client.kernel.giveBack(client.state, any, 1, 0, false, 5, 2); // in the middle
        client.kernel.giveBack(client.state, any, 3, 0, false, 5, 1); // a part of the newest
        assertThat(client.remaining(5)).isEqualTo(5);
        assertThat(client.resetAfterNanos(5)).isEqualTo(3 + SECOND - 5);
        client.kernel.giveBack(client.state, any, 3, 0, false, 5, 1); // the rest of it
        assertThat(client.resetAfterNanos(5)).isEqualTo(2 + SECOND - 5);
        client.kernel.giveBack(client.state, any, 0, 0, false, 5, 2); // the oldest, and the empty one behind it
        assertThat(client.waitNanos(5, 10)).isEqualTo(2 + SECOND - 5);
        assertThat(LogRing.size(client.state)).isEqualTo(1);
    }

    @Test
    void whatWasForgottenStaysForgottenWhenTheClockStepsBack() {
        OneClient client = client(3, SECOND);
        client.ask(0, 3);
        client.kernel.catchUp(client.state, SECOND);
        assertThat(client.ask(SECOND - 1, 3)).isTrue(); // taken for SECOND
        assertThat(client.waitNanos(SECOND - 1, 1)).isEqualTo(SECOND + 1);
    }

    @Test
    void whatIsForgottenCannotBeGivenBackByAClockThatStepsBack() {
        OneClient client = client(10, SECOND);
        client.ask(0, 7);
        client.kernel.catchUp(client.state, SECOND);
        client.ask(SECOND, 10);
        client.kernel.giveBack(client.state, new long[0], 0, 0, false, SECOND - 1, 7);
        assertThat(client.remaining(SECOND)).isZero();
    }

    @Test
    void aFirstTurnThatIsGivenUpIsNotTakenForATimeSeen() {
        OneClient client = client(10, SECOND);
        client.state = client.kernel.take(client.state, SECOND, 4); // promised at 1 ns
        client.kernel.giveBack(client.state, new long[0], SECOND, 0, false, 1, 4);
        client.ask(1, 10);
        assertThat(client.waitNanos(1, 1)).isEqualTo(SECOND);
    }

    private static OneClient client(long permits, long periodNanos) {
        return OneClient.of(AnyWindows.limit(Algorithm.SLIDING_WINDOW_LOG, permits, periodNanos), 0);
    }
}
