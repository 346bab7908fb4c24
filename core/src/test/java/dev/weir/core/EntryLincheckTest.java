package dev.weir.core;

import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** One entry is linearizable: what is advanced, claimed and closed by several threads is so in some order. */
class EntryLincheckTest {

    private static final Bundle BUNDLE = Asks.bundle("x", Limit.of(1, Duration.ofSeconds(1)));

    /** An entry of one number. */
    @Param(name = "by", gen = IntGen.class, conf = "1:3")
    public static class OneEntry {
        private final Entry entry = new Entry(new EntryKey.Probe(BUNDLE, Asks.ALICE), 0, Asks.ANCHOR);

        /** Adds {@code by} by compare-and-set, and returns what there was; or -1 if the entry is closed. */
        @Operation
        public long advance(@Param(name = "by") int by) {
            for (int tries = 0; ; tries++) {
                long seen = entry.first();
                if (seen == Entry.CLOSED) {
                    return -1;
                }
                if (seen != Entry.CLAIMED && entry.advance(seen, seen + by)) {
                    return seen;
                }
                Entry.pause(tries);
            }
        }

        /** The same by claiming. */
        @Operation
        public long claimAndRelease(@Param(name = "by") int by) {
            long seen = entry.claim();
            if (seen == Entry.CLOSED) {
                return -1;
            }
            entry.release(seen + by);
            return seen;
        }

        /** Closes the entry, and returns what there was. */
        @Operation
        public long close() {
            long seen = entry.claim();
            if (seen == Entry.CLOSED) {
                return -1;
            }
            entry.release(Entry.CLOSED);
            return seen;
        }
    }

    /** The same, with no thread but one. */
    public static class Specification {
        private long number;
        private boolean closed;

        public long advance(int by) {
            long seen = closed ? -1 : number;
            number += by;
            return seen;
        }

        public long claimAndRelease(int by) {
            return advance(by);
        }

        public long close() {
            long seen = advance(0);
            closed = true;
            return seen;
        }
    }

    @Test
    void everyInterleavingIsSomeOrder() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(150)
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(Specification.class)
                .check(OneEntry.class);
    }

    @Test
    void everyObservedRunIsSomeOrder() {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(Specification.class)
                .check(OneEntry.class);
    }
}
