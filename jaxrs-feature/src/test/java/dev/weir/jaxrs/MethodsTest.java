package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What HEAD and OPTIONS cost. */
class MethodsTest {

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(permits = 2, per = "1m")
        public String search() {
            return "found";
        }

        @POST
        @RateLimited(permits = 5, per = "1m")
        public String save() {
            return "saved";
        }
    }

    @Path("options")
    @RateLimited(permits = 3, per = "1m")
    public static class Options {
        @GET
        public String get() {
            return "got";
        }

        @OPTIONS
        public Response options() {
            return Response.noContent().header("Allow", "GET").build();
        }
    }

    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Search.class, Options.class)
                .weir(TestWeir.of(new ManualTicker()))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void headSharesTheBudgetOfGet() {
        Reply head = server.send("HEAD", "api/search");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.limit()).isEqualTo("\"search-1m\";r=1;t=30");
        assertThat(server.get("api/search").limit()).isEqualTo("\"search-1m\";r=0;t=30");
        Reply refused = server.send("HEAD", "api/search");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.field("Retry-After")).isEqualTo("30");
        assertThat(refused.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(refused.body()).isEmpty();
    }

    @Test
    void postHasALimitOfItsOwn() {
        assertThat(server.send("POST", "api/search").limit()).isEqualTo("\"search-post-1m\";r=4;t=48");
        assertThat(server.get("api/search").limit()).isEqualTo("\"search-1m\";r=1;t=30");
    }

    @Test
    void methodOverrideHeaderChangesNothing() {
        Reply reply = server.get("api/search", "X-HTTP-Method-Override", "POST");
        assertThat(reply.body()).isEqualTo("found");
        assertThat(reply.limit()).isEqualTo("\"search-1m\";r=1;t=30");
    }

    @Test
    void automaticOptionsIsAnsweredAndFree() {
        Reply reply = server.send("OPTIONS", "api/search");
        assertThat(reply.status()).isBetween(200, 204);
        assertThat(reply.field("Allow")).contains("GET").contains("POST");
        assertThat(reply.isSilent()).as("%s", reply).isTrue();
        assertThat(server.get("api/search").limit()).isEqualTo("\"search-1m\";r=1;t=30");
    }

    @Test
    void preflightIsFreeAndToldNothing() {
        for (int i = 0; i < 5; i++) {
            Reply preflight = server.send(
                    "OPTIONS", "api/options", "Origin", "http://a.example", "Access-Control-Request-Method", "GET");
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(preflight.isSilent()).as("%s", preflight).isTrue();
        }
        assertThat(server.get("api/options").limit()).isEqualTo("\"options-1m\";r=2;t=40");
    }

    @Test
    void plainOptionsOfTheApplicationCountsLikeGet() {
        assertThat(server.send("OPTIONS", "api/options").limit()).isEqualTo("\"options-1m\";r=2;t=40");
        assertThat(server.send("OPTIONS", "api/options", "Origin", "http://a.example")
                        .limit())
                .isEqualTo("\"options-1m\";r=1;t=20");
    }
}
