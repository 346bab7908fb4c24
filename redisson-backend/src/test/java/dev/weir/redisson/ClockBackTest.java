package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Redis' clock steps back, as it may when another server takes over. */
class ClockBackTest {

    /** The middle of 2026, at the start of an aligned window. */
    private static final long START = 1_780_000_020_000_000L;

    private static final long SECOND = 1_000_000;
    private static final long HOUR = 3_600 * SECOND;
    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);

    private static SingleRedis redis;

    @BeforeAll
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
    }

    private static Bundle tenAMinute(Algorithm algorithm) {
        Policies policies = new Policies();
        Limit limit = Limit.of(10, Duration.ofMinutes(1)).withAlgorithm(algorithm);
        policies.declare(new Policy("ten", algorithm.hasWindows() ? limit.withAlignedWindows() : limit));
        return policies.current().bundle("bundle", List.of("ten"));
    }

    private static Ask ask(Bundle bundle, long cost) {
        Ask ask = new Ask();
        ask.add(bundle, ALICE);
        ask.cost(0, cost);
        return ask;
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void nobodyIsLockedOutForLongerAndNothingIsForgiven(Algorithm algorithm) {
        Bundle bundle = tenAMinute(algorithm);
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, bundle);
        limiter.decide(ask(bundle, 10), START);
        Ask before = ask(bundle, 1);
        limiter.decide(before, START + SECOND);

        long back = START + SECOND - HOUR;
        Ask after = ask(bundle, 10);
        limiter.decide(after, back);
        assertThat(after.allowed()).isFalse();
        assertThat(after.resetAfterNanos(0)).isBetween(1L, 120_000_000_000L);

        Ask later = ask(bundle, 10);
        limiter.decide(later, back + 120 * SECOND);
        assertThat(later.allowed()).isTrue();
        assertThat(before.allowed()).isFalse();
    }

    @Test
    void whoWaitsWaitsNoLongerAndNobodyOvertakes() {
        Bundle bundle = tenAMinute(Algorithm.GCRA);
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, bundle);
        limiter.decide(ask(bundle, 10), START);
        Ask waiter = ask(bundle, 1);
        waiter.patience(0, Long.MAX_VALUE);
        limiter.decide(waiter, START);
        assertThat(waiter.waitNanos()).isEqualTo(6_000_000_000L);

        Ask next = ask(bundle, 1);
        next.patience(0, Long.MAX_VALUE);
        limiter.decide(next, START - HOUR);
        assertThat(next.waitNanos()).isEqualTo(12_000_000_000L);
    }

    @Test
    void whatWasTakenBeforeComesBackToNobody() {
        Bundle bundle = tenAMinute(Algorithm.GCRA);
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, bundle);
        Ask held = ask(bundle, 10);
        held.hold();
        limiter.decide(held, START);
        Ask other = ask(bundle, 1);
        limiter.decide(other, START - HOUR);
        assertThat(other.allowed()).isFalse();
        held.actual(0, 0);
        limiter.settle(held, START, START - HOUR);

        Ask after = ask(bundle, 1);
        limiter.decide(after, START - HOUR);
        assertThat(after.allowed()).isFalse();
        assertThat(after.retryAfterNanos(0)).isEqualTo(6_000_000_000L);
    }

    @Test
    void aSmallStepKeepsTheCountOfAWindow() {
        Bundle bundle = tenAMinute(Algorithm.FIXED_WINDOW);
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, bundle);
        limiter.decide(ask(bundle, 10), START + 10 * SECOND);
        Ask after = ask(bundle, 1);
        limiter.decide(after, START + 5 * SECOND);
        assertThat(after.allowed()).isFalse();
        assertThat(after.retryAfterNanos(0)).isEqualTo(55_000_000_000L);
    }
}
