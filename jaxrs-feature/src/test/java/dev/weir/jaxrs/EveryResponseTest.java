package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every response of a limited method tells about its limits, whoever made it; but for those that everybody may get. */
class EveryResponseTest {

    private static final String FIRST = "\"things-name-1m\";r=9;t=54";

    @Path("things/{name}")
    public static class Things {
        @GET
        @RateLimited(permits = 10, per = "1m")
        public Response get(@PathParam("name") String name) throws Exception {
            return switch (name) {
                case "unmapped" -> throw new IllegalStateException("a bug, which the test wants");
                case "checked" -> throw new Exception("a bug, which the test wants");
                case "mapped" -> throw new MappedException();
                case "thrown" ->
                    throw new WebApplicationException(
                            Response.status(409).entity("thrown").build());
                case "missing" -> throw new NotFoundException();
                case "absent" -> Response.status(404).build();
                case "nothing" -> Response.noContent().build();
                case "public" -> cached("public, max-age=60");
                case "shared" -> cached("max-age=5, s-maxage=60");
                case "private" -> cached("private, max-age=60");
                case "of-gateway" ->
                    Response.ok("found")
                            .header("RateLimit", "\"gateway\";r=5;t=1")
                            .header("RateLimit-Policy", "\"gateway\";q=5;w=1")
                            .build();
                default -> Response.ok("found").build();
            };
        }

        private static Response cached(String control) {
            return Response.ok("found").header("Cache-Control", control).build();
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

    public static class LateCaching implements ContainerResponseFilter {
        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            if (request.getHeaderString("Cache-This") != null) {
                response.getHeaders().putSingle("Cache-Control", "public");
            }
        }
    }

    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Things.class)
                .providers(new Mapper(), new LateCaching())
                .weir(TestWeir.of(new ManualTicker()))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "plain, 200",
        "nothing, 204",
        "absent, 404",
        "missing, 404",
        "thrown, 409",
        "mapped, 418",
        "private, 200",
    })
    void responseTellsAboutTheLimitOnce(String name, int status) {
        Reply reply = server.get("api/things/" + name);
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
        assertThat(reply.lines("RateLimit")).containsExactly(FIRST);
        assertThat(reply.lines("RateLimit-Policy")).containsExactly("\"things-name-1m\";q=10;w=60");
        assertThat(reply.lines("X-RateLimit-Remaining")).containsExactly("9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unmapped", "checked"})
    void responseTellsAboutTheLimitThoughNobodyExpectedTheException(String name) {
        Reply reply = server.get("api/things/" + name);
        assertThat(reply.status()).as("%s", reply).isEqualTo(500);
        assertThat(reply.lines("RateLimit")).containsExactly(FIRST);
        assertThat(reply.lines("X-RateLimit-Remaining")).containsExactly("9");
    }

    @Test
    void exceptionIsCharged() {
        server.get("api/things/unmapped");
        server.get("api/things/thrown");
        assertThat(server.get("api/things/plain").lines("X-RateLimit-Remaining"))
                .containsExactly("7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "shared"})
    void responseThatEverybodyMayGetTellsNobodysFigures(String name) {
        Reply reply = server.get("api/things/" + name);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.isSilent()).as("%s", reply).isTrue();
    }

    @Test
    void responseThatAFilterMakesCacheableTellsNobodysFigures() {
        Reply reply = server.get("api/things/plain", "Cache-This", "yes");
        assertThat(reply.field("Cache-Control")).isEqualTo("public");
        assertThat(reply.isSilent()).as("%s", reply).isTrue();
    }

    @Test
    void cacheableResponseIsChargedAllTheSame() {
        server.get("api/things/public");
        assertThat(server.get("api/things/plain").lines("X-RateLimit-Remaining"))
                .containsExactly("8");
    }

    @Test
    void linesOfTheApplicationStandBesideOurs() {
        Reply reply = server.get("api/things/of-gateway");
        assertThat(reply.lines("RateLimit")).containsExactlyInAnyOrder(FIRST, "\"gateway\";r=5;t=1");
        assertThat(reply.lines("RateLimit-Policy"))
                .containsExactlyInAnyOrder("\"things-name-1m\";q=10;w=60", "\"gateway\";q=5;w=1");
    }
}
