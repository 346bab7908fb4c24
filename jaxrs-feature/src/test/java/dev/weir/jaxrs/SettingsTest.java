package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a feature that nobody gave a Weir finds its settings. */
class SettingsTest {

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(permits = 3, per = "1h", name = "search")
        public String search() {
            return "found";
        }
    }

    @Test
    void featureWithoutSettingsWorksByTheDefaults() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class).start()) {
            Reply reply = server.get("api/search");
            assertThat(reply.limit()).as("%s", reply).isEqualTo("\"search\";r=2;t=2400");
            assertThat(reply.field("X-RateLimit-Remaining")).isEqualTo("2");
        }
    }

    @Test
    void propertiesOfTheApplicationAreSettings() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class)
                .property("weir.header-styles", "x-delta")
                .property("someone.elses", 5)
                .start()) {
            Reply reply = server.get("api/search");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.lines("RateLimit")).as("%s", reply).isEmpty();
            assertThat(reply.field("X-RateLimit-Remaining")).isEqualTo("2");
        }
    }

    @Test
    void propertyOfAnotherTypeIsReadAsText() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class)
                .property("weir.max-clients", 1_000)
                .property("weir.header-styles", "none")
                .start()) {
            Reply reply = server.get("api/search");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.isSilent()).as("%s", reply).isTrue();
        }
    }

    @Test
    void contextParametersAreSettings() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class)
                .contextParameter("weir.header-styles", "x-delta")
                .start()) {
            // CXF shows a servlet context during requests only, too late for settings.
            boolean seen = !Implementation.found().name().equals("cxf");
            assertThat(server.get("api/search").lines("RateLimit")).hasSize(seen ? 0 : 1);
        }
    }

    @Test
    void theFileOfTheApplicationComesLast(@TempDir java.nio.file.Path classes) throws Exception {
        Files.writeString(classes.resolve("weir.properties"), "weir.header-styles = none\nweir.max-clients = 1_000\n");
        URL[] path = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, SettingsTest.class.getClassLoader())) {
            try (JaxrsServer server =
                    JaxrsServer.of(Search.class).classLoader(loader).start()) {
                assertThat(server.get("api/search").isSilent()).isTrue();
            }
            try (JaxrsServer server = JaxrsServer.of(Search.class)
                    .classLoader(loader)
                    .property("weir.header-styles", "x-delta")
                    .start()) {
                assertThat(server.get("api/search").field("X-RateLimit-Remaining"))
                        .isEqualTo("2");
            }
        }
    }
}
