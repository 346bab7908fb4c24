package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import dev.weir.core.Limit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of configurations that work and are hardly meant: once, with a code and where to read on. */
class ChecksTest {

    private static final String HERE = ChecksTest.class.getName() + "$";

    /** What the log says while this is open. */
    private static final class Heard extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("dev.weir");
        private final Level before = logger.getLevel();
        private final List<String> lines = new CopyOnWriteArrayList<>();

        Heard() {
            logger.addHandler(this);
            logger.setLevel(Level.INFO);
            logger.setUseParentHandlers(false);
        }

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setLevel(before);
            logger.setUseParentHandlers(true);
        }
    }

    private static List<String> saidOf(Class<?> type, String... settings) {
        try (Heard heard = new Heard();
                Application app = Application.with(settings)) {
            app.endpoint(type);
            app.endpoint(type);
            return heard.lines;
        }
    }

    @RateLimited(permits = 100, per = "1m")
    @RateLimited(name = "hours", permits = 10_000, per = "1h")
    static class Hidden {}

    @RateLimited(name = "minutes", permits = 100, per = "1m")
    @RateLimited(permits = 10_000, per = "1h")
    static class HiddenByANamedOne {}

    @RateLimited(name = "all", permits = 10, per = "1s", key = "global")
    @RateLimited(permits = 100, per = "1s")
    static class HiddenByAll {}

    @RateLimited(permits = 10, per = "1s")
    @RateLimited(permits = 100, per = "1m")
    @RateLimited(permits = 1_000, per = "1h", key = "ip")
    @RateLimited(name = "all", permits = 10, per = "1s", key = "global")
    @RateLimited(permits = 100, per = "1s", key = "ip")
    @RateLimited(permits = 10_000, per = "1s", tier = "premium")
    @RateLimited(permits = 10_000, per = "1s", algorithm = Algorithm.LEAKY_BUCKET_QUEUE)
    @RateLimited(permits = 10_000, per = "1s", cost = 200, key = "user")
    static class Reachable {}

    @Test
    void aLimitThatAnotherOneHidesIsNamedOnce() {
        String name = (HERE + "HiddenByANamedOne-1h").replace('$', '-');
        assertThat(saidOf(HiddenByANamedOne.class))
                .containsExactly("WARNING WEIR-3: The limit \"" + name + "\" (10000/1h) on " + HERE
                        + "HiddenByANamedOne is never reached, since \"minutes\" (100/1m) is stricter in every window."
                        + " Lower its permits, or leave it out. See docs/checks.md#weir-3");
        assertThat(saidOf(HiddenByAll.class))
                .singleElement()
                .asString()
                .contains("WEIR-3: ", "HiddenByAll", "\"all\" (10/1s)");
    }

    @Test
    void aNamedLimitMayBeReachedElsewhere() {
        assertThat(saidOf(Hidden.class)).isEmpty();
    }

    @Test
    void limitsThatHoldBesideEachOtherAreNotSpokenOf() {
        assertThat(saidOf(Reachable.class)).isEmpty();
    }

    @ParameterizedTest(name = "{0} of {1} hides {2} of {3}: {4}")
    @CsvSource(textBlock = """
            10 1s 10,   GCRA,         10 1s 10,    GCRA,         true
            10 1s 10,   GCRA,         20 2s 20,    GCRA,         true
            10 1s 10,   GCRA,         20 2s 9,     GCRA,         false
            10 1s 10,   GCRA,         9 1s 100,    GCRA,         false
            10 1s 10,   GCRA,         1000 1d 100, GCRA,         false
            10 1s 10,   GCRA,         70 6s 70,    FIXED_WINDOW, true
            10 1s 10,   GCRA,         69 6s 69,    FIXED_WINDOW, false
            10 1s 10,   GCRA,         70 6s 70,    SLIDING_WINDOW_LOG, true
            10 1s 10,   GCRA,         999 1s 999,  SLIDING_WINDOW_COUNTER, false
            10 1s 10,   FIXED_WINDOW, 20 2s 20,    GCRA,         true
            10 1s 10,   FIXED_WINDOW, 10 1s 19,    GCRA,         false
            10 1s 10,   SLIDING_WINDOW_LOG, 10 1s 10, GCRA,      true
            0 1s 0,     GCRA,         10 1s 10,    GCRA,         false
            """)
    void oneHidesAnotherOnlyIfItIsStricterInEveryWindow(
            String one,
            dev.weir.core.Algorithm algorithm,
            String other,
            dev.weir.core.Algorithm another,
            boolean hides) {
        assertThat(LimitChecks.hides(limit(one, algorithm), limit(other, another)))
                .isEqualTo(hides);
    }

    private static Limit limit(String text, dev.weir.core.Algorithm algorithm) {
        String[] words = text.split(" ");
        Duration period = DurationText.parse(words[1]);
        return new Limit(Long.parseLong(words[0]), period, Long.parseLong(words[2]), algorithm, Limit.REQUESTS, false);
    }

    @Test
    void defaultLimitsThatNothingPassesAreSpokenOf() {
        try (Heard heard = new Heard();
                Application app = Application.with("weir.default-limits", "10/1m burst 0, 100/1h")) {
            app.weir.endpoints().defaults();
            assertThat(heard.lines)
                    .containsExactly(
                            "WARNING WEIR-4: The limit \"default-1m\" on the default limits has a burst of 0, and a"
                                    + " request costs 1, so none ever passes. Raise the burst. See docs/checks.md#weir-4");
        }
    }

    @RateLimited(name = "closed", permits = 0, per = "1s")
    static class Closed {}

    @Test
    void aClosedLimitIsNoMistakeButWorthALine() {
        assertThat(saidOf(Closed.class))
                .containsExactly("INFO WEIR-5: The limit \"closed\" on " + HERE + "Closed has 0 permits, so it admits"
                        + " nothing. See docs/checks.md#weir-5");
    }

    @RateLimited(name = "keys", permits = 10, per = "1m", key = "api-key")
    @RateLimited(name = "more-keys", permits = 100, per = "1h", key = "api-key")
    static class PerKey {}

    public static final class Keys implements ApiKeyVerifier {
        @Override
        public VerifiedApiKey verify(String apiKey) {
            return new VerifiedApiKey("");
        }
    }

    @Test
    void apiKeysThatNobodyVerifiesAreSpokenOfOnce() {
        assertThat(saidOf(PerKey.class))
                .containsExactly("WARNING WEIR-6: The limit \"keys\" on " + HERE
                        + "PerKey is by api-key, and nobody verifies API keys: anybody can make them up."
                        + " Set weir.api-key-verifier. See docs/checks.md#weir-6");
        assertThat(saidOf(PerKey.class, "weir.api-key-verifier", HERE + "Keys")).isEmpty();
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource({
        "weir.trusted-proxies, 10.0.0.0/8, WARNING WEIR-1: weir.trusted-proxies is set",
        "weir.forwarding-header, forwarded, WARNING WEIR-1: weir.forwarding-header is set",
    })
    void halfOfTheProxySettingsIsSpokenOf(String name, String value, String line) {
        assertThat(saidOf(Hidden.class, name, value))
                .singleElement()
                .asString()
                .startsWith(line)
                .endsWith(". See docs/checks.md#weir-1");
    }

    @Test
    void proxiesThatAreEverybodyAreSpokenOf() {
        assertThat(saidOf(
                        Hidden.class, "weir.trusted-proxies", "0.0.0.0/0, ::/0", "weir.forwarding-header", "forwarded"))
                .singleElement()
                .asString()
                .startsWith("WARNING WEIR-2: weir.trusted-proxies trusts every address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "Forwarded"})
    void aForwardingHeaderThatNobodyIsTrustedToWriteIsSpokenOfOnce(String header) {
        try (Heard heard = new Heard();
                Application app = Application.with()) {
            for (int i = 0; i < 3; i++) {
                app.call(Hidden.class, FakeRequest.from("192.0.2.1").header(header, "for=198.51.100.1"));
            }
            assertThat(heard.lines)
                    .singleElement()
                    .asString()
                    .startsWith("WARNING WEIR-1: A request carries " + header);
        }
    }

    @Test
    void namesInTheEnvironmentThatAreNearToASettingAreSpokenOfWithoutTheirValues() {
        Settings settings = Settings.of(
                new Properties(), Map.of("WEIR_SECRETS", "hunter2", "WEIR_PORT", "tcp://1"), WeirProperties.of());
        try (Heard heard = new Heard();
                Weir weir = Weir.builder().settings(settings).build()) {
            assertThat(weir.settings().get(Setting.SECRET)).isEmpty();
            assertThat(heard.lines)
                    .containsExactly("WARNING WEIR-13: The environment variable WEIR_SECRETS is not a setting of Weir."
                            + " Did you mean WEIR_SECRET? See docs/checks.md#weir-13");
        }
    }
}
