package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** In every stretch of time windows and logs admit at most what they state, whatever is given back. */
class WindowBoundsTest {

    private static final long SECOND = 1_000_000_000L;

    /* Nobody gives back after 146 years: after 292 the clock could not tell. */
    private static final BigInteger LONG_AGO = BigInteger.ONE.shiftLeft(62);

    private record Taken(int use, BigInteger time, long[] after, long turn, long cost) {}

    @Property(tries = 400)
    void noStretchOfTimeHoldsMoreThanStated(@ForAll("histories") WindowHistory history) {
        OneClient client = history.client();
        WindowBounds uses = new WindowBounds(history.limit());
        BigInteger time = BigInteger.ZERO;
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            long at = event.atNanos(client, now);
            time = time.add(BigInteger.valueOf(at - now));
            now = at;
            client.kernel.catchUp(client.state, now);
            uses.used(time, client.askUpTo(now, event.cost()));
        }
        uses.assertKept();
    }

    @Property(tries = 400)
    void whatIsGivenBackNeverLetsTheRestBreakTheBound(@ForAll("histories") WindowHistory history, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        OneClient client = history.client();
        WindowBounds uses = new WindowBounds(history.limit());
        List<Taken> open = new ArrayList<>();
        BigInteger time = BigInteger.ZERO;
        long now = history.startNanos();
        for (WindowHistory.Event event : history.events()) {
            long at = event.atNanos(client, now);
            time = time.add(BigInteger.valueOf(at - now));
            now = at;
            client.kernel.catchUp(client.state, now);
            long taken = client.askUpTo(now, event.cost());
            if (taken > 0) {
                open.add(new Taken(uses.used(time, taken), time, client.state.clone(), now, taken));
            }
            BigInteger longAgo = time.subtract(LONG_AGO);
            open.removeIf(old -> old.time.compareTo(longAgo) < 0);
            if (!open.isEmpty() && random.nextBoolean()) {
                Taken some = open.remove(random.nextInt(open.size()));
                long back = random.nextLong(some.cost + 1);
                giveBack(client, some, now, back);
                uses.returned(some.use, back);
            }
        }
        uses.assertKept();
    }

    /**
     * Turns are promised ahead of now, and given up again before they come. Who asks later is judged as of the last promise; of
     * a log the last that still stands, for windows the last that was made.
     */
    @Property(tries = 400)
    void promisedTurnsThatAreGivenUpMintNothing(@ForAll("histories") WindowHistory history, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        OneClient client = history.client();
        boolean log = history.limit().algorithm() == Algorithm.SLIDING_WINDOW_LOG;
        WindowBounds uses = new WindowBounds(history.limit());
        List<Taken> waiting = new ArrayList<>();
        BigInteger time = BigInteger.ZERO; // of the last turn that was used
        long used = history.startNanos();
        long now = used;
        long last = now; // as of when whoever comes next is judged
        for (WindowHistory.Event event : history.events()) {
            now += event.stepNanos() > history.limit().period().toNanos() ? 0 : Math.max(0, event.stepNanos());
            for (Taken first = first(waiting); first != null && first.turn - now <= 0; first = first(waiting)) {
                time = time.add(BigInteger.valueOf(first.turn - used));
                used = first.turn;
                uses.used(time, first.cost);
                waiting.remove(0);
            }
            if (!waiting.isEmpty() && random.nextInt(3) == 0) {
                Taken gone = waiting.remove(waiting.size() - 1);
                giveBack(client, gone, now, gone.cost);
                last = log ? (waiting.isEmpty() ? now : waiting.get(waiting.size() - 1).turn) : last;
            }
            client.kernel.catchUp(client.state, now);
            last = last - now > 0 ? last : now;
            long cost = Math.min(event.cost(), history.limit().permits());
            long turn = last + client.waitNanos(last, cost);
            if (cost > 0 && turn - now < WindowHistory.LONGEST_PAUSE) {
                client.state = client.kernel.take(client.state, turn, cost);
                waiting.add(new Taken(0, BigInteger.ZERO, client.state.clone(), turn, cost));
                last = turn;
            }
        }
        uses.assertKept();
    }

    @Test
    void aFixedWindowReachesTwiceThePermitsInTwoNanoseconds() {
        Limit limit = AnyWindows.limit(Algorithm.FIXED_WINDOW, 100, SECOND);
        OneClient client = OneClient.of(limit, 0);
        assertThat(client.askUpTo(SECOND - 1, 1_000) + client.askUpTo(SECOND, 1_000))
                .isEqualTo(200);
        assertThat(WindowBounds.most(limit, BigInteger.valueOf(2))).isEqualTo(200);
    }

    @Test
    void aFixedWindowReachesItsBoundOverSeveralPeriods() {
        Limit limit = AnyWindows.limit(Algorithm.FIXED_WINDOW, 100, SECOND);
        OneClient client = OneClient.of(limit, 0);
        long admitted = client.askUpTo(SECOND - 1, 1_000)
                + client.askUpTo(2 * SECOND - 1, 1_000)
                + client.askUpTo(2 * SECOND, 1_000);
        assertThat(admitted).isEqualTo(300);
        assertThat(WindowBounds.most(limit, BigInteger.valueOf(SECOND + 2))).isEqualTo(300);
    }

    @Test
    void aLogNeverHoldsMoreThanThePermitsInAPeriod() {
        Limit limit = AnyWindows.limit(Algorithm.SLIDING_WINDOW_LOG, 100, SECOND);
        OneClient client = OneClient.of(limit, 0);
        assertThat(client.askUpTo(7, 1_000)).isEqualTo(100);
        assertThat(client.askUpTo(7 + SECOND - 1, 1_000)).isZero();
        assertThat(client.askUpTo(7 + SECOND, 1_000)).isEqualTo(100);
        assertThat(WindowBounds.most(limit, BigInteger.valueOf(SECOND))).isEqualTo(100);
    }

    @Test
    void whatIsGivenBackMayBeTakenAgainAtOnce() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            OneClient client = OneClient.of(AnyWindows.limit(algorithm, 10, SECOND), 0);
            client.ask(5, 7);
            Taken taken = new Taken(0, BigInteger.ZERO, client.state.clone(), 5, 7);
            client.ask(6, 3);
            giveBack(client, taken, 9, 4);
            assertThat(client.remaining(9)).as("%s", algorithm).isEqualTo(4);
        }
    }

    @Test
    void whatWasGivenBackInTheMiddleOfALogIsNotSaidToComeBack() {
        OneClient client = OneClient.of(AnyWindows.limit(Algorithm.SLIDING_WINDOW_LOG, 2, SECOND), 0);
        client.ask(0, 1);
        client.ask(1_000, 1);
        client.state = client.kernel.owe(client.state, SECOND, 1);
        client.kernel.giveBack(client.state, new long[0], 1_000, 0, false, SECOND, 1);
        assertThat(client.remaining(SECOND)).isEqualTo(1);
        assertThat(client.kernel.windowNanos(client.state, SECOND)).isEqualTo(SECOND);
    }

    @Test
    void whatIsGivenBackTooLateChangesNothing() {
        for (Algorithm algorithm : AnyWindows.ALGORITHMS) {
            OneClient client = OneClient.of(AnyWindows.limit(algorithm, 10, SECOND), 0);
            client.ask(5, 7);
            Taken taken = new Taken(0, BigInteger.ZERO, client.state.clone(), 5, 7);
            client.kernel.catchUp(client.state, 2 * SECOND + 5);
            client.ask(2 * SECOND + 5, 10);
            giveBack(client, taken, 2 * SECOND + 6, 7);
            assertThat(client.remaining(2 * SECOND + 6)).as("%s", algorithm).isZero();
        }
    }

    @Provide
    Arbitrary<WindowHistory> histories() {
        return WindowHistory.forward(AnyWindows.small());
    }

    private static Taken first(List<Taken> waiting) {
        return waiting.isEmpty() ? null : waiting.get(0);
    }

    private static void giveBack(OneClient client, Taken taken, long now, long permits) {
        client.kernel.giveBack(client.state, taken.after, taken.turn, 0, false, now, permits);
    }
}
