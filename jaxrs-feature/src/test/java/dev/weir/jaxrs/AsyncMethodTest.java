package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that answer from another thread. */
class AsyncMethodTest {

    @Path("later")
    public static class Later {
        @GET
        @Path("stage")
        @RateLimited(permits = 3, per = "1m", name = "stage")
        public CompletionStage<String> stage() {
            return CompletableFuture.supplyAsync(() -> "done");
        }

        @GET
        @Path("suspended")
        @RateLimited(permits = 3, per = "1m", name = "suspended")
        public void suspended(@Suspended AsyncResponse response) {
            CompletableFuture.runAsync(() -> response.resume("done"));
        }

        @GET
        @Path("failing")
        @RateLimited(permits = 3, per = "1m", name = "failing")
        public CompletionStage<String> failing() {
            return CompletableFuture.supplyAsync(() -> {
                throw new IllegalStateException("a bug, which the test wants");
            });
        }

        @GET
        @Path("beside")
        @RateLimited(permits = 3, per = "1m", name = "beside")
        public void beside(@Suspended AsyncResponse response) {
            CompletableFuture.runAsync(() -> response.resume(
                    Response.ok("done").header("RateLimit", "\"gateway\";r=5").build()));
        }

        @GET
        @Path("public")
        @RateLimited(permits = 3, per = "1m", name = "public")
        public CompletionStage<Response> cached() {
            return CompletableFuture.supplyAsync(
                    () -> Response.ok("done").header("Cache-Control", "public").build());
        }
    }

    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Later.class)
                .weir(TestWeir.of(new ManualTicker()))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage", "suspended"})
    void laterAnswerIsChargedOnceAndTellsAboutTheLimit(String name) {
        for (int left = 2; left >= 0; left--) {
            Reply reply = server.get("api/later/" + name);
            assertThat(reply.status()).as("%s", reply).isEqualTo(200);
            assertThat(reply.body()).isEqualTo("done");
            assertThat(reply.lines("RateLimit"))
                    .containsExactly("\"" + name + "\";r=" + left + ";t=" + Math.max(20, left * 20));
        }
        assertThat(server.get("api/later/" + name).status()).isEqualTo(429);
    }

    @Test
    void laterFailureTellsAboutTheLimit() {
        Reply reply = server.get("api/later/failing");
        assertThat(reply.status()).as("%s", reply).isEqualTo(500);
        assertThat(reply.lines("RateLimit")).containsExactly("\"failing\";r=2;t=40");
    }

    @Test
    void linesOfALaterAnswerStandBesideOurs() {
        assertThat(server.get("api/later/beside").lines("RateLimit"))
                .containsExactlyInAnyOrder("\"beside\";r=2;t=40", "\"gateway\";r=5");
    }

    @Test
    void laterAnswerThatEverybodyMayGetTellsNobodysFigures() {
        Reply reply = server.get("api/later/public");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.isSilent()).as("%s", reply).isTrue();
    }
}
