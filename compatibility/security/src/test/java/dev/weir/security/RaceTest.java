package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.ManualTicker;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/** Part H: many threads at once. */
class RaceTest {

    private static final int THREADS = 64;

    @Test
    @Row(
            value = "H1",
            promise = "Of any number of threads that ask at once, exactly as many are admitted as the limit says")
    void threadsThatAskAtOnceGetExactlyTheLimit() throws Exception {
        int rounds = 1_000;
        LocalLimiter limiter = new LocalLimiter(10_000, new ManualTicker(), LimiterListener.NONE);
        Bundle bundle = MemoryTest.bundle(Limit.of(100, Duration.ofMinutes(1)));
        AtomicLongArray admitted = new AtomicLongArray(rounds);
        CyclicBarrier barrier = new CyclicBarrier(THREADS);
        Together.run(THREADS, number -> {
            for (int round = 0; round < rounds; round++) {
                barrier.await(60, TimeUnit.SECONDS);
                admitted.addAndGet(round, MemoryTest.admitted(limiter, bundle, MemoryTest.address(round), 3));
            }
            return null;
        });
        for (int round = 0; round < rounds; round++) {
            assertThat(admitted.get(round)).isEqualTo(100);
        }
    }

    @Test
    @Row(value = "H1", promise = "The same over HTTP")
    void connectionsThatAskAtOnceGetExactlyTheLimit() throws Exception {
        Counting.Login login = new Counting.Login();
        try (Site site = Site.with().servlet("/login", login).start()) {
            for (int round = 1; round <= 20; round++) {
                List<Integer> statuses = Together.run(
                        16, number -> Wire.send(site, "POST", "/login").status());
                assertThat(statuses.stream().filter(status -> status == 200)).hasSize(5);
                assertThat(statuses.stream().filter(status -> status == 429)).hasSize(11);
                assertThat(login.served).hasValue(5 * round);
                site.ticker.advance(Duration.ofMinutes(1));
            }
        }
    }

    @Test
    @Row(value = "H2", promise = "A client that is forgotten, or has to leave, while it asks never has two budgets")
    void leavingWhileAskingGivesNoSecondBudget() throws Exception {
        long left = 0;
        for (int round = 0; round < 5; round++) {
            left += raceAgainstLeaving();
        }
        assertThat(left).as("who left while owing").isPositive();
    }

    /** Asks for more clients than are remembered, while time passes and the full ones are forgotten; how many left while owing. */
    private static long raceAgainstLeaving() throws Exception {
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = new LocalLimiter(8, ticker, LimiterListener.NONE);
        Bundle bundle = MemoryTest.bundle(Limit.of(10, Duration.ofMillis(10)));
        int clients = 32;
        AtomicLongArray admitted = new AtomicLongArray(clients);
        int steps = 4_000;
        Together.run(6, number -> {
            for (int i = 0; i < 40_000; i++) {
                if (number == 0) {
                    limiter.sweep();
                    if (i % (40_000 / steps) == 0) {
                        ticker.advance(Duration.ofNanos(100_000));
                    }
                } else {
                    int client = (i * 7 + number * 11) % clients;
                    admitted.addAndGet(client, MemoryTest.admitted(limiter, bundle, MemoryTest.address(client), 2));
                }
            }
            return null;
        });
        long most = 10 + steps * 100_000L / 1_000_000L;
        for (int client = 0; client < clients; client++) {
            assertThat(admitted.get(client)).isLessThanOrEqualTo(most);
        }
        return limiter.evictedWhileOwing();
    }

    @RateLimited(permits = 3, per = "1m", key = "ip", name = "short")
    @RateLimited(permits = 30, per = "1d", key = "global", name = "long")
    static class Both extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(value = "H4", promise = "If one of several limits refuses, none of them is charged")
    void refusedRequestsChargeNoLimit() {
        try (Site site = Site.with().servlet("/both", new Both()).start()) {
            for (int i = 0; i < 3; i++) {
                assertThat(Wire.send(site, "POST", "/both").status()).isEqualTo(200);
            }
            for (int i = 0; i < 100; i++) {
                Wire.Answer refused = Wire.send(site, "POST", "/both");
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.body()).contains("\"short\"").doesNotContain("\"long\"");
            }
            assertThat(Wire.sendFrom("127.0.0.2", site, "POST", "/both").header("RateLimit"))
                    .contains("\"long\";r=26")
                    .contains("\"short\";r=2");
        }
    }

    @Test
    @Row(value = "H4", promise = "The same for any number of threads with other keys between them")
    void refusedRequestsChargeNoLimitInAnyInterleaving() throws Exception {
        LocalLimiter limiter = new LocalLimiter(1_000, new ManualTicker(), LimiterListener.NONE);
        Policies policies = new Policies();
        policies.declare(new Policy("short", Limit.of(40, Duration.ofHours(1))));
        policies.declare(new Policy("long", Limit.of(1_000, Duration.ofHours(2))));
        policies.declare(new Policy("all", Limit.of(100, Duration.ofHours(1))));
        Bundle own = policies.current().bundle("own", List.of("short", "long"));
        Bundle shared = policies.current().bundle("shared", List.of("all"));
        List<int[]> taken = Together.run(8, number -> {
            int[] admitted = new int[4];
            Ask ask = new Ask();
            for (int i = 0; i < 2_000; i++) {
                int client = (i + number) % 4;
                ask.clear();
                if (i % 2 == 0) {
                    ask.add(own, MemoryTest.address(client));
                    ask.add(shared, ClientKey.GLOBAL);
                } else {
                    ask.add(shared, ClientKey.GLOBAL);
                    ask.add(own, MemoryTest.address(client));
                }
                limiter.decide(ask);
                admitted[client] += ask.allowed() ? 1 : 0;
            }
            return admitted;
        });
        int all = 0;
        for (int client = 0; client < 4; client++) {
            int which = client;
            int admitted = taken.stream().mapToInt(each -> each[which]).sum();
            all += admitted;
            assertThat(remaining(limiter, own, MemoryTest.address(client)))
                    .containsExactly(40L - admitted, 1_000L - admitted);
        }
        assertThat(all).isEqualTo(100);
        assertThat(remaining(limiter, shared, ClientKey.GLOBAL)).containsExactly(0L);
    }

    private static long[] remaining(LocalLimiter limiter, Bundle bundle, ClientKey client) {
        Ask ask = new Ask();
        ask.add(bundle, client);
        long[] remaining = new long[ask.limits()];
        for (int i = 0; i < remaining.length; i++) {
            ask.cost(i, 0);
        }
        limiter.decide(ask);
        for (int i = 0; i < remaining.length; i++) {
            remaining[i] = ask.remaining(i);
        }
        return remaining;
    }
}
