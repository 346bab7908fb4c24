package dev.weir.jaxrs;

import dev.weir.core.ManualTicker;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.http.WeirBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** A Weir of system settings, so that another back end can be chosen from outside, on a clock that the test moves. */
final class TestWeir {

    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000L, 200_000_000);

    private TestWeir() {}

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
