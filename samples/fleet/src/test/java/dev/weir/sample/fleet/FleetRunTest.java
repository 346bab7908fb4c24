package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program as a user runs it, but for its arguments and its exit. */
@Timeout(180)
class FleetRunTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @AfterEach
    void noProcessIsLeft() {
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void nodesAdmitTogetherWhatTheLimitsAllow() throws Exception {
        Result result = run(new Options(2, 2, 8, Optional.empty())).result();

        assertThat(result.firstFailure()).isEmpty();
        assertThat(result.isGood()).isTrue();
        assertThat(result.nodes())
                .hasSize(2)
                .allSatisfy(node -> assertThat(node.count().asked()).isPositive());
        assertThat(result.limits()).hasSize(2).allSatisfy(limit -> {
            assertThat(limit.count().admitted()).isPositive().isBetween(limit.least(), limit.most());
            assertThat(limit.fewer()).isZero();
        });
        assertThat(result.limits().stream().map(Result.AtLimit::count).reduce(Count.NONE, Count::plus))
                .isEqualTo(result.sum());
        Count ofTheDay = result.limits().get(0).count();
        assertThat(ofTheDay.admitted()).isEqualTo(Math.min(500, ofTheDay.asked()));
    }

    @Test
    void stoppedRunLeavesNothing() throws Exception {
        Run run = run(new Options(2, 600, 2, Optional.empty()));
        CompletableFuture<Result> result = CompletableFuture.supplyAsync(() -> {
            try {
                return run.result();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        while (!text().contains("Asking")) {
            assertThat(result).as(text()).isNotDone();
            Thread.onSpinWait();
        }
        run.close();

        assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    void redisThatIsNotThereIsNamedWithoutItsPassword() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Options options = Options.parse(List.of("--redis", "redis://:hidden@127.0.0.1:" + port), null);

        assertThat(options.redis()).hasValue(URI.create("redis://:hidden@127.0.0.1:" + port));
        assertThatThrownBy(() -> run(options).result())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageNotContaining("hidden");
        assertThat(text()).doesNotContain("hidden");
    }

    private Run run(Options options) {
        return new Run(options, out, false);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
