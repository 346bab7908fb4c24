package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import dev.weir.http.Endpoints.Finding;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake is answered with its class, method, attribute, value and fix, and no endpoint comes of it. */
class MalformedAnnotationTest {

    private static final String HERE = MalformedAnnotationTest.class.getName() + "$";
    private static final String MILLION_BILLION = "Write 0 to 1_000_000_000_000_000 (10^15).";

    private final Application app = Application.with(
            builder -> builder.costResolver("weight", request -> 1).keyResolver("tenant", request -> "t"),
            "weir.tiers",
            "basic, premium");

    @AfterEach
    void close() {
        app.close();
    }

    @SuppressWarnings("unused")
    static class Search {
        @RateLimited(permits = 1, per = "1sec")
        void perWord(String query, int[] page) {}

        @RateLimited(permits = 1, per = "")
        void perEmpty() {}

        @RateLimited(permits = 1, per = "0s")
        void perNothing() {}

        @RateLimited(permits = 1, per = "40000d")
        void perTooLong() {}

        @RateLimited(permits = -1, per = "1s")
        void permitsNegative() {}

        @RateLimited(permits = 1_000_000_000_000_001L, per = "1d")
        void permitsTooMany() {}

        @RateLimited(permits = 1, per = "1s", burst = -1)
        void burstMinusOne() {}

        @RateLimited(permits = 1, per = "1s", burst = -2)
        void burstNegative() {}

        @RateLimited(permits = 1, per = "1s", burst = 1_000_000_000_000_001L)
        void burstTooLarge() {}

        @RateLimited(permits = 1, per = "1s", key = "tenent")
        void keyMisspelt() {}

        @RateLimited(permits = 1, per = "1s", key = "")
        void keyEmpty() {}

        @RateLimited(permits = 1, per = "1s", cost = -1)
        void costNegative() {}

        @RateLimited(permits = 10, per = "1s", burst = 3, cost = 4)
        void costAboveBurst() {}

        @RateLimited(permits = 10, per = "1s", cost = 2, costBy = "weight")
        void costTwice() {}

        @RateLimited(permits = 1, per = "1s", costBy = "wieght")
        void costByMisspelt() {}

        @RateLimited(permits = 1, per = "1s", unit = "")
        void unitEmpty() {}

        @RateLimited(permits = 1, per = "1s", unit = "content bytes")
        void unitOfTwoWords() {}

        @RateLimited(permits = 1, per = "1s", tier = "premiun")
        void tierMisspelt() {}

        @RateLimited(permits = 1, per = "1s", name = "a b")
        void nameWithSpace() {}

        @RateLimited(permits = 1, per = "1s", name = "weir.new-api-keys")
        void nameOfWeirs() {}

        @RateLimited(permits = 10, per = "1s", burst = 20, algorithm = Algorithm.FIXED_WINDOW)
        void burstOfAWindow() {}

        @RateLimited(permits = 10, per = "1s", burst = 10, algorithm = Algorithm.SLIDING_WINDOW_COUNTER)
        void burstOfACounter() {}

        @RateLimited(permits = 10, per = "1s", burst = -1, algorithm = Algorithm.SLIDING_WINDOW_LOG)
        void burstOfALog() {}

        @RateLimited(permits = 10, per = "1s", cost = 11, algorithm = Algorithm.SLIDING_WINDOW_LOG)
        void costAbovePermits() {}

        @RateLimited(permits = 10, per = "1s", aligned = true)
        void alignedBucket() {}

        @RateLimited(permits = 10, per = "1s", aligned = true, algorithm = Algorithm.LEAKY_BUCKET_QUEUE)
        void alignedQueue() {}

        @RateLimited(permits = 10, per = "1s", aligned = true, algorithm = Algorithm.SLIDING_WINDOW_LOG)
        void alignedLog() {}

        @RateLimited(permits = 10, per = "1s", maxWait = "500 ms")
        void maxWaitWithSpace() {}

        @RateLimited(permits = 10, per = "1s", maxWait = "0s")
        void maxWaitNothing() {}

        @RateLimited(permits = 10, per = "1s", maxWait = "3600000000001ns", algorithm = Algorithm.LEAKY_BUCKET_QUEUE)
        void maxWaitTooLong() {}

        @RateLimited(permits = 10, per = "1s", maxError = -0.05)
        void maxErrorNegative() {}

        @RateLimited(permits = 10, per = "1s", maxError = 5)
        void maxErrorInPercent() {}

        @RateLimited(permits = 10, per = "1s", maxError = Double.NaN)
        void maxErrorNone() {}
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            perWord(String, int[]) | per = "1sec" is not a duration. Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s.
            perEmpty()        | per = "" is not a duration. Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s.
            perNothing()      | per = "0s" is out of range. Write 1us to 13343d (36 years).
            perTooLong()      | per = "40000d" is out of range. Write 1us to 13343d (36 years).
            permitsNegative() | permits = -1 is out of range. Write 0 to 1_000_000_000_000_000 (10^15).
            permitsTooMany()  | permits = 1000000000000001 is out of range. Write 0 to 1_000_000_000_000_000 (10^15).
            burstMinusOne()   | burst = -1 is out of range. Write 0 to 1_000_000_000_000_000 (10^15).
            burstNegative()   | burst = -2 is out of range. Write 0 to 1_000_000_000_000_000 (10^15).
            burstTooLarge()   | burst = 1000000000000001 is out of range. Write 0 to 1_000_000_000_000_000 (10^15).
            keyMisspelt()     | key = "tenent" is not a registered resolver. Did you mean "tenant"? Write one of client, ip, user, api-key, global, tenant, or register it.
            keyEmpty()        | key = "" is not a registered resolver. Write one of client, ip, user, api-key, global, tenant, or register it.
            costNegative()    | cost = -1 is negative. Write 0 (looks without taking) or more.
            costAboveBurst()  | cost = 4 is above the burst of 3, so no request could ever pass. Lower the cost or raise the burst.
            costTwice()       | cost = 2 stands beside costBy = "weight". Write one of the two.
            costByMisspelt()  | costBy = "wieght" is not a registered resolver. Did you mean "weight"? Registered: weight.
            unitEmpty()       | unit = "" has other characters than A-Z a-z 0-9 . _ -, or not 1 to 64 of them.
            unitOfTwoWords()  | unit = "content bytes" has other characters than A-Z a-z 0-9 . _ -, or not 1 to 64 of them.
            tierMisspelt()    | tier = "premiun" is not a tier. Did you mean "premium"? Write one of basic, premium, or add it to weir.tiers.
            nameWithSpace()   | name = "a b" has other characters than A-Z a-z 0-9 . _ -, or not 1 to 64 of them.
            nameOfWeirs()     | name = "weir.new-api-keys" begins with weir., which is for Weir's own policies. Choose another name.
            burstOfAWindow()  | burst = 20 stands beside algorithm = FIXED_WINDOW, which has no burst beside its permits. Leave it out, or write algorithm = GCRA.
            burstOfACounter() | burst = 10 stands beside algorithm = SLIDING_WINDOW_COUNTER, which has no burst beside its permits. Leave it out, or write algorithm = GCRA.
            burstOfALog()     | burst = -1 stands beside algorithm = SLIDING_WINDOW_LOG, which has no burst beside its permits. Leave it out, or write algorithm = GCRA.
            costAbovePermits() | cost = 11 is above the permits of 10, so no request could ever pass. Lower the cost or raise the permits.
            alignedBucket()   | aligned = true stands beside algorithm = GCRA, which has no windows. Leave it out, or write algorithm = FIXED_WINDOW or SLIDING_WINDOW_COUNTER.
            alignedQueue()    | aligned = true stands beside algorithm = LEAKY_BUCKET_QUEUE, which has no windows. Leave it out, or write algorithm = FIXED_WINDOW or SLIDING_WINDOW_COUNTER.
            alignedLog()      | aligned = true stands beside algorithm = SLIDING_WINDOW_LOG, which has no windows. Leave it out, or write algorithm = FIXED_WINDOW or SLIDING_WINDOW_COUNTER.
            maxWaitWithSpace() | maxWait = "500 ms" is not a duration. Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s.
            maxWaitNothing()  | maxWait = "0s" is out of range. Write 1ns to 1h, or leave it out.
            maxWaitTooLong()  | maxWait = "3600000000001ns" is out of range. Write 1ns to 1h, or leave it out.
            maxErrorNegative() | maxError = -0.05 is out of range. Write 0 (exact) to 1, as a part of the burst.
            maxErrorInPercent() | maxError = 5.0 is out of range. Write 0 (exact) to 1, as a part of the burst.
            maxErrorNone()    | maxError = NaN is out of range. Write 0 (exact) to 1, as a part of the burst.
            """)
    void messageNamesPlaceAttributeValueAndFix(String method, String complaint) {
        assertThat(problems(Search.class, method.substring(0, method.indexOf('('))))
                .containsExactly("@RateLimited on " + HERE + "Search." + method + ": " + complaint);
    }

    @RateLimited(permits = 1, per = "1 s")
    static class Servlet {}

    @Test
    void onAClassTheMessageNamesTheClass() {
        assertThat(((Finding.Malformed) app.weir.endpoints().ofClass(Servlet.class)).problems())
                .containsExactly("@RateLimited on " + HERE + "Servlet: per = \"1 s\" is not a duration."
                        + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s.");
    }

    static class OfOneMethod {
        @RateLimited(permits = 1, per = "1s")
        void doGet() {}
    }

    @Test
    void onAMethodOfAServletTheMessageNamesTheMethod() {
        assertThat(((Finding.Malformed) app.weir.endpoints().ofClass(OfOneMethod.class)).problems())
                .containsExactly("@RateLimited on " + HERE + "OfOneMethod.doGet: a servlet is limited as a whole."
                        + " Move it to the class.");
    }

    static class Many {
        @RateLimited(permits = -5, per = "1s", key = "teant", cost = 1)
        @RateLimited(permits = 1, per = "soon", name = "fine")
        @RateLimited(permits = 1, per = "1s", unit = "?", tier = "gold")
        void all() {}

        @RateLimited(permits = -5, per = "soon", burst = -6, cost = -7)
        void figures() {}

        @RateLimited(
                permits = 10,
                per = "soon",
                burst = 20,
                cost = 15,
                algorithm = Algorithm.SLIDING_WINDOW_LOG,
                aligned = true,
                maxWait = "2h")
        void ways() {}
    }

    @Test
    void allMistakesAreReportedTogether() {
        String place = " on " + HERE + "Many.all(): ";
        assertThat(problems(Many.class, "all"))
                .containsExactly(
                        "@RateLimited (1 of 3)" + place + "key = \"teant\" is not a registered resolver."
                                + " Did you mean \"tenant\"?"
                                + " Write one of client, ip, user, api-key, global, tenant, or register it.",
                        "@RateLimited (1 of 3)" + place + "permits = -5 is out of range. " + MILLION_BILLION,
                        "@RateLimited (2 of 3)" + place + "per = \"soon\" is not a duration."
                                + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s.",
                        "@RateLimited (3 of 3)" + place
                                + "unit = \"?\" has other characters than A-Z a-z 0-9 . _ -, or not 1 to 64 of them.",
                        "@RateLimited (3 of 3)" + place + "tier = \"gold\" is not a tier."
                                + " Write one of basic, premium, or add it to weir.tiers.");
    }

    @Test
    void figuresAreReportedBesideAMalformedPeriod() {
        String place = "@RateLimited on " + HERE + "Many.figures(): ";
        assertThat(problems(Many.class, "figures"))
                .containsExactly(
                        place + "per = \"soon\" is not a duration."
                                + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s.",
                        place + "permits = -5 is out of range. " + MILLION_BILLION,
                        place + "burst = -6 is out of range. " + MILLION_BILLION,
                        place + "cost = -7 is negative. Write 0 (looks without taking) or more.");
    }

    @Test
    void whatAnAlgorithmDoesNotHaveIsReportedBesideTheRest() {
        String place = "@RateLimited on " + HERE + "Many.ways(): ";
        assertThat(problems(Many.class, "ways"))
                .containsExactly(
                        place + "per = \"soon\" is not a duration."
                                + " Write a whole number and one of ns, us, ms, s, m, h, d. Example: 1s.",
                        place + "burst = 20 stands beside algorithm = SLIDING_WINDOW_LOG, which has no burst beside its"
                                + " permits. Leave it out, or write algorithm = GCRA.",
                        place + "cost = 15 is above the permits of 10, so no request could ever pass."
                                + " Lower the cost or raise the permits.",
                        place + "aligned = true stands beside algorithm = SLIDING_WINDOW_LOG, which has no windows."
                                + " Leave it out, or write algorithm = FIXED_WINDOW or SLIDING_WINDOW_COUNTER.",
                        place + "maxWait = \"2h\" is out of range. Write 1ns to 1h, or leave it out.");
    }

    @SuppressWarnings("unused")
    static class OfDefaults {
        @RateLimited(name = "default", permits = 100, per = "1m")
        void only() {}

        @RateLimited(name = "default-1h", permits = 900, per = "1h")
        void oneOfTwo() {}
    }

    @ParameterizedTest(name = "{1} beside {0}")
    @CsvSource(delimiter = '|', textBlock = """
            100/1m         | only     | default
            100/1m, 900/1h | oneOfTwo | default-1h
            """)
    void nameOfADefaultLimitIsTaken(String defaults, String method, String name) {
        try (Application other = Application.with("weir.default-limits", defaults)) {
            other.weir.endpoints().defaults();
            assertThat(((Finding.Malformed) other.finding(OfDefaults.class, method, "x")).problems())
                    .containsExactly("@RateLimited on " + HERE + "OfDefaults." + method + "(): name = \"" + name
                            + "\" is the name of the limits in weir.default-limits. Choose another name.");
        }
    }

    @SuppressWarnings("unused")
    static class Shared {
        @RateLimited(name = "downloads", permits = 10, per = "1m")
        void first() {}

        @RateLimited(name = "downloads", permits = 20, per = "1m")
        void otherFigures() {}

        @RateLimited(name = "downloads", permits = 10, per = "1m", key = "ip")
        void otherKey() {}

        @RateLimited(name = "downloads", permits = 10, per = "1m", algorithm = Algorithm.FIXED_WINDOW)
        void otherAlgorithm() {}

        @RateLimited(name = "both", permits = 10, per = "1m")
        @RateLimited(name = "both", permits = 10, per = "1m")
        void twice() {}
    }

    @Test
    void oneNameWithOtherFiguresIsAMistake() {
        app.endpoint(Shared.class, "first", "x");
        assertThat(problems(Shared.class, "otherFigures"))
                .containsExactly("@RateLimited on " + HERE + "Shared.otherFigures(): name: The name \"downloads\" is"
                        + " used for 20 requests per PT1M burst 20 and for 10 requests per PT1M burst 10."
                        + " Use one name for one set of figures: change one of the names, or the figures.");
    }

    @Test
    void oneNameWithAnotherAlgorithmIsAMistake() {
        app.endpoint(Shared.class, "first", "x");
        assertThat(problems(Shared.class, "otherAlgorithm"))
                .containsExactly("@RateLimited on " + HERE + "Shared.otherAlgorithm(): name: The name \"downloads\" is"
                        + " used for 10 requests per PT1M by FIXED_WINDOW and for 10 requests per PT1M burst 10 by GCRA."
                        + " Use one name for one set of figures: change one of the names, or the figures.");
    }

    @Test
    void oneNameWithAnotherKeyIsAMistake() {
        app.endpoint(Shared.class, "first", "x");
        assertThat(problems(Shared.class, "otherKey"))
                .containsExactly("@RateLimited on " + HERE + "Shared.otherKey(): key = \"ip\" differs from \"client\""
                        + " in another limit named \"downloads\". One name is one budget:"
                        + " change one of the names, or the key.");
    }

    @Test
    void oneNameTwiceAtOnePlaceIsAMistake() {
        assertThat(problems(Shared.class, "twice"))
                .containsExactly("@RateLimited (2 of 2) on " + HERE + "Shared.twice(): name = \"both\""
                        + " is used twice here. Give each limit a name of its own.");
    }

    @Test
    void aSecondLookFindsTheSameMistakes() {
        List<String> first = problems(Search.class, "perEmpty");
        assertThat(problems(Search.class, "perEmpty")).isEqualTo(first);
    }

    @Test
    void everyFixtureIsInTheTable() {
        assertThat(Arrays.stream(Search.class.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic())
                        .count())
                .isEqualTo(33);
    }

    private List<String> problems(Class<?> type, String method) {
        assertThat(app.finding(type, method, "x")).isInstanceOf(Finding.Malformed.class);
        return ((Finding.Malformed) app.finding(type, method, "x")).problems();
    }
}
