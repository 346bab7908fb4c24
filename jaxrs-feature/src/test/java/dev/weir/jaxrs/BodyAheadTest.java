package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import dev.weir.http.CostResolver;
import dev.weir.http.RequestView;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Form;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cost resolver has read of the body is there for the method all the same. */
class BodyAheadTest {

    private static final int AHEAD = 8;
    private static final String FORM = "application/x-www-form-urlencoded";

    /** One permit for each byte that it reads. */
    private static final class Length implements CostResolver {
        @Override
        public long cost(RequestView request) {
            try {
                return request.body(AHEAD).length;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Path("echo")
    public static class Echo {
        @POST
        @Path("text")
        @Consumes("text/plain")
        @RateLimited(name = "text", permits = 100, per = "100s", costBy = "length")
        public String text(String body) {
            return body;
        }

        @POST
        @Path("twice")
        @Consumes("text/plain")
        @RateLimited(name = "before", permits = 100, per = "100s", costBy = "length", key = "ip")
        @RateLimited(name = "after", permits = 100, per = "100s", costBy = "length", key = "global")
        public String twice(String body) {
            return body;
        }

        @POST
        @Path("stream")
        @Consumes("text/plain")
        @RateLimited(name = "stream", permits = 100, per = "100s", costBy = "length")
        public String stream(InputStream body) throws IOException {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }

        @POST
        @Path("field")
        @Consumes(FORM)
        @RateLimited(name = "field", permits = 100, per = "100s", costBy = "length")
        public String field(@FormParam("name") String name, @FormParam("other") String other) {
            return "name=" + name + "&other=" + other;
        }

        @POST
        @Path("form")
        @Consumes(FORM)
        @RateLimited(name = "form", permits = 100, per = "100s", costBy = "length")
        public String form(Form form) {
            return "name=" + form.asMap().getFirst("name") + "&other="
                    + form.asMap().getFirst("other");
        }

        @GET
        @Path("nothing")
        @RateLimited(name = "nothing", permits = 100, per = "100s", costBy = "length")
        public String nothing() {
            return "nothing";
        }
    }

    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Echo.class)
                .weir(TestWeir.builder(new ManualTicker())
                        .costResolver("length", new Length())
                        .build())
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "text, '', 100",
        "text, short, 95",
        "text, of eight, 92",
        "text, longer than eight, 92",
        "stream, '', 100",
        "stream, short, 95",
        "stream, longer than eight, 92",
    })
    void methodReadsTheWholeBody(String path, String body, String left) {
        Reply reply = server.post("api/echo/" + path, "text/plain", body);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(body);
        assertThat(reply.lines("X-RateLimit-Remaining")).containsExactly(left);
    }

    @Test
    void bodyOfManyBuffersArrivesWhole() {
        String body = "0123456789".repeat(20_000);
        assertThat(server.post("api/echo/text", "text/plain", body).body()).isEqualTo(body);
    }

    @Test
    void bodyIsReadAheadByAsManyAsLike() {
        Reply reply = server.post("api/echo/twice", "text/plain", "longer than eight");
        assertThat(reply.body()).as("%s", reply).isEqualTo("longer than eight");
        assertThat(reply.lines("RateLimit")).containsExactly("\"before\";r=92;t=92, \"after\";r=92;t=92");
    }

    @ParameterizedTest
    @ValueSource(strings = {"field", "form"})
    void methodReadsTheWholeForm(String path) {
        String form = "name=value&other=longer+than+eight";
        Reply reply = server.post("api/echo/" + path, FORM, form);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("name=value&other=longer than eight");
        assertThat(reply.lines("X-RateLimit-Remaining")).containsExactly("92");
    }

    @Test
    void requestWithoutBodyHasNoBytes() {
        Reply reply = server.get("api/echo/nothing");
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.lines("X-RateLimit-Remaining")).containsExactly("100");
    }
}
