package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What was really used, and whether it keeps the bound that the kernel's Javadoc states. */
final class WindowBounds {

    private static final class Use {
        final BigInteger at;
        long permits;

        Use(BigInteger at, long permits) {
            this.at = at;
            this.permits = permits;
        }
    }

    private final Limit limit;
    private final List<Use> uses = new ArrayList<>();

    WindowBounds(Limit limit) {
        this.limit = limit;
    }

    /** Notes a use, in the order of time. Returns its number. */
    int used(BigInteger at, long permits) {
        uses.add(new Use(at, permits));
        return uses.size() - 1;
    }

    /** Of use {@code number}, so many were not used after all. */
    void returned(int number, long permits) {
        uses.get(number).permits -= permits;
    }

    /** The most permits in any {@code nanos} from 1 on, half open. */
    static BigInteger most(Limit limit, BigInteger nanos) {
        BigInteger permits = BigInteger.valueOf(limit.permits());
        BigInteger period = BigInteger.valueOf(limit.period().toNanos());
        return switch (limit.algorithm()) {
            case FIXED_WINDOW ->
                permits.multiply(up(nanos.subtract(BigInteger.ONE), period).add(BigInteger.ONE));
            case SLIDING_WINDOW_COUNTER ->
                permits.add(permits.multiply(nanos.subtract(BigInteger.TWO).max(BigInteger.ZERO))
                        .divide(period));
            default -> permits.multiply(up(nanos, period));
        };
    }

    /** The most that was used in any {@code nanos}, half open. */
    BigInteger worst(long nanos) {
        BigInteger worst = BigInteger.ZERO;
        BigInteger sum = BigInteger.ZERO;
        int from = 0;
        for (Use use : uses) {
            sum = sum.add(BigInteger.valueOf(use.permits));
            while (use.at.subtract(uses.get(from).at).compareTo(BigInteger.valueOf(nanos)) >= 0) {
                sum = sum.subtract(BigInteger.valueOf(uses.get(from++).permits));
            }
            worst = worst.max(sum);
        }
        return worst;
    }

    /** From every use to every later one. */
    void assertKept() {
        for (int from = 0; from < uses.size(); from++) {
            BigInteger sum = BigInteger.ZERO;
            for (Use to : uses.subList(from, uses.size())) {
                sum = sum.add(BigInteger.valueOf(to.permits));
                BigInteger nanos = to.at.subtract(uses.get(from).at).add(BigInteger.ONE);
                assertThat(sum).as("permits in %s ns", nanos).isLessThanOrEqualTo(most(limit, nanos));
            }
        }
    }

    private static BigInteger up(BigInteger dividend, BigInteger divisor) {
        return dividend.add(divisor).subtract(BigInteger.ONE).divide(divisor);
    }
}
