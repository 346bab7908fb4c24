package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a million clients cost that have been here lately, once each: the entry, its state and its place in the cache. */
class MemoryTest {

    private static final int CLIENTS = 1_000_000;

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void aMillionClientsTakeAtMostTwoHundredBytesEachAndFourHundredWithALog(Algorithm algorithm) {
        Bundle bundle = Asks.bundle("x", Limit.of(10, Duration.ofHours(1)).withAlgorithm(algorithm));
        LocalLimiter limiter = new LocalLimiter(2 * CLIENTS, new ManualTicker(), LimiterListener.NONE);
        long before = usedBytes();
        int admitted = 0;
        for (long i = 0; i < CLIENTS; i++) {
            ClientKey client = new ClientKey(ClientKey.Kind.ADDRESS, i * 0x9E3779B97F4A7C15L, i);
            admitted += Asks.allowed(limiter, bundle, client) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(CLIENTS);
        assertThat(limiter.size()).isEqualTo(CLIENTS);
        assertThat((usedBytes() - before) / CLIENTS)
                .as("bytes per client with %s", algorithm)
                .isBetween(40L, algorithm == Algorithm.SLIDING_WINDOW_LOG ? 400L : 200L);
        assertThat(limiter.size()).as("still reachable").isEqualTo(CLIENTS);
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
