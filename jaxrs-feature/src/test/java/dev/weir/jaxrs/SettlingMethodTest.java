package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import dev.weir.http.RequestView;
import dev.weir.http.SettlingCostResolver;
import dev.weir.http.Weir;
import dev.weir.servlet.RateLimitFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Costs that are estimates until the method has answered. */
class SettlingMethodTest {

    /** Estimates 60, and settles by answers such as {@code used 10}. */
    private static final class Tokens implements SettlingCostResolver {
        final List<String> answers = new CopyOnWriteArrayList<>();

        @Override
        public long cost(RequestView request) {
            return 60;
        }

        @Override
        public OptionalLong actual(Object answer) {
            answers.add(answer instanceof byte[] ? "bytes" : String.valueOf(answer));
            return answer instanceof String text && text.startsWith("used ")
                    ? OptionalLong.of(Long.parseLong(text.substring(5)))
                    : OptionalLong.empty();
        }
    }

    @Path("completions")
    public static class Completions {
        @GET
        @Path("entity")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public String entity(@QueryParam("used") String used) {
            return "used " + used;
        }

        @GET
        @Path("response")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public Response response(@QueryParam("used") String used) {
            return Response.ok("used " + used).build();
        }

        @GET
        @Path("stage")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public CompletionStage<String> stage(@QueryParam("used") String used) {
            return CompletableFuture.supplyAsync(() -> "used " + used);
        }

        @GET
        @Path("suspended")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public void suspended(@QueryParam("used") String used, @Suspended AsyncResponse response) {
            CompletableFuture.runAsync(() -> response.resume("used " + used));
        }

        @GET
        @Path("by-address")
        @RateLimited(name = "tokens-of-address", permits = 100, per = "1m", costBy = "tokens", key = "ip")
        public String byAddress(@QueryParam("used") String used) {
            return "used " + used;
        }

        @GET
        @Path("unmapped")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public String unmapped() {
            throw new IllegalStateException("a bug, which the test wants");
        }

        @GET
        @Path("mapped")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public String mapped() {
            throw new MappedException();
        }

        @GET
        @Path("thrown")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public String thrown() {
            throw new WebApplicationException(
                    Response.status(409).entity("thrown").build());
        }

        @GET
        @Path("failing-stage")
        @RateLimited(name = "tokens", permits = 100, per = "1m", unit = "tokens", costBy = "tokens")
        public CompletionStage<String> failingStage() {
            return CompletableFuture.failedFuture(new MappedException());
        }

        @GET
        @Path("refused-later")
        @RateLimited(name = "early", permits = 1_000, per = "1m", costBy = "tokens", key = "ip")
        @RateLimited(name = "late", permits = 1, per = "1m", key = "global")
        public String refusedLater() {
            return "used 10";
        }
    }

    public static class MappedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    public static class Mapper implements ExceptionMapper<MappedException> {
        @Override
        public Response toResponse(MappedException exception) {
            return Response.status(418).entity("mapped").build();
        }
    }

    private final ManualTicker ticker = new ManualTicker();
    private final Tokens tokens = new Tokens();
    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = plan(weir()).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            entity     | 10 | "tokens";r=90;t=54
            entity     | 60 | "tokens";r=40;t=24
            entity     | 80 | "tokens";r=20;t=12
            response   | 10 | "tokens";r=90;t=54
            stage      | 10 | "tokens";r=90;t=54
            stage      | 80 | "tokens";r=20;t=12
            suspended  | 10 | "tokens";r=90;t=54
            suspended  | 80 | "tokens";r=20;t=12
            by-address | 10 | "tokens-of-address";r=90;t=54
            """)
    void fieldsOfTheVeryResponseTellWhatIsLeftAfterSettling(String path, String used, String left) {
        Reply reply = server.get("api/completions/" + path + "?used=" + used);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("used " + used);
        assertThat(reply.lines("RateLimit")).containsExactly(left);
        assertThat(tokens.answers).containsExactly("used " + used);
        assertThat(ticker.waiting()).as("nothing is left to settle").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "stage", "suspended"})
    void whatIsGivenBackMayBeTakenAgain(String path) {
        for (int i = 1; i <= 5; i++) {
            assertThat(server.get("api/completions/" + path + "?used=10").lines("X-RateLimit-Remaining"))
                    .containsExactly("" + (100 - 10 * i));
        }
        assertThat(server.get("api/completions/" + path + "?used=10").status()).isEqualTo(429);
    }

    @ParameterizedTest
    @CsvSource({"unmapped, 500", "mapped, 418", "thrown, 409", "failing-stage, 418"})
    void estimateStandsWhereTheMethodThrows(String path, int status) {
        Reply reply = server.get("api/completions/" + path);
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
        assertThat(reply.lines("RateLimit")).containsExactly("\"tokens\";r=40;t=24");
        assertThat(server.get("api/completions/entity?used=10").status()).isEqualTo(429);
    }

    @Test
    void refusalIsNoAnswerOfTheMethod() {
        assertThat(server.get("api/completions/refused-later").status()).isEqualTo(200);
        Reply refused = server.get("api/completions/refused-later");
        assertThat(refused.status()).as("%s", refused).isEqualTo(429);
        assertThat(tokens.answers).containsExactly("used 10", "null");
    }

    @Test
    void filterInFrontAndMethodTellTogetherWhatIsLeftAfterSettling() throws Exception {
        Weir weir = weir("weir.default-limits", "1000/1h", "weir.jaxrs-default", "true");
        try (JaxrsServer both = plan(weir).filter(new RateLimitFilter(weir)).start()) {
            Reply reply = both.get("api/completions/entity?used=10");
            assertThat(reply.status()).as("%s", reply).isEqualTo(200);
            assertThat(reply.lines("RateLimit")).hasSize(1);
            assertThat(reply.limit()).endsWith(";r=999;t=3597, \"tokens\";r=90;t=54");
        }
    }

    private Weir weir(String... settings) {
        return TestWeir.builder(ticker, settings).costResolver("tokens", tokens).build();
    }

    private static JaxrsServer.Plan plan(Weir weir) {
        return JaxrsServer.of(Completions.class).weir(weir).providers(new Mapper());
    }
}
