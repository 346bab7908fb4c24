package dev.weir.core;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.ZERO;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a limiter should say, slowly: numbers without bounds, a time that never wraps around, and nobody is ever forgotten.
 * Its emission interval is the rounded one, since that much is promised; all else is exact.
 */
final class SlowModel {

    /** An answer in full, to be compared as a value. */
    record Answer(boolean allowed, List<Long> remaining, List<Long> retryAfterNanos, List<Long> resetAfterNanos) {
        static Answer of(Ask ask) {
            Answer answer = new Answer(ask.allowed(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int i = 0; i < ask.limits(); i++) {
                answer.remaining.add(ask.remaining(i));
                answer.retryAfterNanos.add(ask.retryAfterNanos(i));
                answer.resetAfterNanos.add(ask.resetAfterNanos(i));
            }
            return answer;
        }
    }

    private record Place(String bundle, ClientKey client, int index) {}

    /** Theoretical arrival times, in the unit of their limit. */
    private final Map<Place, BigInteger> states = new HashMap<>();

    private final BigInteger startNanos;
    private boolean metReservedNumber;

    SlowModel() {
        this(0);
    }

    /** A model beside a limiter whose clock started at {@code startNanos}. */
    SlowModel(long startNanos) {
        this.startNanos = BigInteger.valueOf(startNanos);
    }

    /**
     * Whether a number came up, in the limiter's 64 bits, that {@link Entry} has reserved and steps over: from there on the
     * limiter may be two units (of 2^-bits ns) stricter than this model.
     */
    boolean metReservedNumber() {
        return metReservedNumber;
    }

    /** The answer to the question that {@code ask} holds, whose own answer is neither read nor written. */
    Answer decide(Ask ask, BigInteger nowNanos) {
        List<BigInteger> debts = new ArrayList<>();
        boolean allowed = true;
        Answer answer = new Answer(true, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < ask.limits(); i++) {
            Limit limit = ask.policy(i).limit();
            BigInteger now = nowNanos.shiftLeft(bits(limit));
            BigInteger debt =
                    states.getOrDefault(place(ask, i), now).subtract(now).max(ZERO);
            long wait = waitNanos(limit, debt, ask.cost(i));
            allowed &= wait == 0;
            answer.retryAfterNanos.add(wait);
            debts.add(debt);
        }
        for (int i = 0; i < ask.limits(); i++) {
            Limit limit = ask.policy(i).limit();
            BigInteger debt = debts.get(i);
            if (allowed && ask.cost(i) > 0) {
                debt = debt.add(interval(limit).multiply(BigInteger.valueOf(ask.cost(i))));
                BigInteger state = nowNanos.shiftLeft(bits(limit)).add(debt);
                states.put(place(ask, i), state);
                long number = startNanos.shiftLeft(bits(limit)).add(state).longValue();
                metReservedNumber |= number == Entry.CLOSED || number == Entry.CLAIMED;
            }
            answer.remaining.add(remaining(limit, debt));
            answer.resetAfterNanos.add(nanosUp(limit, debt));
        }
        return new Answer(allowed, answer.remaining, answer.retryAfterNanos, answer.resetAfterNanos);
    }

    /** The fewest bits below a nanosecond in which the emission interval is less than one part in a million too long. */
    static int bits(Limit limit) {
        int bits = 0;
        while (!limit.isClosed() && !isFine(limit, bits)) {
            bits++;
        }
        return bits;
    }

    /** The emission interval in units of 2^-bits nanoseconds. */
    static BigInteger interval(Limit limit) {
        return limit.isClosed() ? ZERO : interval(limit, bits(limit));
    }

    private static BigInteger interval(Limit limit, int bits) {
        return up(period(limit).shiftLeft(bits), BigInteger.valueOf(limit.permits()));
    }

    private static boolean isFine(Limit limit, int bits) {
        BigInteger exact = period(limit).shiftLeft(bits);
        BigInteger excess = interval(limit, bits)
                .multiply(BigInteger.valueOf(limit.permits()))
                .subtract(exact);
        return excess.multiply(BigInteger.valueOf(1_000_000)).compareTo(exact) < 0;
    }

    private static long waitNanos(Limit limit, BigInteger debt, long cost) {
        if (limit.isClosed() || cost > limit.burst()) {
            return Ask.NEVER;
        }
        BigInteger missing =
                debt.add(interval(limit).multiply(BigInteger.valueOf(cost))).subtract(tolerance(limit));
        return nanosUp(limit, missing.max(ZERO));
    }

    private static long remaining(Limit limit, BigInteger debt) {
        return limit.isClosed()
                ? 0
                : tolerance(limit)
                        .subtract(debt)
                        .max(ZERO)
                        .divide(interval(limit))
                        .longValueExact();
    }

    private static BigInteger tolerance(Limit limit) {
        return interval(limit).multiply(BigInteger.valueOf(limit.burst()));
    }

    private static BigInteger period(Limit limit) {
        return BigInteger.valueOf(limit.period().toNanos());
    }

    private static long nanosUp(Limit limit, BigInteger units) {
        return up(units, ONE.shiftLeft(bits(limit))).longValueExact();
    }

    private static BigInteger up(BigInteger dividend, BigInteger divisor) {
        return dividend.add(divisor).subtract(ONE).divide(divisor);
    }

    private static Place place(Ask ask, int limit) {
        int bundle = ask.bundles() - 1;
        while (ask.firstLimit(bundle) > limit) {
            bundle--;
        }
        return new Place(ask.bundle(bundle).name(), ask.client(bundle), limit - ask.firstLimit(bundle));
    }
}
