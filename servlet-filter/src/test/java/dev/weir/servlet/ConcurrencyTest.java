package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/** Many requests of one client at once: exactly the limit passes, never one more, never one less. */
class ConcurrencyTest {

    private static JettyServer server;

    @RateLimited(name = "hundred", permits = 100, per = "1h")
    public static class Limited extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @BeforeAll
    static void start() throws Exception {
        server = new JettyServer().servlet("/", Limited.class).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @RepeatedTest(50)
    void ofTwoHundredAtOnceExactlyAHundredPass() {
        Client client = server.client();
        List<CompletableFuture<Integer>> answers = Stream.generate(() -> client.request("GET", "/"))
                .limit(200)
                .map(request -> server.http()
                        .sendAsync(request, BodyHandlers.discarding())
                        .thenApply(HttpResponse::statusCode))
                .toList();
        List<Integer> statuses = answers.stream().map(CompletableFuture::join).toList();
        assertThat(statuses).containsOnly(200, 429);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(100);
    }
}
