package dev.weir.compatibility.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Resource methods, of which only an annotation says that they are limited. */
abstract class ResourcePromises extends Promises {

    private static final String NO_RESOURCES = "there are no resources";

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void methodIsLimitedWithNothingRegistered() {
        HttpResponse<String> first = assertStatus(200, client.get("/plain/api/plain"));
        assertThat(first.headers().allValues("RateLimit-Policy")).containsExactly("\"plain\";q=3;w=3600");
        assertThat(first.headers().allValues("RateLimit")).containsExactly("\"plain\";r=2;t=2400");
        assertThat(first.headers().allValues("X-RateLimit-Limit")).containsExactly("3");
        assertThat(first.headers().allValues("X-RateLimit-Remaining")).containsExactly("2");
        assertLeft(client.get("/plain/api/plain"), "plain", 1);
        assertLeft(client.get("/plain/api/plain"), "plain", 0);
        ServletPromises.assertRefusal(client.get("/plain/api/plain"), "plain");
        assertLeft(assertStatus(200, client.post("/plain/api/plain", "x")), "plain-post", 2);
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void registeredByHandAsWellTheFeatureChargesOnce() {
        for (int remaining = 2; remaining >= 0; remaining--) {
            assertLeft(assertStatus(200, client.get("/hand/api/plain")), "plain", remaining);
        }
        ServletPromises.assertRefusal(client.get("/hand/api/plain"), "plain");
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void methodsOfAClassShareItsLimitAndTheExemptHasNone() {
        assertLeft(assertStatus(200, client.get("/plain/api/shared/one")), "shared", 2);
        assertLeft(assertStatus(200, client.get("/plain/api/shared/other")), "shared", 1);
        assertUnlimited(assertStatus(200, client.get("/plain/api/shared/exempt")));
        assertLeft(client.get("/plain/api/shared/one"), "shared", 0);
        assertStatus(429, client.get("/plain/api/shared/other"));
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void methodWithoutALimitIsNotLimited() {
        assertUnlimited(assertStatus(200, client.get("/plain/api/plain/free")));
        assertUnlimited(assertStatus(200, client.get("/plain/api/shop/orders/1/free")));
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void subResourceIsLimited() {
        assertLeft(assertStatus(200, client.get("/plain/api/shop/orders/1")), "orders", 1);
        assertLeft(assertStatus(200, client.get("/plain/api/shop/orders/2")), "orders", 0);
        assertStatus(429, client.get("/plain/api/shop/orders/3"));
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void limitOnAnInterfaceHolds() {
        assertLeft(assertStatus(200, client.get("/plain/api/catalogue")), "catalogue", 1);
        assertLeft(assertStatus(200, client.get("/plain/api/catalogue")), "catalogue", 0);
        assertStatus(429, client.get("/plain/api/catalogue"));
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void suspendedAnswerIsChargedOnce() {
        assertChargedOnce(200, "/plain/api/async/suspended", "suspended");
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void suspendedAnswerThatTimesOutIsChargedOnce() {
        assertLeft(assertStatus(503, client.get("/plain/api/async/timeout")), "timeout", 2);
        assertLeft(assertStatus(200, client.get("/plain/api/async/timeout?now=1")), "timeout", 1);
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void completionStageIsChargedOnce() {
        assertChargedOnce(200, "/plain/api/async/stage", "stage");
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void streamingOutputIsChargedOnceAtItsStart() {
        assertThat(assertChargedOnce(200, "/plain/api/streams/bytes", "bytes").body())
                .isEqualTo("part 0\npart 1\npart 2\n");
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void serverSentEventsAreChargedOnceAtTheirStart() {
        HttpResponse<String> events = assertStatus(200, client.get("/plain/api/streams/events"));
        assertLeft(events, "events", 2);
        assertThat(events.body().lines().filter(line -> line.startsWith("data:")))
                .hasSize(3);
        assertLeft(client.get("/plain/api/streams/events"), "events", 1);
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    @NotOn(
            value = {"jersey", "cxf"},
            why = "it knows no reactive type but CompletionStage without an extension")
    void reactiveStreamIsChargedOnceAtItsStart() {
        assertThat(assertChargedOnce(200, "/plain/api/reactive", "reactive")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("data:")))
                .hasSize(3);
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void multipartIsChargedOnceAndArrivesWhole() {
        String body = "--limit\r\nContent-Disposition: form-data; name=\"one\"\r\n\r\nfirst\r\n"
                + "--limit\r\nContent-Disposition: form-data; name=\"two\"; filename=\"f\"\r\n"
                + "Content-Type: text/plain\r\n\r\nsecond\r\n--limit--\r\n";
        for (int remaining = 2; remaining >= 0; remaining--) {
            HttpResponse<String> response =
                    client.post("/plain/api/parts", body, "Content-Type", "multipart/form-data; boundary=limit");
            assertLeft(assertStatus(200, response), "parts", remaining);
            assertThat(response.body()).isEqualTo("firstsecond");
        }
        ServletPromises.assertRefusal(
                client.post("/plain/api/parts", body, "Content-Type", "multipart/form-data; boundary=limit"), "parts");
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void headIsLimitedWithGet() {
        assertLeft(assertStatus(200, client.get("/plain/api/plain/methods")), "plain-methods", 2);
        assertLeft(assertStatus(200, client.send("HEAD", "/plain/api/plain/methods", "")), "plain-methods", 1);
        assertLeft(client.get("/plain/api/plain/methods"), "plain-methods", 0);
        HttpResponse<String> refused = assertStatus(429, client.send("HEAD", "/plain/api/plain/methods", ""));
        assertThat(refused.body()).isEmpty();
        assertThat(refused.headers().allValues("Retry-After")).hasSize(1);
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void automaticOptionsAndPreflightsAreNotCharged() {
        for (int i = 0; i < 4; i++) {
            assertUnlimited(client.send("OPTIONS", "/hand/api/plain/methods", ""));
            assertUnlimited(client.send(
                    "OPTIONS",
                    "/hand/api/plain/methods",
                    "",
                    "Origin",
                    "https://elsewhere.example",
                    "Access-Control-Request-Method",
                    "GET"));
        }
        assertLeft(client.get("/hand/api/plain/methods"), "plain-methods", 2);
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    @NotOn(value = "none", why = "there is no servlet filter in front")
    void corsFilterInFrontOfResourcesExposesTheFieldsOfAdmittedAndRefused() {
        for (int status : new int[] {200, 200, 200, 429}) {
            HttpResponse<String> response =
                    assertStatus(status, client.get("/front/api/plain", "Origin", "https://elsewhere.example"));
            assertThat(response.headers().allValues("Access-Control-Expose-Headers"))
                    .containsExactly("RateLimit, RateLimit-Policy, Retry-After");
            assertThat(response.headers().allValues("RateLimit")).hasSize(1);
        }
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    void exceptionIsChargedOnce() {
        for (int i = 0; i < 3; i++) {
            assertStatus(500, client.get("/plain/api/failing"));
        }
        ServletPromises.assertRefusal(client.get("/plain/api/failing"), "failing");
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    @NotOn(
            value = {"undertow+cxf", "undertow+jersey"},
            why = ServletPromises.CLEARED)
    @NotOn(
            value = "none",
            why = "without a servlet container, the page of an exception that nobody maps is the server's")
    void exceptionKeepsTheFields() {
        assertLeft(assertStatus(500, client.get("/hand/api/failing")), "failing", 2);
    }

    @Test
    @NotOn(value = "servlets", why = NO_RESOURCES)
    @NotOn(value = "none", why = "this server is started without HTTP/2")
    void resourcesOverHttp2AreLimitedAlike() {
        for (int remaining = 2; remaining >= 0; remaining--) {
            HttpResponse<String> response = client.get2("/front/api/shared/one");
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertLeft(assertStatus(200, response), "shared", remaining);
        }
        ServletPromises.assertRefusal(client.get2("/front/api/shared/one"), "shared");
    }

    private HttpResponse<String> assertChargedOnce(int status, String path, String policy) {
        HttpResponse<String> first = assertLeft(assertStatus(status, client.get(path)), policy, 2);
        assertLeft(assertStatus(status, client.get(path)), policy, 1);
        assertLeft(assertStatus(status, client.get(path)), policy, 0);
        assertStatus(429, client.get(path));
        return first;
    }
}
