package dev.weir.compatibility.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Servlets, of which only an annotation says that they are limited. */
abstract class ServletPromises extends Promises {

    private static final String NO_SERVLETS = "there are no servlets";

    static final String CLEARED = "Undertow clears all fields when an exception leaves a servlet";

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void exactPathIsLimited() {
        assertLeft(assertStatus(200, client.get("/plain/exact")), "exact", 1);
        assertLeft(assertStatus(200, client.get("/plain/exact")), "exact", 0);
        assertLeft(assertStatus(429, client.get("/plain/exact")), "exact", 0);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void prefixIsLimitedAsOne() {
        assertLeft(assertStatus(200, client.get("/plain/prefix/a")), "prefix", 1);
        assertLeft(assertStatus(200, client.get("/plain/prefix")), "prefix", 0);
        assertStatus(429, client.get("/plain/prefix/b/c"));
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void suffixIsLimitedAsOne() {
        assertLeft(assertStatus(200, client.get("/plain/a.lim")), "suffix", 1);
        assertLeft(assertStatus(200, client.get("/plain/folder/b.lim")), "suffix", 0);
        assertStatus(429, client.get("/plain/c.lim"));
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void defaultServletIsLimited() {
        assertLeft(assertStatus(200, client.get("/plain/nothing/is/mapped/here")), "fallback", 1);
        assertLeft(assertStatus(200, client.get("/plain/nor-here")), "fallback", 0);
        assertStatus(429, client.get("/plain/nothing"));
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void servletWithoutALimitIsNotLimited() {
        assertUnlimited(assertStatus(200, client.get("/plain/free")));
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void registeredByHandAsWellTheFilterChargesOnce() {
        assertLeft(assertStatus(200, client.get("/hand/exact")), "exact", 1);
        assertLeft(assertStatus(200, client.get("/hand/exact")), "exact", 0);
        assertLeft(assertStatus(429, client.get("/hand/exact")), "exact", 0);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void fieldsAndRefusalAreThoseOfTheDocumentation() {
        HttpResponse<String> first = client.get("/front/exact");
        assertThat(first.headers().allValues("RateLimit-Policy")).containsExactly("\"exact\";q=2;w=3600");
        assertThat(first.headers().allValues("RateLimit")).containsExactly("\"exact\";r=1;t=1800");
        assertThat(first.headers().allValues("X-RateLimit-Limit")).containsExactly("2");
        assertThat(first.headers().allValues("X-RateLimit-Remaining")).containsExactly("1");
        assertThat(first.headers().allValues("X-RateLimit-Reset")).hasSize(1);
        assertThat(first.headers().allValues("Retry-After")).isEmpty();
        client.get("/front/exact");
        assertRefusal(client.get("/front/exact"), "exact");
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void headIsLimitedWithGetAndRefusedWithoutABody() {
        assertLeft(assertStatus(200, client.get("/plain/methods")), "methods", 2);
        assertLeft(assertStatus(200, client.send("HEAD", "/plain/methods", "")), "methods", 1);
        assertLeft(assertStatus(200, client.post("/plain/methods", "x")), "methods", 0);
        HttpResponse<String> refused = assertStatus(429, client.send("HEAD", "/plain/methods", ""));
        assertThat(refused.body()).isEmpty();
        assertThat(refused.headers().allValues("Retry-After")).hasSize(1);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void preflightIsNotCharged() {
        for (int i = 0; i < 3; i++) {
            assertUnlimited(preflight("/hand/methods"));
        }
        assertLeft(client.get("/hand/methods"), "methods", 2);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void optionsThatAreNoPreflightAreCharged() {
        assertLeft(assertStatus(200, client.send("OPTIONS", "/front/methods", "")), "methods", 2);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void corsFilterInFrontOfServletsExposesTheFieldsOfAdmittedAndRefused() {
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> preflight = assertStatus(204, preflight("/front/prefix/cors"));
            assertUnlimited(preflight);
            assertThat(preflight.headers().allValues("Access-Control-Allow-Methods"))
                    .hasSize(1);
        }
        for (int status : new int[] {200, 200, 429}) {
            HttpResponse<String> response =
                    assertStatus(status, client.get("/front/prefix/cors", "Origin", "https://elsewhere.example"));
            assertThat(response.headers().firstValue("Access-Control-Expose-Headers"))
                    .contains("RateLimit, RateLimit-Policy, Retry-After");
            assertThat(response.headers().allValues("RateLimit")).hasSize(1);
        }
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void forwardIncludeAndDispatchChargeOnlyWhatWasAskedFor() {
        assertLeft(assertStatus(200, client.get("/plain/forward")), "forwarding", 4);
        assertLeft(assertStatus(200, client.get("/plain/include")), "including", 4);
        assertLeft(assertStatus(200, client.get("/plain/redispatch")), "redispatching", 4);
        assertLeft(assertStatus(200, client.get("/plain/target")), "target", 4);
        assertLeft(assertStatus(200, client.get("/plain/forward")), "forwarding", 3);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void errorPageIsNotCharged() {
        HttpResponse<String> response = assertStatus(404, client.get("/plain/err"));
        assertThat(response.body()).isEqualTo("Problem");
        assertLeft(response, "erring", 4);
        assertLeft(assertStatus(404, client.get("/plain/err")), "erring", 3);
        assertLeft(assertStatus(200, client.get("/plain/problem")), "problem", 4);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void exceptionOfAServletIsChargedOnce() {
        for (int i = 0; i < 5; i++) {
            assertStatus(500, client.get("/plain/throw"));
        }
        assertRefusal(client.get("/plain/throw"), "throwing");
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    @NotOn(value = "undertow", why = CLEARED)
    void exceptionOfAServletKeepsTheFields() {
        assertLeft(assertStatus(500, client.get("/hand/throw")), "throwing", 4);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void defaultLimitsChargeFilesWelcomeFilesAndErrorsOnce() {
        assertThat(assertLeft(assertStatus(200, client.get("/front/index.html")), "default", 5)
                        .body())
                .isEqualTo("welcome");
        assertThat(assertLeft(assertStatus(200, client.get("/front/")), "default", 4)
                        .body())
                .isEqualTo("welcome");
        assertThat(assertLeft(assertStatus(200, client.get("/front/files/")), "default", 3)
                        .body())
                .isEqualTo("files");
        assertThat(assertLeft(assertStatus(404, client.get("/front/not-here")), "default", 2)
                        .body())
                .isEqualTo("Problem");
        assertLeft(assertStatus(200, client.get("/front/free")), "default", 1);
        assertLeft(assertStatus(200, client.get("/front/problem")), "problem", 4);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void asynchronousAnswersAreChargedOnce() {
        assertThat(assertLeft(assertStatus(200, client.get("/plain/later")), "later", 4)
                        .body())
                .isEqualTo("later");
        assertLeft(client.get("/plain/later"), "later", 3);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void timeoutsAreChargedOnce() {
        assertThat(assertLeft(assertStatus(503, client.get("/plain/timeout")), "timing-out", 4)
                        .body())
                .isEqualTo("later");
        assertLeft(client.get("/plain/timeout?now=1"), "timing-out", 3);
        assertLeft(assertStatus(500, client.get("/plain/abandoned")), "abandoned", 4);
        assertLeft(client.get("/plain/abandoned?now=1"), "abandoned", 3);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void streamingServletIsChargedOnceAtItsStart() {
        HttpResponse<String> response = assertLeft(assertStatus(200, client.get("/plain/stream")), "streaming", 4);
        assertThat(response.body()).isEqualTo("part 0\npart 1\npart 2\n");
        assertLeft(client.get("/plain/stream"), "streaming", 3);
    }

    @Test
    @NotOn(value = "none", why = NO_SERVLETS)
    void servletsOverHttp2AreLimitedAlike() {
        for (int remaining = 4; remaining > 1; remaining--) {
            HttpResponse<String> response = client.get2("/hand/target");
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertLeft(assertStatus(200, response), "target", remaining);
        }
        client.get2("/hand/target");
        client.get2("/hand/target");
        HttpResponse<String> refused = client.get2("/hand/target");
        assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertRefusal(refused, "target");
    }

    private HttpResponse<String> preflight(String path) {
        return client.send(
                "OPTIONS", path, "", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "GET");
    }

    static void assertRefusal(HttpResponse<String> response, String policy) {
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().allValues("RateLimit"))
                .singleElement()
                .asString()
                .startsWith("\"" + policy + "\";r=0;t=");
        assertThat(response.headers().allValues("RateLimit-Policy")).hasSize(1);
        assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(response.headers().allValues("Content-Type"))
                .singleElement()
                .asString()
                .startsWith("application/problem+json");
        assertThat(response.headers().allValues("Retry-After"))
                .singleElement()
                .satisfies(seconds -> assertThat(Long.parseLong(seconds)).isBetween(1L, 3_600L));
        assertThat(response.body())
                .isEqualTo("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
                        + "\"title\":\"Quota Exceeded\",\"status\":429,\"violated-policies\":[\"" + policy + "\"]}");
    }
}
