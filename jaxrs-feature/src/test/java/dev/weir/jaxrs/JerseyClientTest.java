package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jersey loads features for its clients as well. */
@Tag("jersey")
class JerseyClientTest {

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(name = "search", permits = 1, per = "1h", key = "ip")
        public String get() {
            return "found";
        }
    }

    @Test
    void clientsAreLeftAlone() throws Exception {
        try (JaxrsServer server =
                JaxrsServer.of(Search.class).nothingRegistered().start()) {
            Client client = ClientBuilder.newClient();
            try {
                String uri = server.uri("api/search").toString();
                int first = client.target(uri).request().get().getStatus();
                int second = client.target(uri).request().get().getStatus();
                assertThat(List.of(first, second)).containsExactly(200, 429);
            } finally {
                client.close();
            }
        }
    }
}
