package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many requests at once, over real connections. */
class ManyAtOnceTest {

    private static final int ROUNDS = 50;

    @Path("rush")
    public static class Rush {
        @GET
        @RateLimited(permits = 100, per = "1h", key = "ip", name = "rush")
        public String get() {
            return "served";
        }
    }

    @Test
    void of200RequestsAtOnceAgainst100PerHourExactly100AreAdmitted() throws Exception {
        ManualTicker ticker = new ManualTicker();
        try (JaxrsServer server =
                JaxrsServer.of(Rush.class).weir(TestWeir.of(ticker)).start()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<CompletableFuture<Reply>> begun = IntStream.range(0, 200)
                        .mapToObj(i -> server.begin("api/rush"))
                        .toList();
                Map<Integer, Long> byStatus = begun.stream()
                        .map(reply -> reply.join().status())
                        .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
                assertThat(byStatus).as("round " + round).containsOnly(entry(200, 100), entry(429, 100));
                ticker.advance(Duration.ofHours(1));
            }
        }
    }

    private static Map.Entry<Integer, Long> entry(int status, long count) {
        return Map.entry(status, count);
    }
}
