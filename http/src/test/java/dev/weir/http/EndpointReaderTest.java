package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.http.Application.Answer;
import dev.weir.http.Endpoints.Finding;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which limits are one budget, and what they are called. */
class EndpointReaderTest {

    private final Application app = Application.with("weir.header-styles", "draft");

    @AfterEach
    void close() {
        app.close();
    }

    @SuppressWarnings("unused")
    static class Named {
        @RateLimited(name = "shared", permits = 3, per = "1m")
        void one() {}

        @RateLimited(name = "shared", permits = 3, per = "60s")
        @RateLimited(name = "own", permits = 10, per = "1m")
        void other() {}
    }

    @Test
    void sameNameAndFiguresShareOneBudget() {
        Endpoint one = app.endpoint(Named.class, "one", "x");
        Endpoint other = app.endpoint(Named.class, "other", "x");
        assertThat(app.call(one, client()).field("RateLimit")).isEqualTo("\"shared\";r=2;t=40");
        assertThat(app.call(other, client()).field("RateLimit")).isEqualTo("\"shared\";r=1;t=20, \"own\";r=9;t=54");
        assertThat(app.call(one, client()).admitted()).isTrue();
        Answer refused = app.call(other, client());
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.field("RateLimit")).isEqualTo("\"shared\";r=0;t=20");
        assertThat(app.call(one, client()).status()).isEqualTo(429);
    }

    @SuppressWarnings("unused")
    static class Patient {
        @RateLimited(name = "shared", permits = 3, per = "1m")
        @RateLimited(permits = 10, per = "1m", maxWait = "2s")
        void atOnce() {}

        @RateLimited(name = "shared", permits = 3, per = "1m", maxWait = "500ms")
        void waiting() {}
    }

    @Test
    void waitsAreTheEndpointsAndMayDifferUnderOneName() {
        assertThat(waits(app.endpoint(Patient.class, "atOnce", "x"))).containsExactly(0L, 2_000_000_000L);
        assertThat(waits(app.endpoint(Patient.class, "waiting", "x"))).containsExactly(500_000_000L);
    }

    @Test
    void defaultLimitsRefuseAtOnce() {
        try (Application other = Application.with("weir.default-limits", "100/1m, 900/1h")) {
            Endpoint defaults = other.weir.endpoints().defaults();
            assertThat(waits(defaults, other)).containsExactly(0L, 0L);
        }
    }

    private List<Long> waits(Endpoint endpoint) {
        return waits(endpoint, app);
    }

    private static List<Long> waits(Endpoint endpoint, Application app) {
        return endpoint.plan(app.weir.policies().current(), "", Point.ONLY).slots().stream()
                .map(slot -> slot.spec().maxWaitNanos())
                .toList();
    }

    @Test
    void unnamedLimitsOfNamesakesInTwoPackagesDoNotShare() {
        Class<?> here = Downloads.class;
        Class<?> elsewhere = dev.weir.http.elsewhere.Downloads.class;
        assertThat(app.admitted(here, 5, EndpointReaderTest::client)).isEqualTo(2);
        assertThat(app.admitted(elsewhere, 5, EndpointReaderTest::client)).isEqualTo(2);
        assertThat(policyOf(app.call(here, client()))).isEqualTo("dev.weir.http.Downloads-1m");
        assertThat(policyOf(app.call(elsewhere, client()))).isEqualTo("dev.weir.http.elsewhere.Downloads-1m");
    }

    @SuppressWarnings("unused")
    static class Unnamed {
        @RateLimited(permits = 2, per = "1m")
        void plain() {}

        @RateLimited(permits = 2, per = "1m")
        void again() {}

        @RateLimited(permits = 10, per = "1s")
        @RateLimited(permits = 100, per = "1500ms")
        @RateLimited(permits = 1_000, per = "3600s")
        void several() {}

        @RateLimited(permits = 2, per = "1m", key = "ip")
        void byAddress() {}

        @RateLimited(permits = 2, per = "1m", tier = "anonymous")
        void ofATier() {}

        @RateLimited(permits = 2, per = "1m")
        @RateLimited(permits = 3, per = "1m")
        void twins() {}
    }

    @ParameterizedTest(name = "{1} at {0} => {2}")
    @CsvSource(delimiter = '|', textBlock = """
            plain     | /search             | search-1m
            plain     | /                   | root-1m
            plain     | /users/{id}/~posts/ | users-id-posts-1m
            plain     | com.acme.Hits$Inner | com.acme.Hits-Inner-1m
            several   | search              | search-1s search-1500ms search-1h
            byAddress | search              | search-1m-ip
            ofATier   | search              | search-1m-anonymous
            """)
    void unnamedLimitsAreNamedAfterPathAndPeriod(String method, String label, String names) {
        Answer answer = app.call(app.endpoint(Unnamed.class, method, label), client());
        assertThat(names(answer)).containsExactly(names.split(" "));
    }

    @Test
    void longNamesAreCutAt64WithAHashOfTheWhole() {
        String path = "reports/".repeat(9);
        String one = policyOf(app.call(app.endpoint(Unnamed.class, "plain", path + "a"), client()));
        String other = policyOf(app.call(app.endpoint(Unnamed.class, "again", path + "b"), client()));
        assertThat(one).hasSize(64).startsWith("reports-reports-reports-").matches(".*-[0-9a-f]{8}");
        assertThat(other).hasSize(64).startsWith("reports-reports-reports-").isNotEqualTo(one);
    }

    @Test
    void twoEndpointsOfOneLabelHaveDifferentNamesAndBudgets() {
        Endpoint plain = app.endpoint(Unnamed.class, "plain", "search");
        Endpoint again = app.endpoint(Unnamed.class, "again", "search");
        app.call(plain, client());
        app.call(plain, client());
        assertThat(app.call(plain, client()).status()).isEqualTo(429);
        Answer answer = app.call(again, client());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(policyOf(answer)).startsWith("search-1m-").matches("search-1m-[0-9a-f]{8}");
    }

    @Test
    void twinLimitsOfOneEndpointHaveDifferentNames() {
        Answer answer = app.call(app.endpoint(Unnamed.class, "twins", "search"), client());
        assertThat(names(answer)).hasSize(2).doesNotHaveDuplicates().first().isEqualTo("search-1m");
    }

    @Test
    void anonymousIsATierThatTheSettingNeedNotName() {
        try (Application tiered = Application.with("weir.tiers", "free, premium")) {
            assertThat(tiered.finding(Unnamed.class, "ofATier", "search")).isInstanceOf(Finding.Limited.class);
        }
    }

    @Test
    void namesAreTheSameFromRunToRun() {
        assertThat(namesOfARun()).isEqualTo(namesOfARun()).doesNotHaveDuplicates();
    }

    private static List<String> namesOfARun() {
        try (Application run = Application.with("weir.header-styles", "draft")) {
            String path = "reports/".repeat(9);
            return List.of(
                    policyOf(run.call(run.endpoint(Unnamed.class, "plain", path), client())),
                    policyOf(run.call(run.endpoint(Unnamed.class, "again", path), client())),
                    policyOf(run.call(run.endpoint(Unnamed.class, "byAddress", "search"), client())),
                    policyOf(run.call(Downloads.class, client())));
        }
    }

    private static String policyOf(Answer answer) {
        List<String> names = names(answer);
        assertThat(names).hasSize(1);
        return names.get(0);
    }

    private static List<String> names(Answer answer) {
        return List.of(answer.field("RateLimit-Policy").split(", ")).stream()
                .map(member -> member.substring(1, member.indexOf('"', 1)))
                .toList();
    }

    private static FakeRequest client() {
        return FakeRequest.from("192.0.2.1");
    }
}
