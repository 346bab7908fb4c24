package dev.weir.http;

import java.math.BigInteger;

/** Nanoseconds as whole seconds, always rounded up, never with a double. */
final class Seconds {

    private static final long NANOS = 1_000_000_000L;

    private Seconds() {}

    /** {@code nanos}, 0 or more, in seconds. */
    static long up(long nanos) {
        return nanos / NANOS + (nanos % NANOS == 0 ? 0 : 1);
    }

    /** {@code factor * nanos / divisor} in seconds, for what may overflow on the way. All 0 or more, the divisor above 0. */
    static long up(long factor, long nanos, long divisor) {
        if (Math.multiplyHigh(factor, nanos) == 0 && factor * nanos >= 0 && divisor <= Long.MAX_VALUE / NANOS) {
            long numerator = factor * nanos;
            long denominator = divisor * NANOS;
            return numerator / denominator + (numerator % denominator == 0 ? 0 : 1);
        }
        BigInteger numerator = BigInteger.valueOf(factor).multiply(BigInteger.valueOf(nanos));
        BigInteger denominator = BigInteger.valueOf(divisor).multiply(BigInteger.valueOf(NANOS));
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        return parts[0].longValueExact() + parts[1].signum();
    }
}
