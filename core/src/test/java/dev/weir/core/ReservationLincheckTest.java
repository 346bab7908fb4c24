package dev.weir.core;

import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * A reservation is settled once, by whoever comes first: who says what was used, who closes it, who gives it back, or the deadline.
 * Who comes second changes nothing, and finds it settled.
 */
class ReservationLincheckTest {

    private static final int RESERVED = 4;
    private static final int LEFT = 6;
    private static final int OVERRUN = 2;

    /** Four of ten are reserved. */
    @Param(name = "used", gen = IntGen.class, conf = "0:8")
    public static class OneReservation {
        private final Sleepers.Alarm deadline = new Sleepers.Alarm();
        private final RateLimiter limiter = RateLimiter.builder()
                .limits(Limit.of(RESERVED + LEFT, Duration.ofHours(1)))
                .overrun(OVERRUN)
                .maxOpen(1)
                .ticker(new ManualTicker())
                .sleeper(deadline)
                .build();
        private final Reservation reservation = limiter.reserve("alice", RESERVED);

        /* Nothing changes after it has been settled once: so to look afterwards is one step with settling. */
        @Operation
        public String settle(@Param(name = "used") int used) {
            return "told " + reservation.settle(used).remaining() + left();
        }

        @Operation
        public String cancel() {
            reservation.cancel();
            return left();
        }

        @Operation
        public String close() {
            reservation.close();
            return left();
        }

        @Operation
        public String deadline() {
            deadline.ring();
            return left();
        }

        private String left() {
            return ", left " + limiter.peek("alice").remaining();
        }

        @Validate
        public void closingItLeavesRoomForAnother() {
            reservation.close();
            Reservation another = limiter.reserve("bob", 1);
            Reservation third = limiter.reserve("carol", 1);
            another.close();
            if (!another.allowed() || third.allowed()) {
                throw new IllegalStateException("There is room for " + (third.allowed() ? "two" : "none"));
            }
        }
    }

    /** The same, with no thread but one. */
    public static class Specification {
        private int used = -1;

        public String settle(int used) {
            boolean first = first(Math.min(used, RESERVED + OVERRUN));
            return "told " + (first ? RESERVED + LEFT - this.used : LEFT) + left();
        }

        public String cancel() {
            first(0);
            return left();
        }

        public String close() {
            first(RESERVED);
            return left();
        }

        public String deadline() {
            first(RESERVED);
            return left();
        }

        private String left() {
            return ", left " + (RESERVED + LEFT - used);
        }

        private boolean first(int used) {
            boolean first = this.used < 0;
            this.used = first ? used : this.used;
            return first;
        }
    }

    @Test
    void isSettledOnceByWhoeverComesFirst() {
        check(LincheckRuns.chosen());
        check(LincheckRuns.observed());
    }

    private static void check(Options<?, ?> options) {
        options.actorsPerThread(1)
                .actorsBefore(0)
                .sequentialSpecification(Specification.class)
                .check(OneReservation.class);
    }
}
