package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client of one limited method sees, from the first answer to the refusal and back. */
class LimitedMethodTest {

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(permits = 2, per = "1m")
        public String search() {
            return "found";
        }

        @GET
        @Path("many")
        @RateLimited(permits = 10, per = "1s", name = "s")
        @RateLimited(permits = 100, per = "1m", name = "m")
        @RateLimited(permits = 1_000, per = "1h", name = "h")
        public String many() {
            return "found";
        }

        @GET
        @Path("closed")
        @RateLimited(permits = 0, per = "1m", name = "closed")
        public String closed() {
            return "never";
        }

        @GET
        @Path("free")
        public String free() {
            return "free";
        }
    }

    private final ManualTicker ticker = new ManualTicker();
    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Search.class).weir(TestWeir.of(ticker)).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void admittedRequestIsToldPolicyAndWhatIsLeft() {
        Reply reply = server.get("api/search");
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("found");
        assertThat(reply.policy()).isEqualTo("\"search-1m\";q=2;w=60");
        assertThat(reply.limit()).isEqualTo("\"search-1m\";r=1;t=30");
        assertThat(reply.field("X-RateLimit-Limit")).isEqualTo("2");
        assertThat(reply.field("X-RateLimit-Remaining")).isEqualTo("1");
        assertThat(reply.field("X-RateLimit-Reset")).isEqualTo("1700000031");
        assertThat(reply.lines("Retry-After")).isEmpty();
        assertThat(reply.lines("Cache-Control")).isEmpty();
    }

    @Test
    void refusedRequestIsToldWhenToComeBackAndWhy() {
        server.get("api/search");
        server.get("api/search");
        Reply reply = server.get("api/search");
        assertThat(reply.status()).as("%s", reply).isEqualTo(429);
        assertThat(reply.policy()).isEqualTo("\"search-1m\";q=2;w=60");
        assertThat(reply.limit()).isEqualTo("\"search-1m\";r=0;t=30");
        assertThat(reply.field("X-RateLimit-Limit")).isEqualTo("2");
        assertThat(reply.field("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(reply.field("X-RateLimit-Reset")).isEqualTo("1700000031");
        assertThat(reply.field("Retry-After")).isEqualTo("30");
        assertThat(reply.field("Cache-Control")).isEqualTo("no-store");
        assertThat(reply.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.body())
                .isEqualTo("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
                        + "\"title\":\"Quota Exceeded\",\"status\":429,\"violated-policies\":[\"search-1m\"]}");
    }

    @Test
    void whoComesBackAfterRetryAfterIsServedAndASecondEarlierIsNot() {
        server.get("api/search");
        server.get("api/search");
        long seconds = Long.parseLong(server.get("api/search").field("Retry-After"));
        ticker.advance(Duration.ofSeconds(seconds - 1));
        assertThat(server.get("api/search").status()).isEqualTo(429);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(server.get("api/search").status()).isEqualTo(200);
    }

    @Test
    void severalLimitsAreToldInTheOrderOfDeclaration() {
        Reply reply = server.get("api/search/many");
        assertThat(reply.policy()).isEqualTo("\"s\";q=10;w=1, \"m\";q=100;w=60, \"h\";q=1000;w=3600");
        assertThat(reply.limit()).isEqualTo("\"s\";r=9;t=1, \"m\";r=99;t=60, \"h\";r=999;t=3597");
        assertThat(reply.field("X-RateLimit-Remaining")).isEqualTo("9");
    }

    @Test
    void refusalTellsOnlyOfTheLimitsThatStoodInTheWay() {
        for (int i = 0; i < 10; i++) {
            assertThat(server.get("api/search/many").status()).isEqualTo(200);
        }
        Reply reply = server.get("api/search/many");
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.limit()).isEqualTo("\"s\";r=0;t=1");
        assertThat(reply.policy()).isEqualTo("\"s\";q=10;w=1, \"m\";q=100;w=60, \"h\";q=1000;w=3600");
    }

    @Test
    void closedMethodSaysThatNoWaitHelps() {
        Reply reply = server.get("api/search/closed");
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.limit()).isEqualTo("\"closed\";r=0");
        assertThat(reply.lines("Retry-After")).isEmpty();
        assertThat(reply.field("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void unlimitedMethodOfTheSameClassSaysNothingAboutLimits() {
        Reply reply = server.get("api/search/free");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.isSilent()).as("%s", reply).isTrue();
    }
}
