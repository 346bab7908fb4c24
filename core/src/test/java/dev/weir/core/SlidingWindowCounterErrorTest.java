package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** How far from 100 permits in any second the estimate is, on traffic of several kinds. */
class SlidingWindowCounterErrorTest {

    private static final long PERMITS = 100;
    private static final long SECOND = 1_000_000_000L;
    private static final Limit LIMIT = AnyWindows.limit(Algorithm.SLIDING_WINDOW_COUNTER, PERMITS, SECOND);
    private static final BigInteger BOUND = WindowBounds.most(LIMIT, BigInteger.valueOf(SECOND));

    @Test
    void theStatedBoundOfOnePeriodIs199Of100() {
        assertThat(BOUND).isEqualTo(199);
    }

    @Test
    void anAdversaryReachesTheBound() {
        OneClient client = OneClient.of(LIMIT, 0);
        long first = client.askUpTo(SECOND - 1, 1_000);
        long second = client.askUpTo(2 * SECOND - 3, 1_000); // two nanoseconds before a second has passed since
        assertThat(first + second).isEqualTo(199);
    }

    @Test
    void anAdversaryWhoTriesAtRandomNeverExceedsIt() {
        SplittableRandom random = new SplittableRandom(1);
        long worst = 0;
        for (int round = 0; round < 2_000; round++) {
            OneClient client = OneClient.of(LIMIT, 0);
            WindowBounds uses = new WindowBounds(LIMIT);
            long now = random.nextLong(SECOND);
            for (int i = 0; i < 8; i++) {
                uses.used(BigInteger.valueOf(now), client.askUpTo(now, 1 + random.nextLong(PERMITS)));
                long edge = (now / SECOND + 1) * SECOND;
                now = random.nextBoolean()
                        ? Math.max(now, edge - 1 - random.nextLong(1 + SECOND / 100))
                        : now + random.nextLong(SECOND);
            }
            worst = Math.max(worst, uses.worst(SECOND).longValueExact());
        }
        assertThat(worst).isBetween(190L, BOUND.longValueExact());
    }

    /** Measured: 100 to 107. */
    @Test
    void uniformTrafficExceedsThePermitsByATenthAtMost() {
        for (int percent : new int[] {80, 100, 150, 300, 500}) {
            SplittableRandom random = new SplittableRandom(percent);
            long pace = SECOND / PERMITS * 100 / percent;
            assertThat(worst(now -> now + random.nextLong(2 * pace + 1)))
                    .as("%s %% of the rate", percent)
                    .isLessThanOrEqualTo(110);
        }
    }

    /** About a hundred requests at once, then none for up to a second. Measured: 154 to 177. */
    @Test
    void burstyTrafficStaysWithinTheBound() {
        for (int seed = 0; seed < 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long worst = worst(now ->
                    now + (random.nextInt(100) == 0 ? random.nextLong(SECOND) : random.nextLong(SECOND / 10_000)));
            assertThat(worst).isBetween(PERMITS, BOUND.longValueExact());
        }
    }

    /* The most in any second of 20,000 requests. */
    private static long worst(LongUnaryOperator next) {
        OneClient client = OneClient.of(LIMIT, 0);
        WindowBounds uses = new WindowBounds(LIMIT);
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now = next.applyAsLong(now);
            if (client.ask(now, 1)) {
                uses.used(BigInteger.valueOf(now), 1);
            }
        }
        return uses.worst(SECOND).longValueExact();
    }
}
