package dev.weir.core;

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
            long strangers,
            long overAdmitted,
            long returns,
            double unjust,
            double refusedOutright,
            double regularsForgotten,
            long evictedWhileOwing,
            long size,
            double nanosPerRequest) {}

    Flood(int bound, int perSecond) {
        this.bound = bound;
        this.perSecond = perSecond;
        this.limiter = new LocalLimiter(bound, ticker, LimiterListener.NONE);
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

    public static void main(String[] args) {
        int bound = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int perSecond = args.length > 1 ? Integer.parseInt(args[1]) : bound / 20;
        Result result = new Flood(bound, perSecond).run();
        System.out.printf(
                Locale.ROOT, "bound %,d, %,d strangers, %,d per second%n", bound, result.strangers, perSecond);
        System.out.printf(
                Locale.ROOT, "over-admitted to %,d returners: %d permits%n", result.returns, result.overAdmitted);
        System.out.printf(
                Locale.ROOT,
                "newcomers with a debt that is not theirs: %.2f %%, refused outright: %.2f %%%n",
                100 * result.unjust,
                100 * result.refusedOutright);
        System.out.printf(
                Locale.ROOT,
                "requests of regulars that found less debt than was owed: %.3f %%%n",
                100 * result.regularsForgotten);
        System.out.printf(
                Locale.ROOT,
                "entries that left while owing: %,d; entries now: %,d; %.0f ns a request, bookkeeping of this program included%n",
                result.evictedWhileOwing,
                result.size,
                result.nanosPerRequest);
    }

    Result run() {
        long begin = System.nanoTime();
        long requests = 0;
        long step = 1_000_000_000L / perSecond;
        long lastSweep = ticker.read();
        for (int i = 0; i < exact.length; i++) {
            ticker.advanceNanos(step);
            requests += stranger(i);
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
            }
        }
        double nanos = (double) (System.nanoTime() - begin) / requests;
        return new Result(
                exact.length,
                over,
                returns,
                (double) unjust / newcomers,
                (double) unjustRefused / newcomers,
                (double) regularsForgotten / regularAsks,
                limiter.evictedWhileOwing(),
                limiter.size(),
                nanos);
    }

    private int stranger(int id) {
        int want = 1 + random.nextInt(5);
        for (int k = 0; k < want; k++) {
            if (take(id)) {
                exact[id] = Math.max(exact[id], ticker.read()) + INTERVAL;
            }
        }
        return want;
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
        limiter.decide(ask);
        return ask.allowed();
    }
}
