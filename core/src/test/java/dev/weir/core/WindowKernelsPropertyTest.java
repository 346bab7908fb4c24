package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The promises of windows and logs about one limit, for all limits and histories, each against exact arithmetic. */
class WindowKernelsPropertyTest {

    @Property(tries = 400)
    void everyAnswerIsThatOfExactArithmetic(@ForAll("histories") WindowHistory history) {
        OneClient client = history.client();
        long now = history.startNanos();
        BigInteger time = SlowWindows.sinceEpoch(history.anchor(), now);
        SlowWindows model = new SlowWindows(history.limit(), history.spread(), time);
        long caughtUp = now;
        for (WindowHistory.Event event : history.events()) {
            long at = event.atNanos(client, now);
            time = time.add(BigInteger.valueOf(at - now));
            now = at;
            if (event.catchUp() || now - caughtUp > WindowHistory.LONGEST_PAUSE) {
                client.kernel.catchUp(client.state, now);
                model.catchUp(time);
                caughtUp = now;
            }
            long cost = event.cost();
            assertThat(SlowWindows.Answer.of(client, now, cost)).as("%s", event).isEqualTo(model.answer(time, cost));
            if (client.ask(now, cost)) {
                model.take(time, cost);
            }
        }
    }

    @Property(tries = 250)
    void announcedWaitIsExactForAnyCost(@ForAll("histories") WindowHistory history) {
        OneClient client = history.client();
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            now = event.atNanos(client, now);
            client.kernel.catchUp(client.state, now);
            long wait = client.waitNanos(now, event.cost());
            if (wait > 0) {
                assertThat(client.waitNanos(now + wait - 1, event.cost())).isEqualTo(1);
                assertThat(client.waitNanos(now + wait, event.cost())).isZero();
            }
            client.ask(now, event.cost());
        }
    }

    @Property(tries = 250)
    void lookingWritesNothing(@ForAll("histories") WindowHistory history) {
        OneClient client = history.client();
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            now = event.atNanos(client, now);
            client.kernel.catchUp(client.state, now);
            long[] before = client.state.clone();
            SlowWindows.Answer.of(client, now, event.cost());
            client.kernel.turnNanos(client.state, now);
            client.kernel.debtNanos(client.state, now);
            client.kernel.used(client.state, now);
            assertThat(client.state).isEqualTo(before);
            client.ask(now, event.cost());
        }
    }

    @Property(tries = 250)
    void whatRemainsFitsAndNotOneMore(@ForAll("histories") WindowHistory history) {
        OneClient client = history.client();
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            now = event.atNanos(client, now);
            client.kernel.catchUp(client.state, now);
            long remaining = client.remaining(now);
            assertThat(remaining).isBetween(0L, history.limit().permits());
            if (remaining > 0) {
                assertThat(client.fits(now, remaining)).isTrue();
            }
            assertThat(client.fits(now, remaining + 1)).isFalse();
            client.ask(now, event.cost());
        }
    }

    /** T rounded up; the counter needs D/(P - 1), and two periods for one permit. */
    @Property(tries = 250)
    void clientThatSpacesItsPermitsIsNeverRefused(
            @ForAll("limits") Limit limit, @ForAll long start, @ForAll long spread) {
        long period = limit.period().toNanos();
        boolean counter = limit.algorithm() == Algorithm.SLIDING_WINDOW_COUNTER;
        long each = counter ? limit.permits() - 1 : limit.permits();
        long space = each == 0 ? 2 * period : (period + each - 1) / each;
        OneClient client = OneClient.of(limit, start, AnyWindows.anchor(start), spread);
        for (int i = 0; i < 60; i++) {
            long now = start + i * space;
            client.kernel.catchUp(client.state, now);
            assertThat(client.waitNanos(now, 1)).as("request %s", i).isZero();
            client.ask(now, 1);
        }
    }

    @Property(tries = 250)
    void clockThatStepsBackMintsNothing(@ForAll("limits") Limit limit, @ForAll long start, @ForAll long spread) {
        OneClient client = OneClient.of(limit, start, AnyWindows.anchor(start), spread);
        assertThat(client.askUpTo(start, limit.permits())).isEqualTo(limit.permits());
        for (long back = 1; back <= 1_000_000; back *= 10) {
            client.kernel.catchUp(client.state, start - back);
            assertThat(client.remaining(start - back)).as("%s ns back", back).isZero();
            assertThat(client.remaining(start)).isZero();
        }
    }

    @Property(tries = 250)
    void aStateThatHasResetIsAsGoodAsNew(@ForAll("histories") WindowHistory history) {
        OneClient client = history.client();
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            now = event.atNanos(client, now);
            client.kernel.catchUp(client.state, now);
            client.ask(now, event.cost());
            long reset = client.resetAfterNanos(now);
            assertThat(client.remaining(now + reset)).isEqualTo(history.limit().permits());
            assertThat(client.resetAfterNanos(now + reset)).isZero();
            if (reset > 0) {
                assertThat(client.resetAfterNanos(now + reset - 1)).isEqualTo(1);
            }
        }
    }

    /** Also two of the largest, one after the other, and however much was there before. */
    @Property(tries = 250)
    void owingNeverOverflows(@ForAll("forwardHistories") WindowHistory history) {
        OneClient client = history.client();
        Kernel kernel = client.kernel;
        long period = history.limit().period().toNanos();
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            now = event.atNanos(client, now);
            kernel.catchUp(client.state, now);
            client.state = kernel.owe(client.state, now, event.cost());
            assertThat(client.remaining(now)).isBetween(0L, history.limit().permits());
            assertThat(client.waitNanos(now, history.limit().permits())).isBetween(0L, 2 * period);
            assertThat(client.resetAfterNanos(now)).isBetween(0L, 2 * period);
            assertThat(kernel.debtNanos(client.state, now)).isBetween(0L, kernel.longestDebtNanos());
            if (event.cost() >= history.limit().permits()) {
                assertThat(client.waitNanos(now, 1)).isPositive();
            }
        }
    }

    @Test
    void aCounterThatOwesTheMostInBothWindowsDoesNotOverflow() {
        OneClient client = OneClient.of(AnyWindows.limit(Algorithm.SLIDING_WINDOW_COUNTER, 10, 1_000), 0);
        for (long now : new long[] {0, 0, 1_000, 1_000}) {
            client.state = client.kernel.owe(client.state, now, Long.MAX_VALUE);
        }
        assertThat(client.remaining(1_000)).isZero();
        assertThat(client.kernel.debtNanos(client.state, 1_000)).isBetween(2_000L, client.kernel.longestDebtNanos());
    }

    @Provide
    Arbitrary<WindowHistory> histories() {
        return WindowHistory.any(AnyWindows.open());
    }

    @Provide
    Arbitrary<WindowHistory> forwardHistories() {
        return WindowHistory.forward(AnyWindows.open());
    }

    @Provide
    Arbitrary<Limit> limits() {
        return AnyWindows.open();
    }
}
