package dev.weir.sample.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each endpoint does what the sample's page and the README say of it. */
class SampleContractTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private SampleServer server;

    @BeforeEach
    void start() throws Exception {
        server = SampleServer.start(0);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,api/reports,200",
        "POST,api/login,200",
        "GET,servlet/ping,200",
        "GET,legacy/ping,200",
        "GET,api/fail,500"
    })
    void fivePerMinute(String method, String path, int status) {
        Storm storm = storm(method, path, null);

        assertThat(storm.admitted()).isBetween(5L, storm.mostAdmitted(5, Duration.ofSeconds(12)));
        assertThat(storm.answers.subList(0, 5)).allSatisfy(a -> {
            assertThat(a.statusCode()).isEqualTo(status);
            assertThat(a.headers().firstValue("RateLimit")).isPresent();
            assertThat(a.headers().firstValue("X-RateLimit-Remaining")).isPresent();
        });
        assertRefused(storm.answers.get(storm.answers.size() - 1));
    }

    @ParameterizedTest
    @CsvSource({"api/hello", "api/search?q=w"})
    void tenAtOnceThenTenPerSecond(String path) {
        Storm storm = storm("GET", path, null);

        assertThat(storm.admitted()).isBetween(10L, storm.mostAdmitted(10, Duration.ofMillis(100)));
        assertRefused(storm.answers.get(storm.answers.size() - 1));
    }

    @Test
    void searchTellsOfAllThreeLimits() {
        assertThat(send("GET", "api/search?q=w", null).headers().firstValue("RateLimit-Policy"))
                .hasValue("\"search-1s\";q=10;w=1, \"search-1m\";q=100;w=60, \"search-1h\";q=1000;w=3600");
    }

    @Test
    void quotaIsOfADay() {
        assertThat(send("GET", "api/quota", null).headers().firstValue("RateLimit"))
                .hasValueSatisfying(line -> assertThat(line).startsWith("\"quota\";r=499;"));
        assertThat(send("GET", "api/quota", null).headers().firstValue("RateLimit-Policy"))
                .hasValue("\"quota\";q=500;w=86400");
    }

    @ParameterizedTest
    @CsvSource({"api/open", "health", "''"})
    void unlimited(String path) {
        for (int i = 0; i < 30; i++) {
            HttpResponse<String> answer = send("GET", path, null);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().map()).doesNotContainKeys("ratelimit", "x-ratelimit-limit");
        }
    }

    @Test
    void premiumKeysHaveTenTimesTheReportsOfFreeOnes() {
        Storm premium = storm("GET", "api/reports", "demo-premium-1");
        Storm free = storm("GET", "api/reports", "demo-free-1");
        Storm otherFree = storm("GET", "api/reports", "demo-free-2");

        assertThat(premium.admitted()).isBetween(50L, premium.mostAdmitted(50, Duration.ofMillis(1_200)));
        assertThat(free.admitted()).isBetween(5L, free.mostAdmitted(5, Duration.ofSeconds(12)));
        assertThat(otherFree.admitted()).isBetween(5L, otherFree.mostAdmitted(5, Duration.ofSeconds(12)));
    }

    @Test
    void loginCountsTheAddressWhateverKeyIsSent() {
        storm("POST", "api/login", null);

        for (String key : List.of("demo-free-1", "demo-premium-1", "made-up")) {
            assertThat(send("POST", "api/login", key).headers().firstValue("RateLimit-Policy"))
                    .hasValue("\"login-post-1m-ip\";q=5;w=60, \"login-post-1h-ip\";q=20;w=3600");
            assertThat(send("POST", "api/login", key).headers().firstValue("X-RateLimit-Remaining"))
                    .hasValue("0");
        }
    }

    @Test
    void thePageListsEveryEndpoint() {
        assertThat(send("GET", "", null).body())
                .contains("/api/hello", "/api/search", "/api/reports", "/api/login", "/api/open", "/api/fail")
                .contains("/api/patient", "/api/queue", "/api/complete")
                .contains("/api/window/fixed", "/api/window/counter", "/api/window/log")
                .contains("/api/quota", "/servlet/ping", "/legacy/ping", "/health");
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After").map(Integer::parseInt))
                .hasValueSatisfying(seconds -> assertThat(seconds).isPositive());
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().map().keySet())
                .contains(
                        "ratelimit-policy",
                        "ratelimit",
                        "x-ratelimit-limit",
                        "x-ratelimit-remaining",
                        "x-ratelimit-reset");
        assertThat(answer.body()).contains("#quota-exceeded", "\"violated-policies\":[\"");
    }

    /** Requests one after the other until one is refused, and how long that took. */
    private record Storm(List<HttpResponse<String>> answers, long nanos) {
        long admitted() {
            return answers.stream().filter(a -> a.statusCode() != 429).count();
        }

        /** The burst, and what has refilled meanwhile. */
        long mostAdmitted(int burst, Duration emissionInterval) {
            return burst + nanos / emissionInterval.toNanos();
        }
    }

    private Storm storm(String method, String path, String apiKey) {
        long start = System.nanoTime();
        List<HttpResponse<String>> answers = new ArrayList<>();
        do {
            answers.add(send(method, path, apiKey));
        } while (answers.get(answers.size() - 1).statusCode() != 429 && answers.size() < 1_000);
        return new Storm(answers, System.nanoTime() - start);
    }

    private HttpResponse<String> send(String method, String path, String apiKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (apiKey != null) {
            request.header("X-API-Key", apiKey);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("No answer from " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", e);
        }
    }
}
