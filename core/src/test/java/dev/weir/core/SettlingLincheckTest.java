package dev.weir.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Taking, waiting, holding, settling, giving back and looking are linearizable: what several threads do and are told is what the
 * same limiter does and says in some order, one by one. One ask, which was held before, is settled by whoever comes: once.
 *
 * <p>Time stands still. That entries leave meanwhile is not to be noticed: the specification keeps them.
 */
class SettlingLincheckTest {

    private static final int MAX_OPEN = 100;
    private static final int PARTS = 4; // two threads, before and after
    private static final long HOUR = Duration.ofHours(1).toNanos();

    /** What the operations below have in common: each thread settles what it has opened itself, oldest first. */
    @Param(name = "part", gen = ThreadIdGen.class)
    @Param(name = "cost", gen = IntGen.class, conf = "0:3")
    public abstract static class Operations {
        final TwoPlaces store = new TwoPlaces();
        private final Semaphore opens = new Semaphore(MAX_OPEN);
        private final Judge judge = new Judge(store, Asks.ANCHOR, opens);
        private final List<Queue<Ask>> open = new ArrayList<>();
        private final Ask shared;

        /** With something for everybody to settle. */
        Operations(boolean everybodyHolds) {
            for (int part = 0; part < PARTS; part++) {
                open.add(new ArrayDeque<>());
            }
            shared = question(1);
            shared.hold();
            judge.decide(shared, 0);
            for (int i = 0; i < shared.limits(); i++) {
                shared.actual(i, 0);
            }
            for (int part = 1; everybodyHolds && part < 3; part++) {
                hold(part, 1);
            }
        }

        abstract Ask question(int cost);

        @Operation
        public long take(@Param(name = "cost") int cost) {
            return take(question(cost));
        }

        long take(Ask ask) {
            judge.decide(ask, 0);
            return answer(ask);
        }

        @Operation
        public long enter(@Param(name = "part") int part, @Param(name = "cost") int cost) {
            Ask ask = question(cost);
            for (int i = 0; i < ask.limits(); i++) {
                ask.patience(i, Long.MAX_VALUE);
            }
            judge.decide(ask, 0);
            return opened(part, ask);
        }

        @Operation
        public long hold(@Param(name = "part") int part, @Param(name = "cost") int cost) {
            Ask ask = question(cost);
            ask.hold();
            judge.decide(ask, 0);
            return opened(part, ask);
        }

        @Operation
        public long settle(@Param(name = "part") int part, @Param(name = "cost") int used) {
            Ask ask = open.get(part).poll();
            if (ask == null) {
                return 0;
            }
            for (int i = 0; i < ask.limits(); i++) {
                ask.actual(i, used);
            }
            judge.settle(ask, 0);
            return answer(ask);
        }

        @Operation
        public long settleShared() {
            judge.settle(shared, 0);
            return answer(shared);
        }

        @Validate
        public void whatIsOpenHasRoomAndNothingElse() {
            int count = shared.isOpen() ? 1 : 0;
            for (Queue<Ask> own : open) {
                count += own.size();
            }
            if (opens.availablePermits() != MAX_OPEN - count) {
                throw new IllegalStateException(count + " are open, room for " + opens.availablePermits());
            }
        }

        private long opened(int part, Ask ask) {
            if (ask.isOpen()) {
                open.get(part).add(ask);
            }
            return answer(ask);
        }

        /* Three digits for each limit: what remains, and hours until it is as good as new. Before them the wait and the yes or no. */
        private static long answer(Ask ask) {
            long answer = (ask.allowed() ? 100 : 200) + ask.waitNanos() / HOUR;
            for (int i = 0; i < ask.limits(); i++) {
                answer = 1_000 * answer + 100 * ask.remaining(i) + ask.resetAfterNanos(i) / HOUR;
            }
            return answer;
        }
    }

    private static Limit perHour(int burst) {
        return Limit.of(burst, Duration.ofHours(burst));
    }

    /** One limit under one key, which each of the threads holds some of. */
    public static class OneLimit extends Operations {
        private static final Bundle BUNDLE = Asks.bundle("x", perHour(6));

        public OneLimit() {
            super(true);
        }

        @Override
        Ask question(int cost) {
            return Asks.ask(BUNDLE, Asks.ALICE, cost);
        }
    }

    /** A bucket, a counter and a log under one key: states of one number, of several, and one that grows. */
    public static class SeveralLimits extends Operations {
        private static final Bundle BUNDLE = Asks.bundle(
                "x",
                perHour(6),
                perHour(7).withAlgorithm(Algorithm.SLIDING_WINDOW_COUNTER).withAlignedWindows(),
                perHour(8).withAlgorithm(Algorithm.SLIDING_WINDOW_LOG));

        public SeveralLimits() {
            super(true);
        }

        @Override
        Ask question(int cost) {
            return Asks.ask(BUNDLE, Asks.ALICE, cost, cost, cost);
        }
    }

    /** A client's limit and everybody's, always both: who looks at both never sees one settled and the other not. */
    public static class TwoBundles extends Operations {
        private static final Bundle CLIENT = Asks.bundle("client", perHour(6));
        private static final Bundle GLOBAL = Asks.bundle("global", perHour(9));

        public TwoBundles() {
            super(true);
        }

        @Override
        Ask question(int cost) {
            Ask ask = Asks.ask(CLIENT, Asks.ALICE, cost);
            Asks.add(ask, GLOBAL, Asks.BOB, cost);
            return ask;
        }

        @Operation
        public long takeGlobal(@Param(name = "cost") int cost) {
            return take(Asks.ask(GLOBAL, Asks.BOB, cost));
        }
    }

    /** One limit under one key, whose entry has to leave at any moment. */
    public static class OneEvicted extends Operations {
        public OneEvicted() {
            super(false);
        }

        @Override
        Ask question(int cost) {
            return Asks.ask(OneLimit.BUNDLE, Asks.ALICE, cost);
        }

        @Operation
        public void evict() {
            store.evict(1, 0);
        }
    }

    public static class OneKept extends OneEvicted {
        @Override
        public void evict() {}
    }

    /** The same of two bundles, one of which has to leave at any moment. */
    public static class TwoEvicted extends TwoBundles {
        @Operation
        public void evict() {
            store.evict(2, 0);
        }
    }

    public static class TwoKept extends TwoEvicted {
        @Override
        public void evict() {}
    }

    @Test
    void oneLimitIsSettledInSomeOrder() {
        check(OneLimit.class, OneLimit.class);
    }

    @Test
    void severalLimitsAreSettledTogether() {
        check(SeveralLimits.class, SeveralLimits.class);
    }

    @Test
    void twoBundlesAreSettledTogether() {
        check(TwoBundles.class, TwoBundles.class);
    }

    @Test
    void whoHoldsKeepsTheEntryAndWhoComesBackFindsItsDebt() {
        check(OneEvicted.class, OneKept.class);
    }

    @Test
    void whoHoldsOfTwoBundlesKeepsBothEntries() {
        check(TwoEvicted.class, TwoKept.class);
    }

    private static void check(Class<?> operations, Class<?> specification) {
        LincheckRuns.chosen().sequentialSpecification(specification).check(operations);
        LincheckRuns.observed().sequentialSpecification(specification).check(operations);
    }
}
