package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that wait for their turn before a method is called. They hold a thread, so few may. */
class WaitingMethodTest {

    private static final int THREADS = 12;
    private static final int MAX_WAITING = 4;
    private static final Duration TURN = Duration.ofMillis(100);

    @Path("turns")
    public static class Turns {
        @GET
        @Path("shaped")
        @RateLimited(name = "shaped", permits = 10, per = "1s", burst = 1, maxWait = "1h")
        public String shaped() {
            return "served";
        }

        @GET
        @Path("by-address")
        @RateLimited(name = "by-address", permits = 10, per = "1s", burst = 1, maxWait = "1h", key = "ip")
        public String byAddress() {
            return "served";
        }

        @GET
        @Path("queue")
        @RateLimited(name = "queue", permits = 10, per = "1s", burst = 100, algorithm = Algorithm.LEAKY_BUCKET_QUEUE)
        public String queue() {
            return "served";
        }

        @GET
        @Path("hasty")
        @RateLimited(name = "hasty", permits = 10, per = "1s", burst = 1, maxWait = "100ms")
        public String hasty() {
            return "served";
        }

        @GET
        @Path("twice")
        @RateLimited(name = "one", permits = 10, per = "1s", burst = 1, maxWait = "1h", key = "ip")
        @RateLimited(name = "other", permits = 5, per = "1s", burst = 1, maxWait = "1h", key = "global")
        public String twice() {
            return "served";
        }

        @GET
        @Path("free")
        public String free() {
            return "served";
        }
    }

    private final ManualTicker ticker = new ManualTicker();
    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        server = JaxrsServer.of(Turns.class)
                .weir(TestWeir.of(ticker))
                .threads(THREADS)
                .start();
    }

    @AfterEach
    void stop() {
        ticker.advance(Duration.ofHours(2)); // whoever still waits is served
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            shaped     | "shaped";r=0;t=1
            by-address | "by-address";r=0;t=1
            queue      | "queue";r=99;t=10
            """)
    void methodIsCalledWhenTheTurnHasComeAndNotBefore(String path, String limit) {
        assertThat(server.get("api/turns/" + path).status()).isEqualTo(200);
        CompletableFuture<Reply> waiter = beginToWait(path);
        ticker.advance(TURN.minusNanos(1));
        assertThat(ticker.waiting()).isEqualTo(1);
        ticker.advanceNanos(1);
        Reply reply = waiter.join();
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("served");
        assertThat(reply.lines("RateLimit")).containsExactly(limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shaped", "by-address", "queue"})
    void fewWaitTheRestIsRefusedAtOnceAndOthersAreServed(String path) {
        assertThat(server.get("api/turns/" + path).status()).isEqualTo(200);
        List<CompletableFuture<Reply>> waiters = new ArrayList<>();
        for (int i = 0; i < MAX_WAITING; i++) {
            waiters.add(beginToWait(path));
        }
        for (int i = 0; i < 2 * THREADS; i++) {
            Reply refused = server.get("api/turns/" + path);
            assertThat(refused.status()).as("%s", refused).isEqualTo(429);
            assertThat(refused.field("Retry-After")).isEqualTo("1");
            assertThat(server.get("api/turns/free").status()).isEqualTo(200);
        }
        for (int i = 0; i < MAX_WAITING; i++) {
            ticker.advance(TURN.minusNanos(1));
            assertThat(ticker.waiting()).isEqualTo(MAX_WAITING - i);
            ticker.advanceNanos(1);
            assertThat(waiters.get(i).join().status()).isEqualTo(200);
        }
        beginToWait(path);
    }

    @Test
    void whoseTurnIsTooFarOffIsRefusedAtOnce() {
        server.get("api/turns/hasty");
        beginToWait("hasty");
        Reply refused = server.get("api/turns/hasty");
        assertThat(refused.status()).as("%s", refused).isEqualTo(429);
        assertThat(refused.lines("RateLimit")).containsExactly("\"hasty\";r=0;t=1");
    }

    @Test
    void turnsBeforeAndAfterAuthenticationAreWaitedForOneAfterTheOther() {
        server.get("api/turns/twice");
        CompletableFuture<Reply> waiter = beginToWait("twice");
        ticker.advance(TURN);
        TestWeir.awaitWaiting(ticker, 1); // for the other turn
        assertThat(waiter.isDone()).isFalse();
        ticker.advance(TURN);
        Reply reply = waiter.join();
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.lines("RateLimit")).containsExactly("\"one\";r=0;t=1, \"other\";r=0;t=1");
    }

    private CompletableFuture<Reply> beginToWait(String path) {
        int waiting = ticker.waiting();
        CompletableFuture<Reply> reply = server.begin("api/turns/" + path);
        TestWeir.awaitWaiting(ticker, waiting + 1);
        return reply;
    }
}
