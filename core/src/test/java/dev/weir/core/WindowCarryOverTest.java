package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What a client has used is still used when its limit changes. */
class WindowCarryOverTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long START = 12_345 * SECOND; // of a window of one second, of one minute and of most others

    @Property(tries = 250)
    void aLimitThatBecomesTheSameChangesNothing(@ForAll("histories") WindowHistory history) {
        OneClient client = history.client();
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            now = event.atNanos(client, now);
            client.kernel.catchUp(client.state, now);
            client.ask(now, event.cost());
            OneClient same = OneClient.of(history.limit(), now, history.anchor(), history.spread());
            same.state = same.kernel.carryOver(same.state, client.state, client.kernel, now);
            assertThat(SlowWindows.Answer.of(same, now, 1)).isEqualTo(SlowWindows.Answer.of(client, now, 1));
            assertThat(same.state).isNotSameAs(client.state);
        }
    }

    @Property(tries = 250)
    void anyChangeKeepsWhatIsUsedAndOverflowsNothing(
            @ForAll("histories") WindowHistory history, @ForAll("limits") Limit other) {
        OneClient client = history.client();
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            now = event.atNanos(client, now);
            client.kernel.catchUp(client.state, now);
            client.ask(now, event.cost());
        }
        OneClient changed = changed(client, other, now);
        long used = client.kernel.used(client.state, now);
        boolean shorterLog = history.limit().algorithm() == Algorithm.SLIDING_WINDOW_LOG
                && other.algorithm() == Algorithm.SLIDING_WINDOW_LOG
                && other.period().compareTo(history.limit().period()) < 0;
        boolean otherWindows = history.limit().algorithm() != other.algorithm()
                || !history.limit().period().equals(other.period());
        if (otherWindows && !shorterLog) {
            assertThat(changed.kernel.used(changed.state, now)).isEqualTo(used);
        }
        assertThat(changed.remaining(now)).isBetween(0L, other.permits());
        assertThat(changed.resetAfterNanos(now))
                .isBetween(0L, Math.max(2 * other.period().toNanos(), 1));
    }

    @Test
    void windowsOfTheSameLengthKeepTheirEdges() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            OneClient client = OneClient.of(AnyWindows.limit(algorithm, 10, SECOND), START);
            client.ask(START + 1, 7);
            OneClient more = changed(client, AnyWindows.limit(algorithm, 20, SECOND), START + 2);
            assertThat(more.remaining(START + 2)).as("%s", algorithm).isEqualTo(13);
            assertThat(more.resetAfterNanos(START + 2))
                    .as("%s", algorithm)
                    .isEqualTo(client.resetAfterNanos(START + 2));
            OneClient fewer = changed(client, AnyWindows.limit(algorithm, 5, SECOND), START + 2);
            assertThat(fewer.remaining(START + 2)).as("%s", algorithm).isZero();
        }
    }

    @Test
    void fewerPermitsForAWhileKeepTheCountAndLockNobodyOutForLongerThanTheirWindows() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            Limit many = AnyWindows.limit(algorithm, 1_000, SECOND);
            OneClient client = OneClient.of(many, START);
            client.ask(START, 900);
            for (Algorithm then : AnyWindows.ALGORITHMS) {
                OneClient fewer = changed(client, AnyWindows.limit(then, 10, 2 * SECOND), START);
                assertThat(fewer.remaining(START)).isZero();
                assertThat(fewer.resetAfterNanos(START)).isLessThanOrEqualTo(2 * 2 * SECOND);
                assertThat(changed(fewer, many, START).remaining(START))
                        .as("%s, %s and back", algorithm, then)
                        .isEqualTo(100);
            }
        }
    }

    @Test
    void aBucketHandsOnTheShareThatIsUsed() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            OneClient bucket = OneClient.of(Limit.of(10, Duration.ofSeconds(1)), START);
            bucket.ask(START, 3);
            OneClient window = changed(bucket, AnyWindows.limit(algorithm, 101, SECOND), START);
            assertThat(window.remaining(START)).as("%s", algorithm).isEqualTo(101 - 31); // 30.3 rounded up
        }
    }

    @Test
    void closingAndOpeningAgainRefillsNothing() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            Limit open = AnyWindows.limit(algorithm, 10, SECOND);
            OneClient client = OneClient.of(open, START);
            client.ask(START, 7);
            for (long period : new long[] {SECOND, 2 * SECOND}) {
                OneClient closed = changed(client, AnyWindows.limit(algorithm, 0, period), START + 1);
                assertThat(closed.remaining(START + 1)).isZero();
                assertThat(closed.resetAfterNanos(START + 1)).isPositive(); // so it is not forgotten
                assertThat(changed(closed, open, START + 2).remaining(START + 2))
                        .as("%s", algorithm)
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void aClosedLimitAdmitsNothingAndSaysSo() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            OneClient client = OneClient.of(AnyWindows.limit(algorithm, 0, SECOND), START);
            for (long cost : new long[] {0, 1, Long.MAX_VALUE}) {
                assertThat(client.kernel.canEverAdmit(cost)).isFalse();
            }
            assertThat(SlowWindows.Answer.of(client, START, 1))
                    .isEqualTo(new SlowWindows.Answer(OneClient.NEVER, 0, 0, 0));
            assertThat(client.kernel.debtNanos(client.state, START)).isZero();
            client.state = client.kernel.owe(client.state, START, Long.MAX_VALUE);
            client.state = client.kernel.owe(client.state, START, Long.MAX_VALUE);
            assertThat(client.remaining(START)).isZero();
            long debt = client.kernel.debtNanos(client.state, START);
            assertThat(debt).isBetween(1L, client.kernel.longestDebtNanos());
            OneClient back = OneClient.of(AnyWindows.limit(algorithm, 0, SECOND), START);
            back.state = back.kernel.remember(back.state, debt, START);
            assertThat(back.remaining(START)).isZero();
        }
    }

    @Provide
    Arbitrary<WindowHistory> histories() {
        return WindowHistory.forward(AnyWindows.open());
    }

    @Provide
    Arbitrary<Limit> limits() {
        return AnyWindows.open();
    }

    private static OneClient changed(OneClient client, Limit limit, long now) {
        OneClient changed = OneClient.of(limit, now);
        changed.state = changed.kernel.carryOver(changed.state, client.state, client.kernel, now);
        return changed;
    }
}
