package dev.weir.core;

import java.math.BigInteger;

/** Products of two longs that may need 128 bits. All arguments are 0 or more, divisors above 0. */
final class Wide {

    private Wide() {}

    /** {@code a * b / divisor}, rounded down; Long.MAX_VALUE if that is more. */
    static long multiplyDivide(long a, long b, long divisor) {
        if (isNarrow(a, b)) {
            return a * b / divisor;
        }
        return narrow(product(a, b).divide(BigInteger.valueOf(divisor)));
    }

    /** {@code a * b / divisor}, rounded up; Long.MAX_VALUE if that is more. */
    static long multiplyDivideUp(long a, long b, long divisor) {
        if (isNarrow(a, b)) {
            long product = a * b;
            return product / divisor + (product % divisor == 0 ? 0 : 1);
        }
        BigInteger[] parts = product(a, b).divideAndRemainder(BigInteger.valueOf(divisor));
        return narrow(parts[0].add(BigInteger.valueOf(parts[1].signum())));
    }

    private static boolean isNarrow(long a, long b) {
        return Math.multiplyHigh(a, b) == 0 && a * b >= 0;
    }

    private static BigInteger product(long a, long b) {
        return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
    }

    private static long narrow(BigInteger value) {
        return value.bitLength() < Long.SIZE ? value.longValue() : Long.MAX_VALUE;
    }
}
