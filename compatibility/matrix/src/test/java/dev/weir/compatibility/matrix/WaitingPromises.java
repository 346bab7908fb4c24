package dev.weir.compatibility.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests that are let wait for their turn. Three at once, for turns 250 ms apart: the last one waits however late it is. */
abstract class WaitingPromises extends Promises {

    @Test
    @NotOn(value = "none", why = "there are no servlets")
    void servletsWaitWithoutAThread() {
        // they come back by a dispatch of their own
        assertThat(threeAtOnce("/plain/patient")).anyMatch(body -> body.startsWith("ASYNC "));
    }

    @Test
    @NotOn(value = "none", why = "there are no servlets")
    void servletsBehindAnotherFilterWaitWithAThread() {
        assertThat(threeAtOnce("/front/patient")).allMatch(body -> body.startsWith("REQUEST "));
    }

    @Test
    @NotOn(value = "servlets", why = "there are no resources")
    void resourcesWaitWithAThread() {
        assertThat(threeAtOnce("/plain/api/patient")).hasSize(3);
    }

    private List<String> threeAtOnce(String path) {
        List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, 3)
                .mapToObj(i -> client.begin("POST", path, "body-" + i))
                .toList();
        return IntStream.range(0, 3)
                .mapToObj(i -> {
                    String body = assertStatus(200, waiting.get(i).join()).body();
                    assertThat(body).contains("body-" + i);
                    return body;
                })
                .toList();
    }
}
