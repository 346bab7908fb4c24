package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import dev.weir.http.Application.Answer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Windows and logs, from the annotation to the lines that a client reads. The time of day at the start is
 * {@link Application#NOW}, 20.2 s into a minute, so the minute at which each timeline here begins is 39.8 s away.
 */
class WindowExamplesTest {

    private static final long TO_NEXT_MINUTE_MILLIS = 39_800;

    private final Application app = Application.with("weir.header-styles", "draft, x-delta");
    private long atMillis = -TO_NEXT_MINUTE_MILLIS;

    @AfterEach
    void close() {
        app.close();
    }

    @SuppressWarnings("unused")
    static class Fixture {
        @RateLimited(name = "fixed", permits = 100, per = "60s", algorithm = Algorithm.FIXED_WINDOW, aligned = true)
        void fixed() {}

        @RateLimited(name = "shifted", permits = 100, per = "60s", algorithm = Algorithm.FIXED_WINDOW)
        void shifted() {}

        @RateLimited(
                name = "counter",
                permits = 10,
                per = "60s",
                algorithm = Algorithm.SLIDING_WINDOW_COUNTER,
                aligned = true)
        void counter() {}

        @RateLimited(name = "log", permits = 3, per = "60s", algorithm = Algorithm.SLIDING_WINDOW_LOG)
        void log() {}

        @RateLimited(name = "closed", permits = 0, per = "60s", algorithm = Algorithm.FIXED_WINDOW)
        void closed() {}

        @RateLimited(name = "bucket", permits = 10, per = "1s")
        @RateLimited(name = "window", permits = 2, per = "60s", algorithm = Algorithm.FIXED_WINDOW, aligned = true)
        void both() {}
    }

    @DisplayName("example 5: what is left of a fixed window has to last until its end")
    @ParameterizedTest(name = "{1} used {0} ms into the minute => {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            0     | 1   | "fixed";r=99;t=60
            15000 | 41  | "fixed";r=59;t=45
            15001 | 41  | "fixed";r=59;t=45
            55000 | 1   | "fixed";r=99;t=5
            59999 | 2   | "fixed";r=98;t=1
            48000 | 100 | "fixed";r=0;t=12
            """)
    void fixedWindowTellsItsEnd(long millis, int used, String state) {
        at(millis);
        Answer answer = use("fixed", used);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("RateLimit-Policy")).isEqualTo("\"fixed\";q=100;w=60");
        assertThat(answer.field("RateLimit")).isEqualTo(state);
    }

    @DisplayName("example 6: refused with 12.001 s left, and with exactly 12")
    @ParameterizedTest(name = "{0} ms into the minute => {1} s")
    @CsvSource({"47999, 13", "48000, 12", "59999, 1"})
    void refusedByAFixedWindowIsToldItsEnd(long millis, String seconds) {
        at(0);
        use("fixed", 100);
        at(millis);
        assertRefused(call("fixed"), seconds, "\"fixed\";q=100;w=60", "\"fixed\";r=0;t=" + seconds);
        at(60_000);
        assertThat(call("fixed").field("RateLimit")).isEqualTo("\"fixed\";r=99;t=60");
    }

    @Test
    void theOldFieldsOfAFixedWindowTellItsPermitsAndItsEnd() {
        at(15_000);
        Answer answer = use("fixed", 41);
        assertThat(answer.field("X-RateLimit-Limit")).isEqualTo("100");
        assertThat(answer.field("X-RateLimit-Remaining")).isEqualTo("59");
        assertThat(answer.field("X-RateLimit-Reset")).isEqualTo("45");
    }

    @Test
    void alignedWindowsEndForEverybodyAtOnceAndOthersDoNot() {
        at(15_000);
        assertThat(endsOf("fixed")).containsExactly("t=45");
        assertThat(endsOf("shifted")).hasSizeGreaterThan(3);
    }

    /* 10 in the last minute: a share of 7.5 is left of it 15 s into this one, 7 at 18 s. */
    @Test
    void refusedByASlidingCounterIsToldWhenTheLastWindowHasFadedEnough() {
        at(30_000);
        use("counter", 10);
        at(75_000);
        assertThat(call("counter").field("RateLimit")).isEqualTo("\"counter\";r=1;t=45");
        assertThat(call("counter").status()).isEqualTo(200);
        assertRefused(call("counter"), "3", "\"counter\";q=10;w=60", "\"counter\";r=0;t=3");
        at(78_000);
        assertThat(call("counter").status()).isEqualTo(200);
    }

    @Test
    void whatASlidingCounterHasLeftIsNotToBeUsedFasterThanItsRate() {
        at(55_000);
        assertThat(call("counter").field("RateLimit")).isEqualTo("\"counter\";r=9;t=54");
    }

    @Test
    void aLogTellsWhenItsOldestPermitComesBack() {
        at(0);
        assertThat(call("log").field("RateLimit")).isEqualTo("\"log\";r=2;t=60");
        at(10_000);
        assertThat(call("log").field("RateLimit")).isEqualTo("\"log\";r=1;t=50");
        at(20_000);
        assertThat(call("log").field("RateLimit")).isEqualTo("\"log\";r=0;t=40");
        at(30_500);
        assertRefused(call("log"), "30", "\"log\";q=3;w=60", "\"log\";r=0;t=30");
        at(60_500);
        assertThat(call("log").field("RateLimit")).isEqualTo("\"log\";r=0;t=10");
    }

    @Test
    void aClosedWindowTellsNoTime() {
        assertRefused(call("closed"), null, "\"closed\";q=0;w=60", "\"closed\";r=0");
    }

    @Test
    void aWindowBesideABucketRefusesForBothAndIsToldAlone() {
        at(15_000);
        assertThat(use("both", 2).field("RateLimit")).isEqualTo("\"bucket\";r=8;t=1, \"window\";r=0;t=45");
        assertRefused(call("both"), "45", "\"bucket\";q=10;w=1, \"window\";q=2;w=60", "\"window\";r=0;t=45");
        at(60_000);
        assertThat(call("both").field("RateLimit")).isEqualTo("\"bucket\";r=9;t=1, \"window\";r=1;t=60");
    }

    /** Moves the clock to so many milliseconds after the minute that is next at the start. */
    private void at(long millis) {
        app.advance(Duration.ofMillis(millis - atMillis));
        atMillis = millis;
    }

    private Answer use(String method, int times) {
        for (int i = 1; i < times; i++) {
            assertThat(call(method).status()).isEqualTo(200);
        }
        return call(method);
    }

    private Answer call(String method) {
        return app.call(app.endpoint(Fixture.class, method, "x"), FakeRequest.from("192.0.2.1"));
    }

    /** The different ends that twenty clients are told. */
    private Set<String> endsOf(String method) {
        Endpoint endpoint = app.endpoint(Fixture.class, method, "x");
        Set<String> ends = new HashSet<>();
        for (int i = 1; i <= 20; i++) {
            String state = app.call(endpoint, FakeRequest.from("192.0.2." + i)).field("RateLimit");
            ends.add(state.substring(state.indexOf("t=")));
        }
        return ends;
    }

    private static void assertRefused(Answer answer, String retryAfter, String policy, String state) {
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.field("Retry-After")).isEqualTo(retryAfter);
        assertThat(answer.field("RateLimit-Policy")).isEqualTo(policy);
        assertThat(answer.field("RateLimit")).isEqualTo(state);
    }
}
