package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.http.RequestView;
import dev.weir.http.SettlingCostResolver;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servlets whose cost is an estimate at first: {@link RateLimitFilter#settle}. */
class SettlingServletTest {

    private JettyServer server;
    private Client client;

    /** Estimates what a field says; the servlet's answer is what it has really cost. */
    private static final class Tokens implements SettlingCostResolver {
        @Override
        public long cost(RequestView request) {
            return Long.parseLong(String.valueOf(request.header("Estimate")));
        }

        @Override
        public OptionalLong actual(Object answer) {
            return OptionalLong.of((Long) answer);
        }
    }

    /** Settles by the field {@code Used}, in the way that its path info names. */
    @RateLimited(name = "requests", permits = 1_000, per = "1h")
    @RateLimited(name = "tokens", permits = 100, per = "1m", costBy = "tokens", unit = "tokens")
    public static class Completion extends OkServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            switch (String.valueOf(request.getPathInfo())) {
                case "/wrapped" -> settle(new HttpServletRequestWrapper(request));
                case "/later" -> {
                    AsyncContext later = request.startAsync();
                    later.start(() -> {
                        settle(request);
                        later.complete();
                    });
                    return;
                }
                default -> settle(request);
            }
            super.service(request, response);
        }

        private static void settle(HttpServletRequest request) {
            String used = request.getHeader("Used");
            if (used != null) {
                RateLimitFilter.settle(request, Long.valueOf(used));
            }
        }
    }

    /** Looks at what is left of the same tokens. */
    @RateLimited(name = "tokens", permits = 100, per = "1m", cost = 0, unit = "tokens")
    public static class Left extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "patient", permits = 1, per = "1m", costBy = "tokens", maxWait = "1h")
    public static class Patient extends Completion {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void start() throws Exception {
        server = new JettyServer()
                .with("weir.deadline", "30s")
                .with(builder -> builder.costResolver("tokens", new Tokens()))
                .servlet("/completion/*", Completion.class)
                .servlet("/patient", Patient.class)
                .servlet("/left", Left.class)
                .start();
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}: estimate {1}, cost {2}")
    @CsvSource(textBlock = """
            /here,    60, 10, 90
            /here,    60, 60, 40
            /here,    60, 0,  100
            /here,    10, 50, 50
            /wrapped, 60, 10, 90
            /later,   60, 10, 90
            /later,   10, 50, 50
            """)
    void whatWasNotUsedIsGivenBackAndWhatIsMissingIsOwed(String how, String estimate, String used, long left)
            throws Exception {
        assertThat(client.send("GET", "/completion" + how, "Estimate", estimate, "Used", used)
                        .statusCode())
                .isEqualTo(200);
        server.awaitWaiting(0);
        assertThat(client.left("/left")).isEqualTo(left);
    }

    @Test
    void estimateStandsWhereTheServletDoesNotSettle() throws Exception {
        HttpResponse<String> answer = client.send("GET", "/completion/here", "Estimate", "60");
        assertThat(answer.headers().firstValue("RateLimit").orElseThrow()).contains("\"tokens\";r=40;t=24");
        assertThat(client.left("/left")).isEqualTo(40);
    }

    @Test
    void whoHasWaitedForItsTurnSettlesToo() throws Exception {
        client.send("GET", "/patient", "Estimate", "1", "Used", "1");
        CompletableFuture<HttpResponse<String>> waiter = client.begin("/patient", "Estimate", "1", "Used", "0");
        server.awaitWaiting(2); // for its turn, and for the settlement
        server.advance(Duration.ofMinutes(1));
        assertThat(waiter.join().statusCode()).isEqualTo(200);
        server.awaitWaiting(0);
        assertThat(client.send("GET", "/patient", "Estimate", "1", "Used", "1").statusCode())
                .as("by what the one before it gave back")
                .isEqualTo(200);
    }
}
