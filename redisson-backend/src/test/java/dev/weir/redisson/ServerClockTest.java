package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** What is known of a server's clock: never ahead of it, so that nobody is too late who is not; and not far behind. */
class ServerClockTest {

    private static final long START_MICROS = 1_700_000_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final long MICRO = 1_000;

    private final ServerClock clock = new ServerClock();

    @Example
    void nothingIsKnownBeforeTheFirstReply() {
        assertThat(clock.microsAt(System.nanoTime())).isEqualTo(ServerClock.UNKNOWN);
    }

    @Property(tries = 500)
    void isNeverAheadOfTheServerNorFurtherBehindThanTheQuickestReplyTravelled(
            @ForAll long here, @ForAll @LongRange(min = 0, max = START_MICROS) long server, @ForAll long seed) {
        Random random = new Random(seed);
        ServerClock learnt = new ServerClock();
        long quickest = Long.MAX_VALUE;
        long passed = 0;
        for (int reply = 0; reply < 50; reply++) {
            long there = random.nextInt(20_000); // microseconds until it is judged, and until the reply is here
            long back = random.nextInt(20_000);
            passed += random.nextInt(1_000_000);
            long sent = here + passed * MICRO;
            learnt.learn(server + passed + there, sent, sent + (there + back) * MICRO);
            quickest = Math.min(quickest, back);
            passed += there + back;
            long later = random.nextInt(100_000_000);
            long truth = server + passed + later;
            assertThat(learnt.microsAt(here + (passed + later) * MICRO)).isBetween(truth - quickest, truth);
        }
    }

    @Property(tries = 500)
    void isLearntFromOneReplyWhenTheServersClockIsSet(
            @ForAll @LongRange(min = -86_400_000_000L, max = 86_400_000_000L) long jump, @ForAll long seed) {
        Random random = new Random(seed);
        ServerClock learnt = new ServerClock();
        learnt.learn(START_MICROS, 0, MILLI);
        long there = random.nextInt(2_000);
        long back = random.nextInt(2_000);
        long sent = 10 * MILLI;
        long judged = START_MICROS + 10_000 + jump + there;
        learnt.learn(judged, sent, sent + (there + back) * MICRO);
        long truth = judged + back;
        // one that is set back by less than a call takes is told late by as much at most
        boolean isFar = Math.abs(jump) > 10_000;
        assertThat(learnt.microsAt(sent + (there + back) * MICRO))
                .isBetween(truth - back - (isFar ? 0 : 20_000), truth + (isFar ? 0 : there));
    }

    @Example
    void aSlowReplyTellsNothingNew() {
        clock.learn(START_MICROS, 0, 10 * MICRO);
        long before = clock.microsAt(0);
        clock.learn(START_MICROS + 500_000, MILLI, 1_000 * MILLI); // half a second each way
        assertThat(clock.microsAt(0)).isEqualTo(before);
    }
}
