package dev.weir.core;

import static java.math.BigInteger.ZERO;

import java.math.BigInteger;
import java.util.List;

/**
 * The four descriptions of one function, each written down from its own textbook in numbers without bounds. Times and the emission
 * interval are in units of 2^-bits ns, since the interval that is promised is the rounded one ({@link SlowModel#interval}).
 */
abstract class Textbook {

    final BigInteger interval;
    final BigInteger burst;

    private Textbook(Limit limit) {
        this.interval = SlowModel.interval(limit);
        this.burst = BigInteger.valueOf(limit.burst());
    }

    static List<Textbook> all(Limit limit) {
        return List.of(
                new TokenBucket(limit),
                new LeakyMeter(limit),
                new VirtualScheduling(limit),
                new ContinuousLeakyBucket(limit));
    }

    /** Takes {@code cost} permits, 0 to the burst, or nothing. */
    abstract boolean take(BigInteger now, long cost);

    /** How many permits could be taken. */
    abstract long remaining(BigInteger now);

    /** Tokens drip in, one each interval, up to the burst. They are counted in fractions of 1/interval. */
    private static final class TokenBucket extends Textbook {
        private BigInteger tokens;
        private BigInteger last;

        TokenBucket(Limit limit) {
            super(limit);
            tokens = burst.multiply(interval);
            last = ZERO;
        }

        private void fill(BigInteger now) {
            tokens = tokens.add(now.subtract(last)).min(burst.multiply(interval));
            last = now;
        }

        @Override
        boolean take(BigInteger now, long cost) {
            fill(now);
            BigInteger needed = interval.multiply(BigInteger.valueOf(cost));
            boolean enough = tokens.compareTo(needed) >= 0;
            tokens = enough ? tokens.subtract(needed) : tokens;
            return enough;
        }

        @Override
        long remaining(BigInteger now) {
            fill(now);
            return tokens.divide(interval).longValueExact();
        }
    }

    /** Each permit pours one in, one leaks out each interval, what would overflow is refused. */
    private static final class LeakyMeter extends Textbook {
        private BigInteger water = ZERO;
        private BigInteger last = ZERO;

        LeakyMeter(Limit limit) {
            super(limit);
        }

        private void leak(BigInteger now) {
            water = water.subtract(now.subtract(last)).max(ZERO);
            last = now;
        }

        @Override
        boolean take(BigInteger now, long cost) {
            leak(now);
            BigInteger higher = water.add(interval.multiply(BigInteger.valueOf(cost)));
            boolean fits = higher.compareTo(burst.multiply(interval)) <= 0;
            water = fits ? higher : water;
            return fits;
        }

        @Override
        long remaining(BigInteger now) {
            leak(now);
            return burst.multiply(interval).subtract(water).divide(interval).longValueExact();
        }
    }

    /** Judges cell by cell, as ITU-T I.371 does: a request is so many cells at one time, all or nothing. */
    private abstract static class Cells extends Textbook {
        Cells(Limit limit) {
            super(limit);
        }

        /** Takes one cell, or says that it does not conform. */
        abstract boolean cell(BigInteger now);

        abstract List<BigInteger> state();

        abstract void restore(List<BigInteger> state);

        /** The tolerance: so late may a cell be that the burst fits. */
        BigInteger tolerance() {
            return burst.subtract(BigInteger.ONE).multiply(interval);
        }

        @Override
        boolean take(BigInteger now, long cost) {
            List<BigInteger> before = state();
            for (long i = 0; i < cost; i++) {
                if (!cell(now)) {
                    restore(before);
                    return false;
                }
            }
            return true;
        }

        @Override
        long remaining(BigInteger now) {
            List<BigInteger> before = state();
            long conforming = 0;
            while (cell(now)) {
                conforming++;
            }
            restore(before);
            return conforming;
        }
    }

    /** I.371, virtual scheduling: a cell conforms unless it comes earlier than its theoretical arrival time by more than L. */
    private static final class VirtualScheduling extends Cells {
        private BigInteger theoreticalArrival = ZERO;

        VirtualScheduling(Limit limit) {
            super(limit);
        }

        @Override
        boolean cell(BigInteger now) {
            if (theoreticalArrival.compareTo(now) < 0) {
                theoreticalArrival = now;
            } else if (theoreticalArrival.compareTo(now.add(tolerance())) > 0) {
                return false;
            }
            theoreticalArrival = theoreticalArrival.add(interval);
            return true;
        }

        @Override
        List<BigInteger> state() {
            return List.of(theoreticalArrival);
        }

        @Override
        void restore(List<BigInteger> state) {
            theoreticalArrival = state.get(0);
        }
    }

    /** I.371, continuous-state leaky bucket: a cell conforms unless the bucket, leaked since the last one, holds more than L. */
    private static final class ContinuousLeakyBucket extends Cells {
        private BigInteger bucket = ZERO;
        private BigInteger lastCompliance = ZERO;

        ContinuousLeakyBucket(Limit limit) {
            super(limit);
        }

        @Override
        boolean cell(BigInteger now) {
            BigInteger left = bucket.subtract(now.subtract(lastCompliance)).max(ZERO);
            if (left.compareTo(tolerance()) > 0) {
                return false;
            }
            bucket = left.add(interval);
            lastCompliance = now;
            return true;
        }

        @Override
        List<BigInteger> state() {
            return List.of(bucket, lastCompliance);
        }

        @Override
        void restore(List<BigInteger> state) {
            bucket = state.get(0);
            lastCompliance = state.get(1);
        }
    }
}
