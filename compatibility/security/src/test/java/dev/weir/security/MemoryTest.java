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
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.junit.jupiter.api.Test;

/** Part E: what strangers can make the limiter remember, and forget. */
class MemoryTest {

    private static final int BOUND = 1_000;

    @Test
    @Row(
            value = "E1",
            promise =
                    "However many strangers come, memory stays within its bound, and a drained client comes back owing as much")
    void floodingTheLimiterBuysADrainedClientNothing() {
        AtomicInteger evicted = new AtomicInteger();
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = new LocalLimiter(BOUND, ticker, new LimiterListener() {
            @Override
            public void evictedWhileOwing(Bundle bundle) {
                evicted.incrementAndGet();
            }
        });
        Bundle login = bundle(Limit.of(5, Duration.ofMinutes(1)));
        for (int drained = 0; drained < 100; drained++) {
            assertThat(admitted(limiter, login, address(drained), 6)).isEqualTo(5);
        }
        for (int stranger = 0; stranger < 300_000; stranger++) {
            admitted(limiter, login, address(1_000 + stranger), 1);
        }

        assertThat(limiter.size()).isLessThanOrEqualTo(BOUND);
        assertThat(limiter.evictedWhileOwing()).isGreaterThanOrEqualTo(100).isEqualTo(evicted.get());
        for (int drained = 0; drained < 100; drained++) {
            assertThat(admitted(limiter, login, address(drained), 5)).isZero();
        }
        ticker.advance(Duration.ofSeconds(12));
        for (int drained = 0; drained < 100; drained++) {
            assertThat(admitted(limiter, login, address(drained), 5)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    @Row(value = "E1", promise = "How many clients are remembered can be chosen", set = "`weir.max-clients`")
    void addressesBeyondTheBoundDoNotRefillAnybody() {
        try (Site site = Site.with()
                .setting("weir.max-clients", "64")
                .servlet("/login", new Counting.Login())
                .start()) {
            for (int i = 0; i < 5; i++) {
                assertThat(Wire.send(site, "POST", "/login").status()).isEqualTo(200);
            }
            for (int i = 2; i < 250; i++) {
                Wire.sendFrom("127.0.1." + i, site, "POST", "/login");
            }
            assertThat(limiter(site).size()).isLessThanOrEqualTo(64);
            assertThat(Wire.send(site, "POST", "/login").status()).isEqualTo(429);
        }
    }

    @RateLimited(permits = 5, per = "1m", key = "ip")
    @RateLimited(permits = 1, per = "1m", key = "global")
    static class Shared extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 0, per = "1m", key = "ip")
    static class Closed extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(value = "E2", promise = "A stranger who is refused leaves nothing in memory")
    void refusedStrangersLeaveNothingBehind() {
        try (Site site = Site.with()
                .servlet("/shared", new Shared())
                .servlet("/closed", new Closed())
                .start()) {
            assertThat(Wire.send(site, "POST", "/shared").status()).isEqualTo(200);
            assertThat(limiter(site).size()).isEqualTo(2);
            for (int i = 2; i < 250; i++) {
                assertThat(Wire.sendFrom("127.0.1." + i, site, "POST", "/shared")
                                .status())
                        .isEqualTo(429);
                assertThat(Wire.sendFrom("127.0.2." + i, site, "POST", "/closed")
                                .status())
                        .isEqualTo(429);
            }
            assertThat(limiter(site).size()).isEqualTo(2);
        }
    }

    @RateLimited(permits = 5, per = "1m", key = "api-key")
    static class Keyed extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "E4",
            promise =
                    "API keys of more than 512 characters are not looked at, verified or kept, however large the container lets fields be")
    void hugeApiKeysAreNoKeys() {
        AtomicInteger longest = new AtomicInteger();
        for (boolean verifier : new boolean[] {false, true}) {
            try (Site site = Site.with()
                            .weir(builder -> {
                                if (verifier) {
                                    builder.apiKeyVerifier(key -> {
                                        longest.accumulateAndGet(key.length(), Math::max);
                                        return new VerifiedApiKey("");
                                    });
                                }
                            })
                            .server(server -> server.getConnectors()[0]
                                    .getConnectionFactory(HttpConnectionFactory.class)
                                    .getHttpConfiguration()
                                    .setRequestHeaderSize(1 << 18))
                            .servlet("/keyed", new Keyed())
                            .start();
                    Wire wire = Wire.to(site)) {
                String huge = "k".repeat(1 << 16);
                int admitted = 0;
                for (int i = 0; i < (verifier ? 100 : 1_000); i++) {
                    admitted +=
                            wire.ask("GET", "/keyed", "X-API-Key: " + huge + i).status() == 200 ? 1 : 0;
                }
                assertThat(admitted).isEqualTo(5);
                assertThat(limiter(site).size()).isEqualTo(1);
                assertThat(wire.ask("GET", "/keyed", "X-API-Key: " + "k".repeat(512))
                                .status())
                        .isEqualTo(200);
            }
        }
        assertThat(longest).hasValue(512);
    }

    static LocalLimiter limiter(Site site) {
        return (LocalLimiter) site.weir().backend();
    }

    static Bundle bundle(Limit... limits) {
        Policies policies = new Policies();
        List<String> names = new java.util.ArrayList<>();
        for (Limit limit : limits) {
            names.add("limit-" + names.size());
            policies.declare(new Policy(names.get(names.size() - 1), limit).withFallback(SharedRedis.PATIENTLY));
        }
        return policies.current().bundle("login", names);
    }

    static ClientKey address(long number) {
        return new ClientKey(ClientKey.Kind.ADDRESS, number, 0);
    }

    /** How many of so many requests for one permit are admitted. */
    static int admitted(LocalLimiter limiter, Bundle bundle, ClientKey client, int requests) {
        int admitted = 0;
        Ask ask = new Ask();
        for (int i = 0; i < requests; i++) {
            ask.clear().add(bundle, client);
            limiter.decide(ask);
            admitted += ask.allowed() ? 1 : 0;
        }
        return admitted;
    }
}
