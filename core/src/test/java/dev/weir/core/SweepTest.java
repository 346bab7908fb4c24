package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forgetting loses nothing: what leaves is as good as new, and numbers that wrap around touch nobody. */
class SweepTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    /** 20 fraction bits: its numbers wrap around after 4.9 hours. */
    private static final Limit FINE = Limit.of(999_999_999, SECOND);

    private final ManualTicker ticker = new ManualTicker();
    private final LocalLimiter limiter = Asks.limiter(ticker);

    @Test
    void clientLeavesWhenItHasRefilledAndNotBefore() {
        Bundle bundle = Asks.bundle("x", Limit.of(10, SECOND));
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, 10)).isTrue();
        ticker.advanceNanos(999_999_999);
        limiter.sweep();
        assertThat(limiter.size()).isEqualTo(1);
        ticker.advanceNanos(1);
        limiter.sweep();
        assertThat(limiter.size()).isZero();
        assertThat(limiter.evictedWhileOwing()).isZero();
    }

    @Test
    void clientStaysUntilItsSlowestLimitHasRefilled() {
        Bundle bundle = Asks.bundle("x", Limit.of(10, SECOND), Limit.of(100, DAY));
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, 1, 100)).isTrue();
        ticker.advanceNanos(DAY.toNanos() - 1);
        limiter.sweep();
        assertThat(limiter.size()).isEqualTo(1);
        ticker.advanceNanos(1);
        limiter.sweep();
        assertThat(limiter.size()).isZero();
    }

    /* The numbers of the fine limit have wrapped around by then, those of the slow one have not. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8, 12, 23})
    void limitThatStillOwesIsKeptWhenAnotherOfItsBundleHasWrappedAround(int hours) {
        Bundle bundle = Asks.bundle("x", FINE, Limit.of(24, DAY));
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, 1, 24)).isTrue();
        ticker.advance(Duration.ofHours(hours));
        Ask ask = Asks.decide(limiter, bundle, Asks.ALICE, 0, 0);
        assertThat(SlowModel.Answer.of(ask).remaining()).containsExactly(999_999_999L, (long) hours);
        assertThat(limiter.evictedWhileOwing()).isZero();
    }

    /* The entry stays for the slow limit's sake; what the fine one was owed must not come back as a debt when it wraps. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void numberThatHasPassedNeverComesBackAsADebt(boolean fineFirst) {
        Limit slow = Limit.of(24, DAY);
        Bundle bundle = fineFirst ? Asks.bundle("x", FINE, slow) : Asks.bundle("x", slow, FINE);
        assertThat(Asks.allowed(limiter, bundle, Asks.ALICE, fineFirst ? 1 : 24, fineFirst ? 24 : 1))
                .isTrue();
        for (int hour = 1; hour < 24; hour++) {
            ticker.advance(Duration.ofHours(1));
            limiter.sweep();
            Ask ask = Asks.decide(limiter, bundle, Asks.ALICE, 0, 0);
            assertThat(ask.allowed()).as("after %s h", hour).isTrue();
            assertThat(ask.remaining(fineFirst ? 0 : 1)).isEqualTo(999_999_999L);
            assertThat(ask.remaining(fineFirst ? 1 : 0)).isEqualTo(hour);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 10, 24, 720})
    void clientOfAFineLimitIsAsGoodAsNewUnderTheRulesThatReplaceIt(int hours) {
        Bundle fine = Asks.bundle("x", FINE);
        Bundle coarse = Asks.bundle("x", Limit.of(10, SECOND));
        Asks.decide(limiter, fine, Asks.ALICE);
        ticker.advance(Duration.ofHours(hours));
        assertThat(Asks.decide(limiter, coarse, Asks.ALICE).remaining(0)).isEqualTo(9);
    }

    /* Entry keeps two of 2^64 numbers for itself. A new client that would get one of them must not owe for that. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, 0, 1L << 43, -1L << 43, 3L << 43})
    void newClientIsAsGoodAsNewWhateverTheClockSays(long nanos) {
        ticker.advanceNanos(nanos);
        Bundle coarse = Asks.bundle("coarse", Limit.of(1, Duration.ofNanos(1_000)));
        Bundle fine = Asks.bundle("fine", FINE.withBurst(1));
        assertThat(Asks.allowed(limiter, coarse, Asks.ALICE)).isTrue();
        assertThat(Asks.allowed(limiter, fine, Asks.ALICE)).isTrue();
    }

    // peers: bucket4j#51 (12 hours idle overflowed a long, and a full bucket refused)
    @ParameterizedTest
    @ValueSource(strings = {"PT12H", "P30D", "P73000D"})
    void idleTimeIsNeverBankedBeyondTheBurst(Duration idle) {
        Bundle bundle = Asks.bundle("x", Limit.of(10, SECOND));
        Bundle fine = Asks.bundle("fine", FINE.withBurst(10));
        assertThat(Asks.admitted(limiter, bundle, Asks.ALICE, 20)).isEqualTo(10);
        assertThat(Asks.admitted(limiter, fine, Asks.ALICE, 20)).isEqualTo(10);
        ticker.advance(idle);
        assertThat(Asks.admitted(limiter, bundle, Asks.ALICE, 1_000)).isEqualTo(10);
        assertThat(Asks.admitted(limiter, fine, Asks.ALICE, 1_000)).isEqualTo(10);
        assertThat(Asks.decide(limiter, bundle, Asks.ALICE, 0).remaining(0)).isZero();
    }
}
