package dev.weir.jaxrs;

import dev.weir.core.ManualTicker;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.http.WeirBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** A Weir of system settings, so that another back end can be chosen from outside, on a clock that the test moves. */
final class TestWeir {

    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000L, 200_000_000);

    /** For what must come, on a slow machine too. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private TestWeir() {}

    /** Returns when so many wait for their turn by {@code ticker}. */
    static void awaitWaiting(ManualTicker ticker, int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ticker.waiting() != count) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(ticker.waiting() + " requests wait for their turn, expected " + count);
            }
            Thread.onSpinWait();
        }
    }

    static Weir of(ManualTicker ticker, String... settings) {
        return builder(ticker, settings).build();
    }

    /** With settings given as name, value, name, value. */
    static WeirBuilder builder(ManualTicker ticker, String... settings) {
        return Weir.builder()
                .ticker(ticker)
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .settings(Settings.ofSystem().after("test", values(settings)));
    }

    /* A slow machine is no reason for a 503. */
    private static Map<String, String> values(String... settings) {
        Map<String, String> values = new LinkedHashMap<>(Map.of("weir.deadline", "30s"));
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return values;
    }
}
