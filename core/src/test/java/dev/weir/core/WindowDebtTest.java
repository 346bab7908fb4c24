package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Who had to leave while owing comes back owing at least as much, and hardly more. */
class WindowDebtTest {

    private static final long SECOND = 1_000_000_000L;

    /**
     * In the middle of its history the client leaves, at some later event it comes back, and from then on it is asked for
     * beside one who never left: whatever it is admitted for, that one is, too.
     *
     * @param rounding what storing adds to the debt, in parts of 2^20 of the most
     */
    @Property(tries = 400)
    void nobodyComesBackWithMoreThanHeLeftWith(
            @ForAll("histories") WindowHistory history, @ForAll @LongRange(max = 1 << 20) long rounding) {
        OneClient stayed = history.client();
        long period = history.limit().period().toNanos();
        long now = history.startNanos();
        List<WindowHistory.Event> events = history.events();
        int leaves = events.size() / 2;
        WindowAnchor anchor = history.anchor();
        for (WindowHistory.Event event : events.subList(0, leaves)) {
            now = look(stayed, event, now);
            anchor = later(anchor, now);
            stayed.ask(now, event.cost());
        }
        long debt = stayed.kernel.debtNanos(stayed.state, now);
        assertThat(debt == 0).isEqualTo(stayed.resetAfterNanos(now) == 0);
        long until = now + debt + Wide.multiplyDivide(UsedShare.marginNanos(period), rounding, 1 << 20);
        OneClient back = null;
        boolean over = debt == 0;
        for (WindowHistory.Event event : events.subList(leaves, events.size())) {
            now = look(stayed, event, now);
            anchor = later(anchor, now);
            over |= until - now <= 0;
            if (back == null) {
                back = comesBack(history, anchor, over ? 0 : until - now, now);
            }
            back.kernel.catchUp(back.state, now);
            long cost = Math.max(1, event.cost());
            if (back.ask(now, cost)) {
                assertThat(stayed.ask(now, cost)).as("%s", event).isTrue();
            }
            assertThat(back.remaining(now)).isLessThanOrEqualTo(stayed.remaining(now));
        }
    }

    @Property(tries = 400)
    void nobodyComesBackWithMuchLess(
            @ForAll("histories") WindowHistory history, @ForAll @LongRange(max = 1 << 20) long rounding) {
        OneClient client = history.client();
        Limit limit = history.limit();
        long period = limit.period().toNanos();
        long now = history.startNanos();
        WindowAnchor anchor = history.anchor();
        for (WindowHistory.Event event : history.events()) {
            now = look(client, event, now);
            anchor = later(anchor, now);
            client.ask(now, event.cost());
            long debt = client.kernel.debtNanos(client.state, now);
            long margin = UsedShare.marginNanos(period);
            long more = Wide.multiplyDivide(margin, rounding, 1 << 20);
            OneClient back = comesBack(history, anchor, debt == 0 ? 0 : debt + more, now);
            boolean log = limit.algorithm() == Algorithm.SLIDING_WINDOW_LOG;
            long grid = log ? Long.highestOneBit(period) / 8 : period / 2;
            long tooMuch = Wide.multiplyDivideUp(limit.permits(), margin + 1, grid - margin);
            assertThat(back.remaining(now)).isGreaterThanOrEqualTo(client.remaining(now) - tooMuch);
            assertThat(back.resetAfterNanos(now) - client.resetAfterNanos(now)).isBetween(0L, log ? grid : 0);
        }
    }

    /** Such as one that met another's debt in the table. */
    @Property(tries = 400)
    void anyDebtMakesASaneState(
            @ForAll("histories") WindowHistory history, @ForAll @LongRange(max = 1 << 20) long part) {
        Kernel kernel = Kernel.of(history.limit());
        long now = history.startNanos();
        long most = kernel.longestDebtNanos()
                + UsedShare.marginNanos(history.limit().period().toNanos());
        long debt = Math.max(1, Wide.multiplyDivide(most, part, 1 << 20));
        OneClient client = comesBack(history, history.anchor(), debt, now);
        assertThat(client.remaining(now)).isBetween(0L, history.limit().permits());
        assertThat(client.resetAfterNanos(now)).isBetween(0L, debt);
        assertThat(client.waitNanos(now, history.limit().permits())).isBetween(0L, debt);
        assertThat(kernel.debtNanos(client.state, now)).isBetween(0L, kernel.longestDebtNanos());
    }

    /** One that has used less, and whose windows end later, leaves its debt in the same place. */
    @Test
    void whoseDebtCannotBeToldFromAnothersComesBackWithNothing() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            Limit limit = AnyWindows.limit(algorithm, 100, SECOND);
            DebtTable table = new DebtTable(1, Kernel.of(limit).longestDebtNanos());
            for (long tag = 1; tag <= 7; tag++) {
                table.store(tag << 48, Kernel.of(limit).longestDebtNanos(), 0);
            }
            OneClient client = OneClient.of(limit, 0);
            client.ask(0, 80);
            OneClient other = OneClient.of(limit, 0, AnyWindows.anchor(-SECOND / 10), 0);
            other.ask(0, 1);
            OneClient later = OneClient.of(limit, 0, AnyWindows.anchor(SECOND / 10), 0);
            later.ask(0, 1);
            for (OneClient leaves : List.of(client, other, later)) {
                table.store(8L << 48, leaves.kernel.debtNanos(leaves.state, 0), 0);
            }
            OneClient back = OneClient.of(limit, 0);
            back.state = back.kernel.remember(back.state, table.owedNanos(8L << 48, 0), 0);
            assertThat(back.remaining(0)).as("%s", algorithm).isZero();
        }
    }

    @Test
    void debtsOutliveTheirTable() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            for (long period : new long[] {1_000, SECOND, 3_600 * SECOND, 1L << 59}) {
                Limit limit = AnyWindows.limit(algorithm, 100, period);
                OneClient client = OneClient.of(limit, 0);
                client.ask(period / 3, 80);
                DebtTable table = new DebtTable(1, client.kernel.longestDebtNanos());
                table.store(1L << 48, client.kernel.debtNanos(client.state, period / 2), period / 2);
                long now = period / 2 + period / 10;
                OneClient back = OneClient.of(limit, 0);
                back.state = back.kernel.remember(back.state, table.owedNanos(1L << 48, now), now);
                long error = period == 1_000 ? 10 : 1;
                assertThat(back.remaining(now))
                        .as("%s per %s ns", algorithm, period)
                        .isBetween(client.remaining(now) - error, client.remaining(now));
            }
        }
    }

    @Test
    void whoLeavesWhileTheClockHasSteppedOutOfHisWindowStillOwes() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            OneClient client = OneClient.of(AnyWindows.limit(algorithm, 100, SECOND), 0);
            client.ask(SECOND, 80);
            long left = SECOND - 1_000_000;
            long debt = client.kernel.debtNanos(client.state, left);
            for (long now : new long[] {left, SECOND - 1, SECOND, 2 * SECOND - 1}) {
                OneClient back = OneClient.of(AnyWindows.limit(algorithm, 100, SECOND), now, AnyWindows.anchor(0), 0);
                back.state = back.kernel.remember(back.state, left + debt - now, now);
                for (long later : new long[] {now, 2 * SECOND - 1}) {
                    assertThat(back.remaining(later))
                            .as("%s at %s, back at %s", algorithm, later, now)
                            .isBetween(client.remaining(later) - 1, client.remaining(later));
                }
            }
        }
    }

    @Provide
    Arbitrary<WindowHistory> histories() {
        return WindowHistory.forward(AnyWindows.open());
    }

    /** The next event's time, to which {@code client} is brought up. */
    private static long look(OneClient client, WindowHistory.Event event, long now) {
        long at = event.atNanos(client, now);
        client.kernel.catchUp(client.state, at);
        return at;
    }

    /** The same anchor, told by a later reading: histories outlast the 292 years for which one tells the time. */
    private static WindowAnchor later(WindowAnchor anchor, long now) {
        return new WindowAnchor(now, anchor.epoch().plusNanos(now - anchor.tickerNanos()));
    }

    private static OneClient comesBack(WindowHistory history, WindowAnchor anchor, long debt, long now) {
        OneClient client = OneClient.of(history.limit(), now, anchor, history.spread());
        if (debt > 0) {
            client.state = client.kernel.remember(client.state, debt, now);
        }
        return client;
    }
}
