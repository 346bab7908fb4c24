package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be declared, and what is said to who declares something else. */
class LimitTest {

    private static final long YEAR = 365 * 86_400_000_000_000L;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1                   | 1000                 | 1
            0                   | 1000000000           | 0
            1                   | 1152921504606846976  | 1
            1                   | 1152921504606846976  | 0
            1                   | 1000                 | 1000000000000000
            1000                | 1000                 | 1000000000000000
            1024000             | 1000                 | 1
            999999999           | 1000000000           | 999999999
            999999999           | 1000000000           | 2000000000000
            3                   | 1152921504606846976  | 3
            980000000           | 10000000000          | 980000000
            1000000000000000    | 1000000000000000000  | 1
            """)
    void figuresInRangeAreAccepted(long permits, long periodNanos, long burst) {
        Limit limit = Limit.of(permits, Duration.ofNanos(periodNanos)).withBurst(burst);
        assertThat(limit.permits()).isEqualTo(permits);
        assertThat(limit.burst()).isEqualTo(burst);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\"", "a\r\nb", "\u00e9"})
    void unitsAreSafeInAField(String unit) {
        Limit limit = Limit.of(1, Duration.ofSeconds(1));
        assertThatThrownBy(() -> limit.withUnit(unit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Limit.unit is \"" + unit + "\"");
    }

    // peers: guava#2730, guava#6475 (zero durations switched the limiter off), guava#2231
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1                | PT0.000000999S | 1 | Limit.period is PT0.000000999S, must be from 1 microsecond
            1                | PT0S           | 1 | Limit.period is PT0S, must be from 1 microsecond
            1                | PT-1S          | 1 | Limit.period is PT-1S, must be from 1 microsecond
            1                | PT320255H58M24.606846977S | 1 | must be from 1 microsecond to 2^60 nanoseconds (36 years)
            1                | P1000000000D   | 1 | Limit.period is PT24000000000H, must be
            -1               | PT1S           | 1 | Limit.permits is -1, must be from 0 to 10^15
            1000000000000001 | PT1S           | 1 | Limit.permits is 1000000000000001, must be from 0 to 10^15
            1                | PT1S           | -1 | Limit.burst is -1, must be from 0 to 10^15
            1                | PT1S           | 1000000000000001 | Limit.burst is 1000000000000001, must be from 0 to 10^15
            1                | P1D            | 13344 | A burst of 13344 at 1 permits per PT24H takes longer to refill than PT320255H58M24
            1                | PT1H           | 1000000000000000 | Lower the burst
            999999999        | PT1S           | 2300000000000 | longer to refill than PT36M39.023255552S, which is
            1000000000000000 | PT1S           | 1 | too many to be kept within one part in a million
            3000             | PT0.000001S    | 1 | Write at most 1000 permits per microsecond
            """)
    void figuresOutOfRangeAreRefusedByName(long permits, Duration period, long burst, String message) {
        assertThatThrownBy(() -> new Limit(permits, period, burst, Algorithm.GCRA, Limit.REQUESTS, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    // peers: guava#2231 (a small rate overflowed its interval, and everything passed)
    @Test
    void onePermitInThirtyYearsIsKeptToTheNanosecond() {
        ManualTicker ticker = new ManualTicker(Long.MAX_VALUE - YEAR);
        RateLimiter limiter = RateLimiter.of(ticker, Limit.of(1, Duration.ofNanos(30 * YEAR)));
        assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
        ticker.advanceNanos(YEAR);
        assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(Duration.ofNanos(29 * YEAR));
        ticker.advanceNanos(29 * YEAR - 1);
        assertThat(limiter.tryAcquire("alice").retryAfter()).isEqualTo(Duration.ofNanos(1));
        ticker.advanceNanos(1);
        assertThat(limiter.tryAcquire("alice").allowed()).isTrue();
    }

    @Test
    void burstOfZeroAdmitsNothing() {
        RateLimiter limiter = RateLimiter.of(Limit.of(5, Duration.ofSeconds(1)).withBurst(0));
        assertThat(limiter.tryAcquire("alice").never()).isTrue();
        assertThat(limiter.peek("alice").allowed()).isTrue();
    }
}
