package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounding never adds up: over days each rate is what was declared. */
class DriftTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long VIRTUAL_NANOS = 1_000_000 * SECOND;

    // peers: Sentinel#1615 (2,005/s was unlimited), guava#5290 (80,000/s was 4 % over)
    @ParameterizedTest(name = "{0} per {1}")
    @CsvSource({
        "3, PT1S",
        "1001, PT1S",
        "2005, PT1S",
        "80000, PT1S",
        "1000000000, PT1S",
        "7, PT10S",
        "1, PT1H",
        "999999999, PT1S",
        "980000000, PT10S"
    })
    void grantsOverMillionSecondsAreTheRate(long permits, Duration period) {
        ManualTicker ticker = new ManualTicker(Long.MAX_VALUE - VIRTUAL_NANOS / 2);
        LocalLimiter limiter = Asks.limiter(ticker);
        Bundle bundle = Asks.bundle("x", Limit.of(permits, period));
        Ask ask = Asks.ask(bundle, Asks.ALICE, permits);
        limiter.decide(ask);
        long granted = 0;
        long passed = 0;
        long stride = permits == 1 ? 0 : Math.min(period.toNanos() / 2, 400_000_000);
        while (passed < VIRTUAL_NANOS) {
            ask.cost(0, 1);
            long step = Math.min(VIRTUAL_NANOS - passed, stride > 0 ? stride : waitFor(limiter, ask));
            passed += step;
            ticker.advanceNanos(step);
            ask.cost(0, 0);
            limiter.decide(ask);
            ask.cost(0, ask.remaining(0));
            limiter.decide(ask);
            granted += ask.cost(0);
        }
        assertThat(ask.allowed()).isTrue();
        BigInteger due = BigInteger.valueOf(permits).multiply(BigInteger.valueOf(VIRTUAL_NANOS));
        BigInteger most = due.divide(BigInteger.valueOf(period.toNanos()));
        BigInteger least =
                due.subtract(due.divide(BigInteger.valueOf(1_000_000))).divide(BigInteger.valueOf(period.toNanos()));
        assertThat(BigInteger.valueOf(granted)).isBetween(least, most);
    }

    /* Holds from 2 ns on: a clock of whole nanoseconds brings the requests of faster rates in twos and threes. */
    @ParameterizedTest(name = "{0} per {1}")
    @CsvSource({
        "3, PT1S",
        "7, PT10S",
        "1001, PT1S",
        "2005, PT1S",
        "80000, PT1S",
        "3000001, PT1S",
        "98000000, PT1S",
        "333333333, PT1S",
        "499999999, PT1S",
        "500000000, PT1S"
    })
    void clientAtTheDeclaredRateIsRefusedAtMostOnceInMillion(long permits, Duration period) {
        Gcra kernel = Gcra.of(permits, period, 2);
        long tat = 0;
        int refused = 0;
        int firstRefused = Integer.MAX_VALUE;
        for (int k = 0; k < 1_000_000; k++) {
            long at = (k * period.toNanos() + permits - 1) / permits; // 10^6 periods of 10 s are far below 2^63
            long now = kernel.number(at);
            long ahead = Gcra.ahead(tat, now);
            if (kernel.admits(ahead, 1)) {
                tat = now + ahead + kernel.emissionInterval;
            } else {
                refused++;
                firstRefused = Math.min(firstRefused, k);
            }
        }
        assertThat(refused).as("refused").isLessThanOrEqualTo(1);
        assertThat(firstRefused).as("first refused").isGreaterThanOrEqualTo(100_000);
    }

    private static long waitFor(LocalLimiter limiter, Ask ask) {
        limiter.decide(ask);
        assertThat(ask.allowed()).isFalse();
        return ask.retryAfterNanos(0);
    }
}
