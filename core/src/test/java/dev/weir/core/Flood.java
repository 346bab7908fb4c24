package dev.weir.core;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Strangers against a limiter at its bound, on virtual time and the real cache: ten times the bound of clients who come once and
 * take some of their 5 permits a minute, beside regulars (Zipf), honest newcomers, and strangers who come back for more than they
 * may have. Prints what became of each. Arguments: the bound (100,000 unless said), and strangers per second (a twentieth).
 */
final class Flood {

    private static final Limit LIMIT = Limit.of(5, Duration.ofMinutes(1));
    private static final long INTERVAL = 12_000_000_000L;
    private static final long TOLERANCE = 5 * INTERVAL;
    private static final int SWEEP_EVERY_SECONDS = 30;

    private final int bound;
    private final int perSecond;
    private final ManualTicker ticker = new ManualTicker(1);
    private final LocalLimiter limiter;
    private final Bundle bundle;
    private final Ask ask = new Ask();
    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] exact;

    private final Cache<Long, long[]> plain;

    private long nanos;
    private long decisions;
    private long plainForgotten;
    private long over;
    private long returns;
    private long newcomers;
    private long unjust;
    private long unjustRefused;
    private long regularAsks;
    private long regularsForgotten;
    private final long[] regularUntil;
    private final double[] zipf;

    /** What came of it. Counts of clients or permits; shares from 0 to 1. */
    record Result(
            long overAdmitted,
            long returns,
            double unjust,
            double refusedOutright,
            double regularsForgotten,
            double plainForgotten,
            long evictedWhileOwing,
            long size,
            double firstNanos,
            double lastNanos) {}

    Flood(int bound, int perSecond, boolean remembersDebts) {
        this.bound = bound;
        this.perSecond = perSecond;
        this.limiter = new LocalLimiter(
                bound,
                0,
                ticker,
                Asks.ANCHOR,
                LimiterListener.NONE,
                remembersDebts ? new Debts(bound) : new Forgetful(bound));
        this.plain =
                Caffeine.newBuilder().maximumSize(bound).executor(Runnable::run).build();
        Policies policies = new Policies();
        policies.declare(new Policy("flood", LIMIT));
        this.bundle = policies.current().bundle("flood", List.of("flood"));
        this.exact = new long[10 * bound];
        int regulars = bound / 10;
        this.regularUntil = new long[regulars];
        this.zipf = new double[regulars];
        double sum = 0;
        for (int i = 0; i < regulars; i++) {
            sum += 1.0 / (i + 1);
            zipf[i] = sum;
        }
    }

    /** What becomes of debts without the table. */
    private static final class Forgetful extends Debts {
        Forgetful(long maxEntries) {
            super(maxEntries);
        }

        @Override
        void store(EntryKey key, int index, long nanos, long nowNanos) {}
    }

    public static void main(String[] args) {
        int bound = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int perSecond = args.length > 1 ? Integer.parseInt(args[1]) : bound / 20;
        System.out.printf(Locale.ROOT, "bound %,d, %,d strangers, %,d per second%n", bound, 10 * bound, perSecond);
        for (boolean remembers : new boolean[] {true, false}) {
            long before = usedMegabytes();
            Flood flood = new Flood(bound, perSecond, remembers);
            Result result = flood.run();
            System.out.printf(Locale.ROOT, "%s the debt table:%n", remembers ? "with" : "without");
            System.out.printf(
                    Locale.ROOT, "  permits over-admitted to %,d returners: %d%n", result.returns, result.overAdmitted);
            System.out.printf(
                    Locale.ROOT,
                    "  newcomers with a debt that is not theirs: %.2f %%, refused outright: %.2f %%%n",
                    100 * result.unjust,
                    100 * result.refusedOutright);
            System.out.printf(
                    Locale.ROOT,
                    "  requests of regulars that found less than they owed: %.3f %% (plain Caffeine: %.3f %%)%n",
                    100 * result.regularsForgotten,
                    100 * result.plainForgotten);
            System.out.printf(
                    Locale.ROOT,
                    "  entries that left while owing: %,d; entries now: %,d; time per decision, first and last tenth: %.0f, %.0f ns%n",
                    result.evictedWhileOwing,
                    result.size,
                    result.firstNanos,
                    result.lastNanos);
            System.out.printf(
                    Locale.ROOT,
                    "  heap of the limiter, of plain Caffeine beside it and of this program: %,d MB%n",
                    usedMegabytes() - before);
            if (flood.limiter.size() < 0) {
                throw new AssertionError("kept reachable until here");
            }
        }
    }

    private static long usedMegabytes() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }

    Result run() {
        long step = 1_000_000_000L / perSecond;
        long lastSweep = ticker.read();
        double firstNanos = 0;
        for (int i = 0; i < exact.length; i++) {
            ticker.advanceNanos(step);
            stranger(i);
            if (random.nextInt(100) == 0) {
                newcomer(1L << 40 | i);
            }
            if (random.nextInt(100) == 0 && i > 1_000) {
                returner(i);
            }
            if (random.nextInt(4) == 0) {
                regular();
            }
            if (ticker.read() - lastSweep > SWEEP_EVERY_SECONDS * 1_000_000_000L) {
                lastSweep = ticker.read();
                limiter.sweep();
                plain.asMap().values().removeIf(until -> until[0] - ticker.read() <= 0);
            }
            if (i == exact.length / 10) {
                firstNanos = (double) nanos / decisions;
            }
            if (i == exact.length / 10 || i == exact.length / 10 * 9) {
                nanos = 0;
                decisions = 0;
            }
        }
        return new Result(
                over,
                returns,
                (double) unjust / newcomers,
                (double) unjustRefused / newcomers,
                (double) regularsForgotten / regularAsks,
                (double) plainForgotten / regularAsks,
                limiter.evictedWhileOwing(),
                limiter.size(),
                firstNanos,
                (double) nanos / decisions);
    }

    private void stranger(int id) {
        int want = 1 + random.nextInt(5);
        for (int k = 0; k < want; k++) {
            if (take(id)) {
                exact[id] = Math.max(exact[id], ticker.read()) + INTERVAL;
            }
        }
    }

    private void newcomer(long id) {
        newcomers++;
        boolean admitted = take(id);
        if (!admitted) {
            unjustRefused++;
        }
        if (!admitted || ask.remaining(0) < 4) {
            unjust++;
        }
    }

    /** One of the last minute's strangers asks for all that it can get; what it gets above its due is over-admitted. */
    private void returner(int newest) {
        int id = newest - 1 - random.nextInt(Math.min(newest - 1, 60 * perSecond));
        returns++;
        for (int k = 0; k < 5; k++) {
            if (take(id)) {
                long now = ticker.read();
                exact[id] = Math.max(exact[id], now) + INTERVAL;
                if (exact[id] - now > TOLERANCE) {
                    over++;
                }
            }
        }
    }

    private void regular() {
        int at = Arrays.binarySearch(zipf, random.nextDouble() * zipf[zipf.length - 1]);
        int id = at < 0 ? -at - 1 : at;
        long now = ticker.read();
        long owed = Math.max(0, regularUntil[id] - now);
        if (owed > 0 && plain.getIfPresent(1L << 41 | id) == null) {
            plainForgotten++;
        }
        boolean admitted = take(1L << 41 | id);
        long before = ask.resetAfterNanos(0) - (admitted ? INTERVAL : 0);
        regularAsks++;
        if (before < owed) {
            regularsForgotten++;
        }
        regularUntil[id] = now + Math.max(owed, 0) + (admitted ? INTERVAL : 0);
    }

    private boolean take(long id) {
        ask.clear();
        ask.add(bundle, new ClientKey(ClientKey.Kind.ADDRESS, id, 0));
        long begin = System.nanoTime();
        limiter.decide(ask);
        nanos += System.nanoTime() - begin;
        decisions++;
        long[] until = plain.get(id, key -> new long[] {ticker.read()});
        until[0] = Math.max(until[0], ticker.read() + ask.resetAfterNanos(0));
        return ask.allowed();
    }
}
