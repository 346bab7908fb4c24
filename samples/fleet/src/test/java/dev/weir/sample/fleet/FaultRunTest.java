package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program with faults, as a user runs it, but for its exit. How fast it is depends on the machine, and is not looked at. */
@Timeout(240)
class FaultRunTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @AfterEach
    void noProcessIsLeft() {
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void everyRequestIsAnsweredAndNothingExceededWhileRedisForgetsOrIsSlow() throws Exception {
        List<FaultRow> rows = run("flush,delay").rows();

        assertThat(rows).extracting(FaultRow::fault).containsExactly(Fault.FLUSH, Fault.DELAY);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.requests()).isPositive();
            assertThat(row.unanswered()).as("unanswered, %s", row.notes()).isZero();
            assertThat(row.during().beyond()).isZero();
            assertThat(row.after().beyond()).isZero();
            assertThat(row.recoverySeconds()).isPresent();
            assertThat(row.healthP999()).isPositive();
            assertThat(row.isGood()).isTrue();
        });
        assertThat(rows.get(0).during().above())
                .as("who was forgotten had it again")
                .isPositive();
        assertThat(rows.get(1).fellBack()).as("who had to wait too long").isPositive();
        assertThat(text()).contains("one Redis", "a proxy", "flush: ", "delay: ");
    }

    @Test
    void stoppedRunLeavesNothing() throws Exception {
        FaultRun run = run("none");
        CompletableFuture<List<FaultRow>> rows = CompletableFuture.supplyAsync(() -> {
            try {
                return run.rows();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        while (!text().contains("warming up")) {
            assertThat(rows).as(text()).isNotDone();
            Thread.onSpinWait();
        }
        run.close();

        assertThatThrownBy(() -> rows.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
    }

    private FaultRun run(String faults) {
        Options options = Options.parse(
                List.of("--faults", faults, "--seconds", "1", "--nodes", "1", "--threads", "16", "--rate", "600"),
                null);
        return new FaultRun(options, out, false);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
