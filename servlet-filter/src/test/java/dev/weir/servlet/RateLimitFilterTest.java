package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients see of a limited servlet. */
class RateLimitFilterTest {

    private static final String PREFIX = "{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
            + "\"title\":\"Quota Exceeded\",\"status\":429,\"violated-policies\":";
    private static JettyServer server;

    @RateLimited(name = "two", permits = 2, per = "1m")
    public static class Limited extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "one", permits = 1, per = "10s")
    public static class One extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 5, per = "1h")
    interface LimitedKind {}

    public static class Inheriting extends OkServlet implements LimitedKind {
        private static final long serialVersionUID = 1L;
    }

    @RateLimitExempt
    public static class Exempt extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    public static class Plain extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 5, per = "1h")
    public static class Committing extends OkServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.flushBuffer();
        }
    }

    @RateLimited(name = "own", permits = 5, per = "1m")
    public static class TellsOfAGateway extends OkServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            response.addHeader("RateLimit", "\"gw\";r=5;t=1");
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = new JettyServer()
                .with("weir.default-limits", "3/1m, 10/1h")
                .servlet("/limited/*", Limited.class)
                .servlet("/one", One.class)
                .servlet("/inheriting", Inheriting.class)
                .servlet("/exempt", Exempt.class)
                .servlet("/plain", Plain.class)
                .servlet("/other", OkServlet.class)
                .servlet("/committing", Committing.class)
                .servlet("/gateway", TellsOfAGateway.class)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void annotatedServletIsLimitedAndSaysSo() throws Exception {
        Client client = server.client();
        HttpHeaders first = client.get("/limited/a").headers();
        assertThat(first.allValues("RateLimit-Policy")).containsExactly("\"two\";q=2;w=60");
        assertThat(first.allValues("RateLimit")).containsExactly("\"two\";r=1;t=30");
        assertThat(first.allValues("X-RateLimit-Limit")).containsExactly("2");
        assertThat(first.allValues("X-RateLimit-Remaining")).containsExactly("1");
        assertThat(first.allValues("X-RateLimit-Reset")).containsExactly("1700000030");
        assertThat(first.map()).doesNotContainKeys("Retry-After", "Cache-Control");
        assertThat(client.get("/limited/b").statusCode()).isEqualTo(200);

        HttpResponse<String> refused = client.get("/limited/c");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).isEqualTo(PREFIX + "[\"two\"]}");
        HttpHeaders fields = refused.headers();
        assertThat(fields.allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(fields.allValues("Retry-After")).containsExactly("30");
        assertThat(fields.allValues("Cache-Control")).containsExactly("no-store");
        assertThat(fields.allValues("RateLimit-Policy")).containsExactly("\"two\";q=2;w=60");
        assertThat(fields.allValues("RateLimit")).containsExactly("\"two\";r=0;t=30");
        assertThat(fields.allValues("X-RateLimit-Remaining")).containsExactly("0");
        assertThat(fields.allValues("X-RateLimit-Reset")).containsExactly("1700000030");
        assertThat(fields.map()).doesNotContainKey("Set-Cookie");
        assertThat(server.client().get("/limited/a").statusCode()).isEqualTo(200);
    }

    @Test
    void servletsWithoutAnnotationShareTheDefaultLimits() throws Exception {
        Client client = server.client();
        assertThat(client.get("/plain").headers().allValues("RateLimit-Policy"))
                .containsExactly("\"default-1m\";q=3;w=60, \"default-1h\";q=10;w=3600");
        assertThat(client.get("/other").headers().allValues("RateLimit"))
                .containsExactly("\"default-1m\";r=1;t=20, \"default-1h\";r=8;t=2880");
        assertThat(client.get("/plain").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = client.get("/other");
        assertThat(refused.body()).isEqualTo(PREFIX + "[\"default-1m\"]}");
        assertThat(refused.headers().allValues("RateLimit")).containsExactly("\"default-1m\";r=0;t=20");
        assertThat(client.get("/limited/a").statusCode()).isEqualTo(200);
    }

    @Test
    void limitsOfAnInterfaceHold() throws Exception {
        assertThat(server.client().admitted("/inheriting", 9)).isEqualTo(5);
    }

    @Test
    @DisplayName("example 27: an exempt servlet sends no fields")
    void exemptServletIsNotLimited() throws Exception {
        Client client = server.client();
        assertThat(client.admitted("/exempt", 9)).isEqualTo(9);
        assertNoFields(client.get("/exempt"));
    }

    @ParameterizedTest(name = "{0} ms to wait: Retry-After: {1}")
    @CsvSource({"1,1", "999,1", "1000,1", "1001,2", "10000,10"})
    void retryAfterIsRoundedUpAndNeverZero(long millis, String seconds) throws Exception {
        Client client = server.client();
        client.get("/one");
        server.advance(Duration.ofSeconds(10).minusMillis(millis));
        HttpResponse<String> refused = client.get("/one");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().allValues("Retry-After")).containsExactly(seconds);
        assertThat(refused.headers().allValues("RateLimit")).containsExactly("\"one\";r=0;t=" + seconds);
    }

    @Test
    void whoWaitsAsToldAndIsAloneIsAdmitted() throws Exception {
        Client client = server.client();
        assertThat(client.admitted("/limited/x", 9)).isEqualTo(2);
        for (int i = 0; i < 5; i++) {
            server.advance(Duration.ofMillis(700));
            client.get("/limited/x");
        }
        HttpResponse<String> refused = client.get("/limited/x");
        server.advance(Duration.ofSeconds(
                refused.headers().firstValueAsLong("Retry-After").orElseThrow()));
        assertThat(client.get("/limited/x").statusCode()).isEqualTo(200);
        assertThat(client.get("/limited/x").statusCode()).isEqualTo(429);
    }

    @Test
    @DisplayName("example 25: HEAD draws on the budget of GET; refused, it has the fields and no body")
    void headCountsAsGet() throws Exception {
        Client client = server.client();
        assertThat(client.send("HEAD", "/limited/x").headers().allValues("RateLimit"))
                .containsExactly("\"two\";r=1;t=30");
        client.get("/limited/x");
        String length =
                client.get("/limited/x").headers().firstValue("Content-Length").orElseThrow();
        String refused = server.raw("HEAD /limited/x HTTP/1.1\nHost: localhost\nConnection: close\nX-Forwarded-For: "
                + client.address() + "\n\n");
        assertThat(refused)
                .startsWith("HTTP/1.1 429 ")
                .endsWith("\r\n\r\n")
                .contains("\r\nRetry-After: 30\r\n", "\r\nRateLimit: \"two\";r=0;t=30\r\n")
                .contains("\r\nCache-Control: no-store\r\n", "\r\nContent-Length: " + length + "\r\n");
    }

    @Test
    @DisplayName("example 26: a preflight is not counted and sends no fields; another OPTIONS counts")
    void preflightIsNotCounted() throws Exception {
        Client client = server.client();
        String[] preflight = {"Origin", "https://app.example", "Access-Control-Request-Method", "PUT"};
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer = client.send("OPTIONS", "/limited/x", preflight);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertNoFields(answer);
        }
        assertThat(client.send("OPTIONS", "/limited/x", "Origin", "https://app.example")
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.send("GET", "/limited/x", preflight).statusCode()).isEqualTo(200);
        assertThat(client.send("OPTIONS", "/limited/x").statusCode()).isEqualTo(429);
        assertThat(client.send("OPTIONS", "/limited/x", preflight).statusCode()).isEqualTo(200);
    }

    @Test
    void fieldsAreWrittenBeforeTheServletCanCommit() throws Exception {
        assertThat(server.client().left("/committing")).isEqualTo(4);
    }

    @Test
    @DisplayName("example 29: a line that the application adds stands beside ours")
    void linesOfTheApplicationStay() throws Exception {
        assertThat(server.client().get("/gateway").headers().allValues("RateLimit"))
                .containsExactly("\"own\";r=4;t=48", "\"gw\";r=5;t=1");
    }

    @Test
    void connectionStaysUsableAfterARefusedRequestWithABody() throws Exception {
        Client client = server.client();
        assertThat(client.admitted("/limited/x", 9)).isEqualTo(2);
        String common = " HTTP/1.1\nHost: localhost\nX-Forwarded-For: " + client.address() + "\n";
        String body = "b".repeat(4_000);
        String answers = server.raw("POST /limited/x" + common + "Content-Length: 4000\n\n" + body + "GET /exempt"
                + common + "Connection: close\n\n");
        assertThat(answers).startsWith("HTTP/1.1 429 ").endsWith("ok");
        assertThat(List.of(answers.split("HTTP/1\\.1 "))).hasSize(3);
    }

    private static void assertNoFields(HttpResponse<String> answer) {
        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase().contains("ratelimit") || name.equalsIgnoreCase("Retry-After"));
    }
}
