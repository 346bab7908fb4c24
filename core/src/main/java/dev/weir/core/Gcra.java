package dev.weir.core;

import java.math.BigInteger;
import java.time.Duration;

/**
 * The kernel of all buckets: a limit as arithmetic on one number.
 *
 * <p>The generic cell rate algorithm (ITU-T I.371, virtual scheduling) keeps the <em>theoretical arrival time</em> (TAT): the
 * time at which the client will have no debt left. A permit costs the <em>emission interval</em> T = period / permits, so
 * an admitted request of cost c moves the TAT to {@code max(TAT, now) + c·T}; it is admitted if that is at most the
 * <em>burst tolerance</em> B·T ahead of now. Seen as a token bucket, the bucket holds {@code (B·T - (TAT - now)) / T}
 * tokens and refills by one each T; seen as a leaky bucket used as a meter (I.371's continuous-state form), it is
 * {@code TAT - now} full and leaks one each T. It is one function, so the same parameters give the same answers. Seen as a
 * queue, the bucket holds who waits, and the answer is not "yes, now" but "your turn is at TAT": one comes out each T.
 *
 * <p><b>Exactness.</b> In any window of length t at most B + t / T permits are admitted: each moves the TAT by T, and the
 * TAT begins no earlier than the window and ends at most B·T after it. A refusal writes nothing, so asking too often costs
 * nothing.
 *
 * <p><b>Rounding.</b> Numbers are nanoseconds with {@code fractionBits} bits below the point: as few as keep T, which is
 * rounded up (in the limit's favour), within one part in a million, and at most 20. A number therefore wraps around after
 * {@code 2^(64 - fractionBits)} ns: all comparisons subtract first, and {@link LocalLimiter} forgets what is full again
 * before a quarter of that range has passed. No product overflows: B·T is at most 2^61 units, and costs above B are
 * answered before anything is multiplied.
 *
 * <p><b>Giving back.</b> Taking c·T off the TAT of who has come after would let permits through that the bound does not have:
 * what refilled meanwhile counts already, and so does what others have given back. What holds is
 * {@code clamp(end - R - now, 0, c·T)}, where {@code end} is the TAT that the taking left behind and R what has been given
 * back since; and nothing while somebody who came later still waits, whose turn was reckoned from this TAT. If nothing
 * has happened since, the TAT goes back to where it was, which is the same.
 *
 * <p>Immutable. All of its methods are pure functions.
 */
final class Gcra extends Kernel {

    static final int MAX_FRACTION_BITS = 20;
    private static final BigInteger MAX_TOLERANCE = BigInteger.ONE.shiftLeft(61);
    private static final BigInteger MAX_SPAN = BigInteger.valueOf(Limit.MAX_SPAN_NANOS);
    /** The furthest that waiting and owing may put a TAT ahead: half of what tells the future from the past. */
    static final long MAX_AHEAD = 1L << 62;

    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    /** Bits of every number of this kernel that stand below one nanosecond. */
    final int fractionBits;
    /** T, in units of 2^-fractionBits ns, rounded up. 0 for a closed limit. */
    final long emissionInterval;
    /** B·T in the same units; -1 for a closed limit, which is less than any debt. */
    final long burstTolerance;
    /** 1 / T. */
    private final double perUnit;
    /** B. */
    private final long burst;
    /** Whether who is admitted waits for a turn. */
    private final boolean queues;

    private Gcra(int fractionBits, long emissionInterval, long burstTolerance, long burst, boolean queues) {
        this.queues = queues;
        this.fractionBits = fractionBits;
        this.emissionInterval = emissionInterval;
        this.perUnit = 1.0 / Math.max(1, emissionInterval);
        this.burstTolerance = burstTolerance;
        this.burst = burst;
    }

    /** The kernel of {@code limit}. */
    static Gcra of(Limit limit) {
        if (limit.isClosed()) {
            return new Gcra(0, 0, -1, 0, false);
        }
        Gcra kernel = of(limit.permits(), limit.period(), limit.burst());
        return limit.algorithm() == Algorithm.LEAKY_BUCKET_QUEUE
                ? new Gcra(kernel.fractionBits, kernel.emissionInterval, kernel.burstTolerance, kernel.burst, true)
                : kernel;
    }

    /**
     * The kernel of an open limit.
     *
     * @throws IllegalArgumentException if B·T is above 2^60 ns, or if T cannot be kept within 1 ppm
     */
    static Gcra of(long permits, Duration period, long burst) {
        BigInteger p = BigInteger.valueOf(permits);
        for (int bits = 0; bits <= MAX_FRACTION_BITS; bits++) {
            BigInteger d = BigInteger.valueOf(period.toNanos()).shiftLeft(bits);
            BigInteger interval = d.add(p).subtract(BigInteger.ONE).divide(p);
            BigInteger excess = interval.multiply(p).subtract(d);
            if (excess.multiply(MILLION).compareTo(d) < 0) {
                BigInteger tolerance = interval.multiply(BigInteger.valueOf(burst));
                BigInteger refill = BigInteger.valueOf(period.toNanos()).multiply(BigInteger.valueOf(burst));
                if (tolerance.compareTo(MAX_TOLERANCE) > 0 || refill.compareTo(MAX_SPAN.multiply(p)) > 0) {
                    long mostNanos =
                            MAX_TOLERANCE.shiftRight(bits).min(MAX_SPAN).longValueExact();
                    throw new IllegalArgumentException(
                            "A burst of " + burst + " at " + permits + " permits per " + period
                                    + " takes longer to refill than " + Duration.ofNanos(mostNanos)
                                    + ", which is the longest that can be kept exactly at this rate. Lower the burst"
                                    + " (of a queue, its capacity) to "
                                    + MAX_TOLERANCE
                                            .divide(interval)
                                            .min(MAX_SPAN.multiply(p).divide(BigInteger.valueOf(period.toNanos()))));
                }
                return new Gcra(bits, interval.longValueExact(), tolerance.longValueExact(), burst, false);
            }
        }
        throw new IllegalArgumentException(permits + " permits per " + period
                + " are too many to be kept within one part in a million. Write at most 1000 permits per microsecond");
    }

    /** A time on the ticker's scale as a number of this kernel. */
    long number(long nanos) {
        return nanos << fractionBits;
    }

    /** How much is owed: the distance from {@code now} to {@code tat}, 0 when it has passed. Wrap-safe. */
    static long ahead(long tat, long now) {
        long ahead = tat - now;
        return ahead > 0 ? ahead : 0;
    }

    @Override
    int words() {
        return 1;
    }

    @Override
    long burst() {
        return burst;
    }

    @Override
    boolean canEverAdmit(long cost) {
        return cost <= burst && burstTolerance >= 0;
    }

    /** Whether {@code cost} permits fit beside what is owed. {@code cost} is from 0 to the burst. */
    boolean admits(long ahead, long cost) {
        return ahead + cost * emissionInterval <= burstTolerance;
    }

    /** Whole permits left beside what is owed: never negative, never rounded up. */
    long remaining(long ahead) {
        long free = burstTolerance - ahead;
        return free > 0 ? whole(free) : 0;
    }

    /*
     * free / T. Dividing longs would take as long as the rest of a decision. The product is off by less than 2^-51 of itself, which is
     * less than one, since no burst is above 10^15: so it is the quotient, or next to it.
     */
    private long whole(long free) {
        long guess = (long) (free * perUnit);
        long rest = free - guess * emissionInterval;
        return rest < 0 ? guess - 1 : rest >= emissionInterval ? guess + 1 : guess;
    }

    /** Nanoseconds until {@code cost} permits fit, rounded up; 0 if they do. {@code cost} is from 0 to the burst. */
    long waitNanos(long ahead, long cost) {
        long missing = ahead + cost * emissionInterval - burstTolerance;
        return missing > 0 ? nanosUp(missing) : 0;
    }

    /** What is owed here by who owes for {@code nanos}, which is taken for at most the whole bucket. */
    long aheadOf(long nanos) {
        return nanos >= refillNanos() ? Math.max(0, burstTolerance) : nanos << fractionBits;
    }

    /** A number of this kernel in nanoseconds, rounded up. */
    long nanosUp(long number) {
        return (number + (1L << fractionBits) - 1) >> fractionBits;
    }

    /** B·T in nanoseconds, rounded up: the longest that anybody can owe. */
    long refillNanos() {
        return nanosUp(Math.max(0, burstTolerance));
    }

    /* A quarter of the range. */
    @Override
    long sweepWithinNanos() {
        return (1L << 62) >> fractionBits;
    }

    /**
     * What is owed here by who owed {@code ahead} under {@code old}: the same fraction of the bucket, rounded up, so that a
     * change of limits neither refills a bucket nor locks anybody out for longer than the new limit would. Where one of the
     * two has no bucket, because it is closed, the time stays: so closing a limit and opening it again refills nothing.
     */
    long carryOver(long ahead, Gcra old) {
        if (ahead == 0) {
            return 0;
        }
        if (burstTolerance <= 0 || old.burstTolerance <= 0) {
            return BigInteger.valueOf(old.nanosUp(ahead))
                    .shiftLeft(fractionBits)
                    .min(burstTolerance > 0 ? BigInteger.valueOf(burstTolerance) : MAX_TOLERANCE)
                    .longValueExact();
        }
        BigInteger oldTolerance = BigInteger.valueOf(old.burstTolerance);
        return BigInteger.valueOf(ahead)
                .multiply(BigInteger.valueOf(burstTolerance))
                .add(oldTolerance)
                .subtract(BigInteger.ONE)
                .divide(oldTolerance)
                .min(BigInteger.valueOf(MAX_AHEAD))
                .longValueExact();
    }

    /* The same share of used permits; where this has no bucket, the share of their period; where old was closed, as many. */
    private long carryOver(long used, Kernel old) {
        if (burstTolerance <= 0) {
            long nanos = old.burst() == 0
                    ? 0
                    : Wide.multiplyDivideUp(Math.min(used, old.burst()), old.periodNanos(), old.burst());
            return Math.min(nanos, MAX_AHEAD >> fractionBits) << fractionBits;
        }
        long all = old.burst() == 0 ? burst : old.burst();
        return Wide.multiplyDivideUp(Math.min(used, all), burstTolerance, all);
    }

    // The same on a state of one long: the TAT.

    @Override
    long[] fresh(long[] room, long nowNanos, WindowAnchor anchor, long spread) {
        room[0] = number(nowNanos);
        return room;
    }

    @Override
    long waitNanos(long[] state, long atNanos, long cost) {
        return waitNanos(ahead(state[0], number(atNanos)), cost);
    }

    @Override
    boolean queues() {
        return queues;
    }

    @Override
    long longestWaitNanos() {
        return (1L << 61) >> fractionBits;
    }

    @Override
    long turnNanos(long[] state, long nowNanos) {
        return queues ? nanosUp(ahead(state[0], number(nowNanos))) : 0;
    }

    @Override
    long[] take(long[] state, long atNanos, long cost) {
        long at = number(atNanos);
        state[0] = at + ahead(state[0], at) + cost * emissionInterval;
        return state;
    }

    /* As of the first number of the nanosecond that ends at the turn: so waiting in a row loses no fraction of one. */
    @Override
    long[] takeAtTurn(long[] state, long turnNanos, long cost) {
        long at = number(turnNanos - 1) + 1;
        state[0] = at + ahead(state[0], at) + cost * emissionInterval;
        return state;
    }

    @Override
    long[] owe(long[] state, long atNanos, long cost) {
        long at = number(atNanos);
        long ahead = ahead(state[0], at);
        long room = Math.max(0, MAX_AHEAD - ahead);
        boolean fits = emissionInterval == 0 || cost <= room / emissionInterval;
        state[0] = at + ahead + (fits ? cost * emissionInterval : room);
        return state;
    }

    @Override
    long remaining(long[] state, long atNanos) {
        return remaining(ahead(state[0], number(atNanos)));
    }

    @Override
    long resetAfterNanos(long[] state, long atNanos) {
        return nanosUp(ahead(state[0], number(atNanos)));
    }

    @Override
    long giveBack(
            long[] state,
            long[] after,
            long turnNanos,
            long returnedSince,
            boolean laterWaits,
            long nowNanos,
            long permits) {
        long owed = after[0] - number(nowNanos); // of the taking; at most MAX_AHEAD
        boolean longAgo = nowNanos - turnNanos >= refillNanos(); // so long that numbers may have wrapped around
        if (laterWaits || longAgo || owed <= 0 || returnedSince >= owed) {
            return 0;
        }
        long own = Math.min(permits, burst) * emissionInterval;
        long back = Math.min(own, owed - returnedSince);
        state[0] -= back;
        return back;
    }

    @Override
    long debtNanos(long[] state, long nowNanos) {
        return Math.min(longestDebtNanos(), resetAfterNanos(state, nowNanos));
    }

    @Override
    long longestDebtNanos() {
        return refillNanos();
    }

    @Override
    long[] remember(long[] fresh, long debtNanos, long nowNanos) {
        fresh[0] = number(nowNanos) + aheadOf(Math.abs(debtNanos));
        return fresh;
    }

    @Override
    long[] carryOver(long[] fresh, long[] state, Kernel old, long atNanos) {
        long ahead;
        if (old instanceof Gcra bucket) {
            ahead = carryOver(ahead(state[0], bucket.number(atNanos)), bucket);
        } else {
            ahead = carryOver(old.used(state, atNanos), old);
        }
        fresh[0] = number(atNanos) + ahead;
        return fresh;
    }

    @Override
    void catchUp(long[] state, long nowNanos) {
        if (ahead(state[0], number(nowNanos)) == 0) {
            state[0] = number(nowNanos);
        }
    }
}
