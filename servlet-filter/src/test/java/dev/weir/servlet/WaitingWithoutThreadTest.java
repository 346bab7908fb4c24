package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that wait for their turn and hold no thread, on a server that has few. */
class WaitingWithoutThreadTest {

    private static final int THREADS = 8;
    private static final int WAITERS = 40;

    @RateLimited(name = "shaped", permits = 10, per = "1s", burst = 1, maxWait = "4s")
    public static class Shaped extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(
            name = "queue",
            permits = 10,
            per = "1s",
            burst = WAITERS + 1,
            algorithm = Algorithm.LEAKY_BUCKET_QUEUE)
    public static class Queue extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "slow", permits = 1, per = "1m", maxWait = "1h")
    public static class Slow extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "synchronous", permits = 10, per = "1s", burst = 1, maxWait = "4s")
    public static class Synchronous extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @ParameterizedTest
    @CsvSource({"auto, /shaped", "auto, /queue", "auto, /synchronous", "true, /shaped", "true, /queue"})
    void manyMoreThanThereAreThreadsWaitAndEachIsServedAtItsTurn(String async, String path) throws Exception {
        try (JettyServer server = server("weir.async", async)) {
            Client client = server.client();
            assertThat(client.get(path).statusCode()).isEqualTo(200);
            List<CompletableFuture<HttpResponse<String>>> waiters = Stream.generate(() -> client.beginToWait(path))
                    .limit(WAITERS)
                    .toList();
            for (int i = 0; i < WAITERS; i++) {
                server.advance(Duration.ofNanos(99_999_999));
                assertThat(server.waiting()).isEqualTo(WAITERS - i);
                server.advance(Duration.ofNanos(1));
                assertThat(waiters.get(i).join().statusCode()).isEqualTo(200);
                assertThat(server.waiting()).isEqualTo(WAITERS - i - 1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/shaped, 5", "/queue, 1"})
    void othersAreServedMeanwhileAndWhoseTurnIsTooFarOffIsRefusedAtOnce(String path, String retryAfter)
            throws Exception {
        try (JettyServer server = server()) {
            Client client = server.client();
            client.get(path);
            for (int i = 0; i < WAITERS; i++) {
                client.beginToWait(path);
            }
            for (int i = 0; i < 2 * THREADS; i++) {
                assertThat(client.get("/free").statusCode()).isEqualTo(200);
                assertThat(client.get(path).statusCode()).isEqualTo(429);
            }
            assertThat(client.get(path).headers().allValues("Retry-After")).containsExactly(retryAfter);
            assertThat(server.client().get(path).statusCode())
                    .as("another client")
                    .isEqualTo(200);
        }
    }

    @Test
    void fieldsTellHowThingsStandAtTheTurn() throws Exception {
        try (JettyServer server = server()) {
            Client client = server.client();
            client.get("/slow");
            CompletableFuture<HttpResponse<String>> second = client.beginToWait("/slow");
            server.advance(Duration.ofMinutes(1));
            HttpResponse<String> answer = second.join();
            assertThat(answer.headers().allValues("RateLimit")).containsExactly("\"slow\";r=0;t=60");
            assertThat(answer.headers().allValues("RateLimit-Policy")).containsExactly("\"slow\";q=1;w=60");
            assertThat(answer.headers().allValues("X-RateLimit-Remaining")).containsExactly("0");
            assertThat(answer.headers().allValues("X-RateLimit-Reset"))
                    .containsExactly("" + JettyServer.NOW.plusSeconds(120).getEpochSecond());
        }
    }

    @Test
    void maxWaitingBoundsHowManyWait() throws Exception {
        try (JettyServer server = server("weir.max-waiting", "5")) {
            Client client = server.client();
            client.get("/shaped");
            CompletableFuture<HttpResponse<String>> first = client.beginToWait("/shaped");
            for (int i = 1; i < 5; i++) {
                client.beginToWait("/shaped");
            }
            for (String over : new String[] {"/shaped", "/shaped"}) {
                assertThat(client.get(over).statusCode()).isEqualTo(429);
            }
            Client other = server.client();
            assertThat(other.get("/slow").statusCode()).isEqualTo(200);
            assertThat(other.get("/slow").statusCode()).as("at another servlet").isEqualTo(429);
            server.advance(Duration.ofMillis(100));
            assertThat(first.join().statusCode()).isEqualTo(200);
            client.beginToWait("/shaped");
            assertThat(client.get("/shaped").statusCode()).isEqualTo(429);
        }
    }

    private static JettyServer server(String... setting) throws Exception {
        JettyServer server = new JettyServer()
                .threads(THREADS)
                .with("weir.deadline", "30s")
                .servlet("/shaped", Shaped.class)
                .servlet("/queue", Queue.class)
                .servlet("/slow", Slow.class)
                .servlet("/free", OkServlet.class);
        server.context.addServlet(Synchronous.class, "/synchronous"); // which is not registered as asynchronous
        if (setting.length > 0) {
            server.with(setting[0], setting[1]);
        }
        return server.start();
    }
}
