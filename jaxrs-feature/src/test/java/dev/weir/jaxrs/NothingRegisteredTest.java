package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import dev.weir.http.Weir;
import dev.weir.servlet.RateLimitFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.junit.jupiter.api.Test;

/** An application that annotates and registers nothing, and one that registers the feature although it need not. */
class NothingRegisteredTest {

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(name = "search", permits = 3, per = "1h", key = "ip")
        public String get() {
            return "found";
        }

        @GET
        @Path("free")
        public String free() {
            return "free";
        }

        @Path("inner")
        public Inner inner() {
            return new Inner();
        }
    }

    public static class Inner {
        @GET
        @RateLimited(name = "inner", permits = 3, per = "1h", key = "ip")
        public String get() {
            return "inner";
        }
    }

    @Path("tenants")
    public static class Tenants {
        @GET
        @RateLimited(name = "tenants", permits = 3, per = "1h", key = "tenant")
        public String get() {
            return "tenant";
        }
    }

    @Path("malformed")
    public static class Malformed {
        @GET
        @RateLimited(permits = 3, per = "1hour")
        public String get() {
            return "never";
        }
    }

    @Test
    void annotatedMethodIsLimited() throws Exception {
        try (JaxrsServer server =
                JaxrsServer.of(Search.class).nothingRegistered().start()) {
            assertThat(admitted(server, "api/search")).isEqualTo(3);
            assertThat(admitted(server, "api/search/inner")).isEqualTo(3);
            assertThat(server.get("api/search/free").isSilent()).isTrue();
        }
    }

    @Test
    void malformedAnnotationsStopTheDeployment() {
        assertThatThrownBy(() ->
                        JaxrsServer.of(Malformed.class).nothingRegistered().start())
                .hasStackTraceContaining("1hour");
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class, Malformed.class)
                .nothingRegistered()
                .property("weir.auto-register", "false")
                .start()) {
            assertThat(admitted(server, "api/search")).isEqualTo(5);
            assertThat(server.get("api/search").isSilent()).isTrue();
            assertThat(server.get("api/malformed").status()).isEqualTo(200);
        }
    }

    @Test
    void featureThatIsSwitchedOffWorksIfRegistered() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class)
                .registeredByClass()
                .property("weir.auto-register", "false")
                .start()) {
            assertThat(admitted(server, "api/search")).isEqualTo(3);
        }
    }

    @Test
    void featureThatIsRegisteredByClassTooChargesOnce() throws Exception {
        try (JaxrsServer server =
                JaxrsServer.of(Search.class).registeredByClass().start()) {
            assertThat(admitted(server, "api/search")).isEqualTo(3);
            assertThat(admitted(server, "api/search/inner")).isEqualTo(3);
        }
    }

    @Test
    void weirThatIsGivenByCodeWins() throws Exception {
        try (Weir weir = TestWeir.builder(new ManualTicker(), "weir.header-styles", "x-delta")
                        .keyResolver("tenant", request -> "one")
                        .build();
                JaxrsServer server =
                        JaxrsServer.of(Search.class, Tenants.class).weir(weir).start()) {
            assertThat(admitted(server, "api/tenants")).isEqualTo(3);
            assertThat(admitted(server, "api/search/inner")).isEqualTo(3);
            Reply reply = server.get("api/search");
            assertThat(reply.policy()).isEmpty();
            assertThat(reply.lines("X-RateLimit-Remaining")).containsExactly("2");
        }
    }

    @Test
    void behindTheFilterItUsesTheFiltersWeir() throws Exception {
        try (Weir weir = TestWeir.of(new ManualTicker(), "weir.header-styles", "x-delta");
                JaxrsServer server = JaxrsServer.of(Search.class)
                        .nothingRegistered()
                        .filter(new RateLimitFilter(weir))
                        .start()) {
            assertThat(server.get("api/search").policy()).isEmpty();
            assertThat(server.get("api/search").lines("X-RateLimit-Remaining")).containsExactly("1");
        }
    }

    private static int admitted(JaxrsServer server, String path) {
        int passed = 0;
        while (passed < 5 && server.get(path).status() == 200) {
            passed++;
        }
        return passed;
    }
}
