package dev.weir.core;

import java.math.BigInteger;
import java.time.Duration;

/**
 * The kernel: a limit as arithmetic on one number.
 *
 * <p>The generic cell rate algorithm (ITU-T I.371, virtual scheduling) keeps the <em>theoretical arrival time</em> (TAT): the
 * time at which the client will have no debt left. A permit costs the <em>emission interval</em> T = period / permits, so
 * an admitted request of cost c moves the TAT to {@code max(TAT, now) + c·T}; it is admitted if that is at most the
 * <em>burst tolerance</em> B·T ahead of now. Seen as a token bucket, the bucket holds {@code (B·T - (TAT - now)) / T}
 * tokens and refills by one each T; seen as a leaky bucket, it is {@code TAT - now} full and leaks one each T. It is one
 * function, so the same parameters give the same answers.
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
 * <p>Immutable. All of its methods are pure functions.
 */
final class Gcra {

    static final int MAX_FRACTION_BITS = 20;
    private static final BigInteger MAX_TOLERANCE = BigInteger.ONE.shiftLeft(61);
    private static final BigInteger MAX_SPAN = BigInteger.valueOf(Limit.MAX_SPAN_NANOS);
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    /** Bits of every number of this kernel that stand below one nanosecond. */
    final int fractionBits;
    /** T, in units of 2^-fractionBits ns, rounded up. 0 for a closed limit. */
    final long emissionInterval;
    /** B·T in the same units; -1 for a closed limit, which is less than any debt. */
    final long burstTolerance;
    /** B. */
    final long burst;

    private Gcra(int fractionBits, long emissionInterval, long burstTolerance, long burst) {
        this.fractionBits = fractionBits;
        this.emissionInterval = emissionInterval;
        this.burstTolerance = burstTolerance;
        this.burst = burst;
    }

    /** The kernel of {@code limit}. */
    static Gcra of(Limit limit) {
        return limit.isClosed() ? new Gcra(0, 0, -1, 0) : of(limit.permits(), limit.period(), limit.burst());
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
                                    + ", which is the longest that can be kept exactly at this rate. Lower the burst");
                }
                return new Gcra(bits, interval.longValueExact(), tolerance.longValueExact(), burst);
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

    /** Whether a request of {@code cost} can ever be admitted. */
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
        return free > 0 ? free / emissionInterval : 0;
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

    /**
     * The time between two sweeps, in nanoseconds, within which no number of this kernel is mistaken for one of the future:
     * a quarter of the range.
     */
    long sweepWithinNanos() {
        return (1L << 62) >> fractionBits;
    }

    /** Whether a number that was good at a sweep {@code sinceLastNanos} ago can be mistaken for one of the future. */
    boolean mayHaveWrapped(long sinceLastNanos) {
        return sinceLastNanos - sweepWithinNanos() > sweepWithinNanos() >> 1;
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
                .min(BigInteger.valueOf(burstTolerance))
                .longValueExact();
    }
}
