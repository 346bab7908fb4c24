package dev.weir.core;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Decisions are linearizable, whatever entry leaves in the middle of them. Time stands still, so that an answer depends on
 * nothing but the order; an entry leaves whether it owes or not, which the specifications model as a debt forgiven.
 */
class JudgeLincheckTest {

    private static final Duration HOUR = Duration.ofHours(1);

    /** Two places, each of one key. An entry is closed before its place is empty, as in {@link CaffeineStore}. */
    private static final class TwoPlaces implements EntryStore {
        private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(2);

        @Override
        public Entry find(EntryKey key, long nowNanos) {
            return entries.get((int) key.high - 1);
        }

        @Override
        public Entry findOrCreate(EntryKey key, long nowNanos) {
            Entry entry = find(key, nowNanos);
            if (entry == null) {
                Entry created = new Entry(key, nowNanos, Asks.ANCHOR);
                Entry winner = entries.compareAndExchange((int) key.high - 1, null, created);
                entry = winner == null ? created : winner;
            }
            return entry;
        }

        void evict(int place) {
            Entry entry = entries.get(place - 1);
            if (entry != null && entry.claim() != Entry.CLOSED) {
                entry.release(Entry.CLOSED);
                entries.set(place - 1, null);
            }
        }
    }

    /** One limit under one key: compare-and-set. */
    @Param(name = "cost", gen = IntGen.class, conf = "0:4")
    public static class OneLimit {
        private static final Bundle BUNDLE = Asks.bundle("x", Limit.of(3, HOUR));
        private final TwoPlaces store = new TwoPlaces();
        private final Judge judge = new Judge(store, Asks.ANCHOR, new Semaphore(100));

        @Operation
        public int take(@Param(name = "cost") int cost) {
            return code(judge, Asks.ask(BUNDLE, Asks.ALICE, cost));
        }

        @Operation
        public void evict() {
            store.evict(1);
        }
    }

    /** The same, where who is known already is decided in the library's shorter way. */
    @Param(name = "cost", gen = IntGen.class, conf = "0:4")
    public static class OneLimitOfTheKnown {
        private static final Bundle BUNDLE = Asks.bundle("x", Limit.of(3, HOUR));
        private final TwoPlaces store = new TwoPlaces();
        private final Judge judge = new Judge(store, Asks.ANCHOR, new Semaphore(100));

        @Operation
        public int take(@Param(name = "cost") int cost) {
            Ask ask = Asks.ask(BUNDLE, Asks.ALICE, cost);
            Entry entry = store.find(ask.probe(0), 0);
            Decision known =
                    entry == null ? null : BucketJudge.decideKnown(entry, BUNDLE, BUNDLE.onlyNumber(), cost, 0);
            return known == null ? code(judge, ask) : (known.allowed() ? 10 : 0) + (int) known.remaining();
        }

        @Operation
        public void evict() {
            store.evict(1);
        }
    }

    public static class OneLimitSpecification {
        private int left = 3;

        public int take(int cost) {
            boolean allowed = cost <= left;
            left -= allowed ? cost : 0;
            return (allowed ? 10 : 0) + left;
        }

        public void evict() {
            left = 3;
        }
    }

    /**
     * Two keys, asked alone and together in both orders: claims. What is left is told of admitted requests only: to a refused
     * one, a client that is not there is as it was when it was looked up, a moment before.
     */
    @Param(name = "cost", gen = IntGen.class, conf = "1:2")
    @Param(name = "place", gen = IntGen.class, conf = "1:2")
    public static class TwoKeys {
        private static final Bundle ONE = Asks.bundle("one", Limit.of(3, HOUR));
        private static final Bundle TWO = Asks.bundle("two", Limit.of(2, HOUR));
        private final TwoPlaces store = new TwoPlaces();
        private final Judge judge = new Judge(store, Asks.ANCHOR, new Semaphore(100));

        @Operation
        public int takeOne(@Param(name = "cost") int cost) {
            return code(judge, Asks.ask(ONE, Asks.ALICE, cost));
        }

        @Operation
        public int takeBoth(@Param(name = "cost") int first, @Param(name = "cost") int second) {
            Ask ask = Asks.ask(ONE, Asks.ALICE, first);
            Asks.add(ask, TWO, Asks.BOB, second);
            int code = code(judge, ask);
            return ask.allowed() ? code : 0;
        }

        @Operation
        public int takeBothTheOtherWayRound(@Param(name = "cost") int second, @Param(name = "cost") int first) {
            Ask ask = Asks.ask(TWO, Asks.BOB, second);
            Asks.add(ask, ONE, Asks.ALICE, first);
            int code = code(judge, ask);
            return ask.allowed() ? code : 0;
        }

        @Operation
        public void evict(@Param(name = "place") int place) {
            store.evict(place);
        }
    }

    public static class TwoKeysSpecification {
        private final int[] left = {3, 2};

        public int takeOne(int cost) {
            boolean allowed = cost <= left[0];
            left[0] -= allowed ? cost : 0;
            return (allowed ? 10 : 0) + left[0];
        }

        public int takeBoth(int first, int second) {
            boolean allowed = first <= left[0] && second <= left[1];
            left[0] -= allowed ? first : 0;
            left[1] -= allowed ? second : 0;
            return allowed ? 100 + 10 * left[0] + left[1] : 0;
        }

        public int takeBothTheOtherWayRound(int second, int first) {
            int code = takeBoth(first, second);
            return code == 0 ? 0 : 100 + 10 * left[1] + left[0];
        }

        public void evict(int place) {
            left[place - 1] = place == 1 ? 3 : 2;
        }
    }

    /** Three limits in one entry. */
    @Param(name = "cost", gen = IntGen.class, conf = "0:2")
    public static class ThreeLimits {
        private static final Bundle BUNDLE = Asks.bundle(
                "x",
                Limit.of(4, HOUR),
                Limit.of(3, HOUR),
                Limit.of(999_999_999, HOUR).withBurst(2));
        private final TwoPlaces store = new TwoPlaces();
        private final Judge judge = new Judge(store, Asks.ANCHOR, new Semaphore(100));

        @Operation
        public int take(@Param(name = "cost") int a, @Param(name = "cost") int b, @Param(name = "cost") int c) {
            return code(judge, Asks.ask(BUNDLE, Asks.ALICE, a, b, c));
        }

        @Operation
        public void evict() {
            store.evict(1);
        }
    }

    public static class ThreeLimitsSpecification {
        private int[] left = {4, 3, 2};

        public int take(int a, int b, int c) {
            boolean allowed = a <= left[0] && b <= left[1] && c <= left[2];
            left = allowed ? new int[] {left[0] - a, left[1] - b, left[2] - c} : left;
            return (allowed ? 1_000 : 0) + 100 * left[0] + 10 * left[1] + left[2];
        }

        public void evict() {
            left = new int[] {4, 3, 2};
        }
    }

    /** Old and new rules for one key, with debts that mean the same share under both. */
    @Param(name = "halves", gen = IntGen.class, conf = "1:1")
    public static class TwoVersions {
        private static final Bundle OLD = Asks.bundle("x", Limit.of(6, HOUR));
        private static final Bundle NEW = Asks.bundle("x", Limit.of(12, Duration.ofDays(1)));
        private final TwoPlaces store = new TwoPlaces();
        private final Judge judge = new Judge(store, Asks.ANCHOR, new Semaphore(100));

        @Operation
        public boolean takeOld(@Param(name = "halves") int halves) {
            return code(judge, Asks.ask(OLD, Asks.ALICE, halves)) >= 10;
        }

        @Operation
        public boolean takeNew(@Param(name = "halves") int halves) {
            return code(judge, Asks.ask(NEW, Asks.ALICE, 2L * halves)) >= 10;
        }
    }

    public static class TwoVersionsSpecification {
        private int left = 6;

        public boolean takeOld(int halves) {
            boolean allowed = halves <= left;
            left -= allowed ? halves : 0;
            return allowed;
        }

        public boolean takeNew(int halves) {
            return takeOld(halves);
        }
    }

    @Test
    void oneLimitIsLinearizable() {
        check(OneLimit.class, OneLimitSpecification.class);
    }

    @Test
    void oneLimitIsLinearizableForTheKnown() {
        check(OneLimitOfTheKnown.class, OneLimitSpecification.class);
    }

    @Test
    void twoKeysAreTakenTogetherOrNotAtAll() {
        check(TwoKeys.class, TwoKeysSpecification.class);
    }

    @Test
    void threeLimitsAreTakenTogetherOrNotAtAll() {
        check(ThreeLimits.class, ThreeLimitsSpecification.class);
    }

    @Test
    void oldAndNewRulesTakingTurnsNeverRefuseWhatEitherWouldAdmit() {
        LincheckRuns.chosen()
                .actorsPerThread(1)
                .sequentialSpecification(TwoVersionsSpecification.class)
                .check(TwoVersions.class);
    }

    private static void check(Class<?> operations, Class<?> specification) {
        LincheckRuns.chosen().sequentialSpecification(specification).check(operations);
        LincheckRuns.observed().sequentialSpecification(specification).check(operations);
    }

    /** A digit for what each limit has left, before them whether all admit. */
    private static int code(Judge judge, Ask ask) {
        judge.decide(ask, 0);
        int code = ask.allowed() ? 1 : 0;
        for (int i = 0; i < ask.limits(); i++) {
            code = 10 * code + (int) ask.remaining(i);
        }
        return code;
    }
}
