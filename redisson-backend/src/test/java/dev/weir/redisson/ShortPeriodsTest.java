package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

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

/** A peer's keys got a life of 0 s, and its limits none of their own: spring-cloud-gateway PR 2453. */
class ShortPeriodsTest {

    private static final long START = 1_780_000_000_000_000L;

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

    private static Bundle bundle(Limit limit) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", limit));
        return policies.current().bundle("bundle", List.of("limit"));
    }

    private static Ask ask(Bundle bundle) {
        Ask ask = new Ask();
        ask.add(bundle, new ClientKey(ClientKey.Kind.USER, 1, 2));
        return ask;
    }

    private static boolean admits(ToldTimeLimiter limiter, Bundle bundle, long micros) {
        Ask ask = ask(bundle);
        long neededMillis = limiter.decideAndTellLife(ask, micros);
        if (ask.allowed()) {
            assertThat(neededMillis * 1_000).isGreaterThanOrEqualTo(micros + ask.resetAfterNanos(0) / 1_000);
        }
        return ask.allowed();
    }

    @Test
    void aBurstBelowTheRateLimits() {
        Bundle bundle = bundle(Limit.of(3, Duration.ofSeconds(1)).withBurst(1));
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, bundle);
        assertThat(admits(limiter, bundle, START)).isTrue();
        assertThat(admits(limiter, bundle, START + 333_333)).isFalse();
        assertThat(admits(limiter, bundle, START + 333_334)).isTrue();
        assertThat(admits(limiter, bundle, START + 333_335)).isFalse();
    }

    @Test
    void aThousandIn100MillisecondsLimit() {
        Bundle bundle = bundle(Limit.of(1_000, Duration.ofMillis(100)));
        ToldTimeLimiter limiter = new ToldTimeLimiter(redis.client, bundle);
        for (int i = 0; i < 1_000; i++) {
            assertThat(admits(limiter, bundle, START)).isTrue();
        }
        assertThat(admits(limiter, bundle, START)).isFalse();
        assertThat(admits(limiter, bundle, START + 99)).isFalse();
        assertThat(admits(limiter, bundle, START + 100)).isTrue();
        assertThat(admits(limiter, bundle, START + 100)).isFalse();
    }
}
