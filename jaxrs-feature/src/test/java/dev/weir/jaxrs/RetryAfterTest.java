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

/** How long to wait, where the limit by address has charged what the limit after authentication then refuses. */
class RetryAfterTest {

    @Path("orders")
    public static class Orders {
        @GET
        @RateLimited(permits = 2, per = "20s", key = "ip", name = "address")
        @RateLimited(permits = 1, per = "2s", name = "client")
        public String get() {
            return "orders";
        }
    }

    private final ManualTicker ticker = new ManualTicker();
    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Orders.class).weir(TestWeir.of(ticker)).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void waitIsThatOfThePermitWhichStaysSpentIfItIsLonger() {
        assertThat(server.get("api/orders").status()).isEqualTo(200);
        Reply refused = server.get("api/orders");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.limit()).isEqualTo("\"client\";r=0;t=2");
        assertThat(refused.field("Retry-After")).isEqualTo("10");
    }

    @Test
    void whoWaitsThatLongIsServedAndASecondEarlierIsNot() {
        server.get("api/orders");
        long seconds = Long.parseLong(server.get("api/orders").field("Retry-After"));
        ticker.advance(Duration.ofSeconds(seconds - 1));
        Reply early = server.get("api/orders");
        assertThat(early.status()).isEqualTo(429);
        assertThat(early.field("Retry-After")).isEqualTo("1");
        ticker.advance(Duration.ofSeconds(1));
        assertThat(server.get("api/orders").status()).isEqualTo(200);
    }
}
