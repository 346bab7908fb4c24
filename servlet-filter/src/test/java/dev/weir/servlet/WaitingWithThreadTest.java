package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that hold a thread while they wait for their turn: never all that there are. */
class WaitingWithThreadTest {

    private static final int THREADS = 8;
    private static final int MAX_WAITING = 4;

    @RateLimited(name = "shaped", permits = 10, per = "1s", burst = 1, maxWait = "1h")
    public static class Shaped extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "queue", permits = 10, per = "1s", burst = 100, algorithm = Algorithm.LEAKY_BUCKET_QUEUE)
    public static class Queue extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    /** Runs for requests as clients send them, behind Weir's. */
    public static class Another extends HttpFilter {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            response.setHeader("Another", "ran");
            chain.doFilter(request, response);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "weir.async is false, /shaped",
        "weir.async is false, /queue",
        "another filter, /shaped",
        "another filter, /queue",
        "filter without async, /shaped",
        "filter without async, /queue",
    })
    void fewWaitTheRestIsRefusedAtOnceAndOthersAreServed(String why, String path) throws Exception {
        try (JettyServer server = server(why)) {
            Client client = server.client();
            assertThat(client.get(path).statusCode()).isEqualTo(200);
            List<CompletableFuture<HttpResponse<String>>> waiters = new ArrayList<>();
            for (int i = 0; i < MAX_WAITING; i++) {
                waiters.add(client.beginToWait(path));
            }
            for (int i = 0; i < 2 * THREADS; i++) {
                HttpResponse<String> refused = client.get(path);
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.headers().allValues("Retry-After")).containsExactly("1");
                assertThat(client.get("/free").statusCode()).isEqualTo(200);
            }
            for (int i = 0; i < MAX_WAITING; i++) {
                server.advance(Duration.ofNanos(99_999_999));
                assertThat(server.waiting()).isEqualTo(MAX_WAITING - i);
                server.advance(Duration.ofNanos(1));
                assertThat(waiters.get(i).join().statusCode()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weir.async is false", "another filter", "filter without async"})
    void placeIsFreeAgainAfterTheTurn(String why) throws Exception {
        try (JettyServer server = server(why, "weir.max-waiting-threads", "1")) {
            Client client = server.client();
            client.get("/shaped");
            for (int i = 0; i < 3; i++) {
                CompletableFuture<HttpResponse<String>> waiter = client.beginToWait("/shaped");
                assertThat(client.get("/shaped").statusCode()).isEqualTo(429);
                server.advance(Duration.ofMillis(100));
                assertThat(waiter.join().statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void whoHasWaitedPassesTheOtherFilters() throws Exception {
        try (JettyServer server = server("another filter")) {
            Client client = server.client();
            assertThat(client.get("/shaped").headers().allValues("Another")).containsExactly("ran");
            CompletableFuture<HttpResponse<String>> waiter = client.beginToWait("/shaped");
            server.advance(Duration.ofMillis(100));
            assertThat(waiter.join().headers().allValues("Another")).containsExactly("ran");
        }
    }

    private static JettyServer server(String why, String... setting) throws Exception {
        JettyServer server = new JettyServer()
                .threads(THREADS)
                .with("weir.deadline", "30s")
                .with("weir.async", why.equals("weir.async is false") ? "false" : "auto")
                .servlet("/shaped", Shaped.class)
                .servlet("/queue", Queue.class)
                .servlet("/free", OkServlet.class);
        if (setting.length > 0) {
            server.with(setting[0], setting[1]);
        }
        if (why.equals("another filter")) {
            FilterHolder another = new FilterHolder(Another.class);
            another.setAsyncSupported(true);
            server.filter(another);
        }
        return why.equals("filter without async") ? server.withoutAsync().start() : server.start();
    }
}
