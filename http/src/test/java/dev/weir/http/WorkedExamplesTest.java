package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import dev.weir.http.Application.Answer;
import dev.weir.http.Endpoints.Finding;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy, a state, and the lines that a client then reads. Numbers are those of the list of worked examples. */
class WorkedExamplesTest {

    private static final String TYPE = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    private final Application app =
            Application.with(builder -> builder.costResolver("eleven", request -> 11), "weir.header-styles", "draft");

    @AfterEach
    void close() {
        app.close();
    }

    @SuppressWarnings("unused")
    static class Fixture {
        @RateLimited(name = "default", permits = 100, per = "60s")
        void minute() {}

        @RateLimited(name = "s", permits = 10, per = "1s")
        @RateLimited(name = "m", permits = 100, per = "60s")
        @RateLimited(name = "h", permits = 1_000, per = "1h")
        void three() {}

        @RateLimited(name = "h", permits = 1_000, per = "1h", cost = 1_000)
        void wholeHour() {}

        @RateLimited(name = "m", permits = 100, per = "60s", cost = 100)
        void wholeMinute() {}

        @RateLimited(name = "s", permits = 10, per = "1s", cost = 0)
        void lookAtSecond() {}

        @RateLimited(name = "default", permits = 10, per = "1s", burst = 50)
        void burstAbovePermits() {}

        @RateLimited(name = "default", permits = 100, per = "60s", burst = 10)
        void burstBelowPermits() {}

        @RateLimited(name = "default", permits = 10, per = "100ms")
        void tenthOfASecond() {}

        @RateLimited(name = "default", permits = 10, per = "1500ms")
        void secondAndAHalf() {}

        @RateLimited(name = "default", permits = 1, per = "7d")
        void week() {}

        @RateLimited(name = "closed", permits = 0, per = "60s")
        void closed() {}

        @RateLimited(name = "default", permits = 10, per = "1s", cost = 7)
        void seven() {}

        @RateLimited(name = "default", permits = 10, per = "1s", cost = 5)
        void five() {}

        @RateLimited(name = "default", permits = 10, per = "1s", costBy = "eleven")
        void eleven() {}

        @RateLimited(name = "bw", permits = 65_535, per = "10s", unit = "content-bytes", cost = 1_000)
        void bytes() {}

        @RateLimited(name = "default", permits = 1_000_000_000, per = "1s")
        void billion() {}

        @RateLimited(name = "default", permits = 1_000_000_000_000_000L, per = "1000000s", cost = 0)
        void quadrillion() {}

        @RateLimited(name = "a\"b\\c", permits = 1, per = "1s")
        void quoted() {}

        @RateLimited(name = "é", permits = 1, per = "1s")
        void accented() {}

        @RateLimited(name = "a\nb", permits = 1, per = "1s")
        void brokenLine() {}

        @RateLimitExempt
        void exempt() {}
    }

    @DisplayName("An admitted request is told the policy and what is left")
    @ParameterizedTest(name = "example {0}: {1} after {2} more")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1  | minute            | 0  | "default";q=100;w=60      | "default";r=99;t=60
            2  | minute            | 39 | "default";q=100;w=60      | "default";r=60;t=36
            3  | minute            | 99 | "default";q=100;w=60      | "default";r=0;t=1
            7  | three             | 0  | "s";q=10;w=1, "m";q=100;w=60, "h";q=1000;w=3600 | "s";r=9;t=1, "m";r=99;t=60, "h";r=999;t=3597
            9  | burstAbovePermits | 0  | "default";q=50;w=5        | "default";r=49;t=5
            10 | burstBelowPermits | 0  | "default";q=100;w=60      | "default";r=9;t=6
            11 | tenthOfASecond    | 0  | "default";q=100;w=1       | "default";r=9;t=1
            12 | secondAndAHalf    | 0  | "default";q=13;w=2        | "default";r=9;t=2
            13 | week              | 0  | "default";q=1;w=604800    | "default";r=0;t=604800
            20 | bytes             | 0  | "bw";q=65535;qu="content-bytes";w=10 | "bw";r=64535;t=10
            22 | billion           | 0  | "default";q=1000000000;w=1 | "default";r=999999999;t=1
            22 | quadrillion       | 0  | "default";q=999999999999999;w=1000000 | "default";r=999999999999999;t=1000000
            """)
    void admitted(int example, String endpoint, int before, String policy, String state) {
        for (int i = 0; i < before; i++) {
            assertThat(call(endpoint).status()).isEqualTo(200);
        }
        Answer answer = call(endpoint);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("RateLimit-Policy")).isEqualTo(policy);
        assertThat(answer.field("RateLimit")).isEqualTo(state);
        assertThat(answer.fields().names()).containsExactly("RateLimit", "RateLimit-Policy");
    }

    @DisplayName("example 4: refused with 0.35 s to wait, and 25: HEAD counts as GET and is told the same")
    @ParameterizedTest
    @CsvSource({"GET", "HEAD"})
    void refusalSaysWhenToComeBack(String method) {
        for (int i = 0; i < 100; i++) {
            assertThat(call("minute").status()).isEqualTo(200);
        }
        app.advance(Duration.ofMillis(250));
        Answer answer = app.call(endpoint("minute"), client().method(method));
        assertThat(answer.body())
                .isEqualTo("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
                        + "\"title\":\"Quota Exceeded\",\"status\":429,\"violated-policies\":[\"default\"]}");
        assertRefused(answer, "1", "\"default\";q=100;w=60", "\"default\";r=0;t=1");
    }

    @Test
    @DisplayName("example 8: only violated limits are told of, the longest wait counts, the others are untouched")
    void refusalBySeveralTellsTheLongestWait() {
        assertThat(call("wholeHour").status()).isEqualTo(200);
        app.advance(Duration.ofMillis(100));
        assertThat(call("wholeMinute").status()).isEqualTo(200);
        app.advance(Duration.ofMillis(400));
        Answer answer = call("three");
        assertRefused(
                answer, "4", "\"s\";q=10;w=1, \"m\";q=100;w=60, \"h\";q=1000;w=3600", "\"m\";r=0;t=1, \"h\";r=0;t=4");
        assertThat(answer.body()).isEqualTo(body("", "\"m\",\"h\""));
        assertThat(call("lookAtSecond").field("RateLimit")).isEqualTo("\"s\";r=10;t=1");
    }

    @Test
    @DisplayName("example 13: a day after the one request of the week, six days are left")
    void waitsOfDaysAreToldInSeconds() {
        call("week");
        app.advance(Duration.ofDays(1));
        assertRefused(call("week"), "518400", "\"default\";q=1;w=604800", "\"default\";r=0;t=518400");
    }

    @Test
    @DisplayName("example 15: a closed endpoint never says when to come back")
    void closedEndpointTellsNoTime() {
        Answer answer = call("closed");
        assertRefused(answer, null, "\"closed\";q=0;w=60", "\"closed\";r=0");
        assertThat(answer.body()).isEqualTo(never("closed"));
    }

    @Test
    @DisplayName("example 17: cost 5 with 3 left")
    void whatIsLeftOfARefusedCostIsTold() {
        call("seven");
        Answer answer = call("five");
        assertRefused(answer, "1", "\"default\";q=10;w=1", "\"default\";r=3;t=1");
        assertThat(answer.body()).isEqualTo(body("", "\"default\""));
    }

    @Test
    @DisplayName("example 18: a cost above the burst can never pass")
    void costAboveTheBurstTellsNoTime() {
        Answer answer = call("eleven");
        assertRefused(answer, null, "\"default\";q=10;w=1", "\"default\";r=10");
        assertThat(answer.body()).isEqualTo(never("default"));
    }

    @DisplayName("example 23: a name that would need escaping is refused at deployment")
    @ParameterizedTest
    @CsvSource({"quoted", "accented", "brokenLine"})
    void namesNeverNeedEscaping(String method) {
        assertThat(app.finding(Fixture.class, method, "x")).isInstanceOf(Finding.Malformed.class);
    }

    @DisplayName("example 24: the X- fields tell the time of day or seconds from now")
    @ParameterizedTest(name = "{0}, {1} used: {2} left, reset at {3}")
    @CsvSource({"x-epoch,40,60,1700000025", "x-delta,40,60,24", "x-epoch,100,0,1700000001", "x-delta,100,0,1"})
    void legacyFields(String style, int used, String remaining, String reset) {
        try (Application other = Application.with("weir.header-styles", style)) {
            Endpoint minute = other.endpoint(Fixture.class, "minute", "x");
            for (int i = 1; i < used; i++) {
                other.call(minute, client());
            }
            Answer answer = other.call(minute, client());
            assertThat(answer.field("X-RateLimit-Limit")).isEqualTo("100");
            assertThat(answer.field("X-RateLimit-Remaining")).isEqualTo(remaining);
            assertThat(answer.field("X-RateLimit-Reset")).isEqualTo(reset);
            assertThat(answer.fields().names()).hasSize(3);
        }
    }

    @Test
    @DisplayName("example 27: an exempt endpoint has no limits to tell of")
    void exemptHasNoEndpoint() {
        assertThat(app.finding(Fixture.class, "exempt", "x")).isInstanceOf(Finding.Exempt.class);
    }

    private Answer call(String method) {
        return app.call(endpoint(method), client());
    }

    /* One policy may have one set of figures, so each example has an application in which only its methods are read. */
    private Endpoint endpoint(String method) {
        return app.endpoint(Fixture.class, method, "x");
    }

    private static FakeRequest client() {
        return FakeRequest.from("192.0.2.1");
    }

    private static void assertRefused(Answer answer, String retryAfter, String policy, String state) {
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.field("Retry-After")).isEqualTo(retryAfter);
        assertThat(answer.field("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.field("RateLimit-Policy")).isEqualTo(policy);
        assertThat(answer.field("RateLimit")).isEqualTo(state);
    }

    private static String never(String name) {
        return body(
                "\"detail\":\"This request asks for more than the limit ever allows; waiting will not help.\",",
                "\"" + name + "\"");
    }

    private static String body(String detail, String names) {
        return "{\"type\":\"" + TYPE + "\",\"title\":\"Quota Exceeded\",\"status\":429," + detail
                + "\"violated-policies\":[" + names + "]}";
    }
}
