package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import dev.weir.http.Weir;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Filter and feature on one request: each limit is charged once, and the two speak with one voice. */
class FilterInFrontTest {

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(permits = 3, per = "1h", name = "search")
        public String search() {
            return "found";
        }

        @GET
        @Path("free")
        public String free() {
            return "free";
        }
    }

    @RateLimited(permits = 5, per = "1h", name = "front")
    private static final class Forwarding extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            request.getRequestDispatcher("/api/search").forward(request, response);
        }
    }

    private static final class Failing extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.sendError(500);
        }
    }

    private final ManualTicker ticker = new ManualTicker();

    @Test
    void oneSetOfFieldsTellsAboutBothTheFiltersFirst() throws Exception {
        try (JaxrsServer server = behind(
                        TestWeir.of(ticker, "weir.default-limits", "4/1h", "weir.jaxrs-default", "true"))
                .start()) {
            Reply reply = server.get("api/search");
            assertThat(reply.status()).as("%s", reply).isEqualTo(200);
            assertThat(reply.lines("RateLimit-Policy"))
                    .containsExactly("\"default\";q=4;w=3600, \"search\";q=3;w=3600");
            assertThat(reply.lines("RateLimit")).containsExactly("\"default\";r=3;t=2700, \"search\";r=2;t=2400");
            assertThat(reply.lines("X-RateLimit-Limit")).containsExactly("3");
            assertThat(reply.lines("X-RateLimit-Remaining")).containsExactly("2");
        }
    }

    @Test
    void aWeirOfItsOwnBesideTheFiltersIsSaidOnce() throws Exception {
        try (LogCapture log = new LogCapture();
                Weir ofFilter = TestWeir.of(ticker);
                Weir ofFeature = TestWeir.of(ticker);
                JaxrsServer server = JaxrsServer.of(Search.class)
                        .weir(ofFeature)
                        .filter(new RateLimitFilter(ofFilter))
                        .start()) {
            assertThat(server.get("api/search").status()).isEqualTo(200);
            // CXF shows a servlet context during requests only.
            boolean seen = !Implementation.found().name().equals("cxf");
            assertThat(log.messages().stream().filter(line -> line.startsWith("WARNING WEIR-10: ")))
                    .hasSize(seen ? 1 : 0);
        }
    }

    @Test
    void refusalByTheMethodsLimitTellsOfThatAloneAndTheFiltersStaysCharged() throws Exception {
        try (JaxrsServer server = behind(
                        TestWeir.of(ticker, "weir.default-limits", "6/1h", "weir.jaxrs-default", "true"))
                .start()) {
            for (int i = 0; i < 3; i++) {
                assertThat(server.get("api/search").status()).isEqualTo(200);
            }
            Reply refused = server.get("api/search");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.lines("RateLimit")).containsExactly("\"search\";r=0;t=1200");
            assertThat(refused.lines("RateLimit-Policy"))
                    .containsExactly("\"default\";q=6;w=3600, \"search\";q=3;w=3600");
            assertThat(refused.body()).contains("[\"search\"]");
            assertThat(server.get("api/search/free").limit()).isEqualTo("\"default\";r=1;t=600");
        }
    }

    @Test
    void refusalByTheFilterReachesNoMethodAndChargesIt() throws Exception {
        try (JaxrsServer server = behind(
                        TestWeir.of(ticker, "weir.default-limits", "1/1h", "weir.jaxrs-default", "true"))
                .start()) {
            assertThat(server.get("api/search").limit()).isEqualTo("\"default\";r=0;t=3600, \"search\";r=2;t=2400");
            Reply refused = server.get("api/search");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.lines("RateLimit")).containsExactly("\"default\";r=0;t=3600");
            assertThat(refused.body()).contains("[\"default\"]");
        }
    }

    @Test
    void defaultLimitsLeaveJaxrsAlone() throws Exception {
        try (JaxrsServer server =
                behind(TestWeir.of(ticker, "weir.default-limits", "4/1h")).start()) {
            assertThat(server.get("api/search").lines("RateLimit")).containsExactly("\"search\";r=2;t=2400");
            assertThat(server.get("api/search/free").isSilent()).isTrue();
            assertThat(server.get("api/nowhere").isSilent()).isTrue();
            assertThat(server.get("elsewhere").limit()).isEqualTo("\"default\";r=3;t=2700");
        }
    }

    @Test
    void defaultLimitsThatCoverJaxrsCountItsMistakesToo() throws Exception {
        try (JaxrsServer server = behind(
                        TestWeir.of(ticker, "weir.default-limits", "4/1h", "weir.jaxrs-default", "true"))
                .start()) {
            Reply missing = server.get("api/nowhere");
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.limit()).isEqualTo("\"default\";r=3;t=2700");
            Reply wrongMethod = server.send("DELETE", "api/search");
            assertThat(wrongMethod.status()).isEqualTo(405);
            assertThat(wrongMethod.limit()).isEqualTo("\"default\";r=2;t=1800");
        }
    }

    @Test
    void featureWorksWithTheFiltersSettings() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class)
                .filter(new RateLimitFilter(), "weir.header-styles", "x-delta", "weir.deadline", "30s")
                .start()) {
            Reply reply = server.get("api/search");
            assertThat(reply.field("X-RateLimit-Remaining")).as("%s", reply).isEqualTo("2");
            assertThat(reply.field("X-RateLimit-Reset")).isBetween("1000", "1200");
            assertThat(reply.lines("RateLimit")).isEmpty();
        }
    }

    @Test
    void featureThatWasGivenAnotherWeirJoinsTheFilterAllTheSame() throws Exception {
        Weir ofFilter = TestWeir.of(ticker, "weir.default-limits", "4/1h", "weir.jaxrs-default", "true");
        try (JaxrsServer server = behind(ofFilter).weir(TestWeir.of(ticker)).start()) {
            assertThat(server.get("api/search").lines("RateLimit"))
                    .containsExactly("\"default\";r=3;t=2700, \"search\";r=2;t=2400");
        }
    }

    @Test
    void forwardIntoJaxrsChargesEachLimitOnce() throws Exception {
        try (JaxrsServer server = behind(
                        TestWeir.of(ticker, "weir.default-limits", "9/1h", "weir.jaxrs-default", "true"))
                .servlet(new Forwarding(), "/front")
                .start()) {
            for (int done = 1; done <= 3; done++) {
                Reply reply = server.get("front");
                assertThat(reply.status()).as("%s", reply).isEqualTo(200);
                assertThat(reply.body()).isEqualTo("found");
                assertThat(reply.lines("RateLimit"))
                        .containsExactly("\"front\";r=" + (5 - done) + ";t=" + (5 - done) * 720 + ", \"search\";r="
                                + (3 - done) + ";t=" + Math.max(1200, (3 - done) * 1200));
            }
            assertThat(server.get("front").lines("RateLimit")).containsExactly("\"search\";r=0;t=1200");
        }
    }

    @Test
    void filterThatFreesItsThreadWhileItWaitsIsFollowedByTheFeature() throws Exception {
        Weir weir =
                TestWeir.of(ticker, "weir.default-limits", "4/1h", "weir.jaxrs-default", "true", "weir.async", "true");
        try (JaxrsServer server = behind(weir).start()) {
            Reply reply = server.get("api/search");
            assertThat(reply.status()).as("%s", reply).isEqualTo(200);
            assertThat(reply.lines("RateLimit")).containsExactly("\"default\";r=3;t=2700, \"search\";r=2;t=2400");
        }
    }

    @Test
    void featureThatIsRegisteredTwiceChargesOnce() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class, RateLimitFeature.class)
                .weir(TestWeir.of(ticker))
                .start()) {
            assertThat(server.get("api/search").lines("RateLimit")).containsExactly("\"search\";r=2;t=2400");
            assertThat(server.get("api/search").lines("RateLimit")).containsExactly("\"search\";r=1;t=1200");
        }
    }

    @Test
    void errorPageMadeByALimitedMethodChargesNobody() throws Exception {
        try (JaxrsServer server = JaxrsServer.of(Search.class)
                .weir(TestWeir.of(ticker))
                .servlet(new Failing(), "/failing")
                .errorPage(500, "/api/search")
                .start()) {
            for (int i = 0; i < 4; i++) {
                Reply reply = server.get("failing");
                assertThat(reply.body()).isEqualTo("found");
                assertThat(reply.isSilent()).as("%s", reply).isTrue();
            }
            assertThat(server.get("api/search").lines("RateLimit")).containsExactly("\"search\";r=2;t=2400");
        }
    }

    private static JaxrsServer.Plan behind(Weir weir) {
        return JaxrsServer.of(Search.class).filter(new RateLimitFilter(weir));
    }
}
