package dev.weir.benchmark.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Report;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each way is measured; not what comes of it. */
@Timeout(300)
class LocalSuiteTest {

    @Test
    void eachWayIsMeasuredAndEachGoalIsThere() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Report report = new Report(new PrintStream(printed, true, StandardCharsets.UTF_8));
        new LocalSuite().run(Effort.SMOKE, report);
        assertThat(report.goals())
                .extracting(Goal::id)
                .containsExactly(
                        "kernel-peers",
                        "kernel-floor",
                        "kernel-refused-peers",
                        "kernel-refused-floor",
                        "hot-expiring",
                        "hot-probe",
                        "hot-names",
                        "hot-keys",
                        "many-peer",
                        "many-map",
                        "hot-2",
                        "many-2",
                        "alloc",
                        "alloc-decision",
                        "three-one",
                        "three-peer");
        assertThat(report.goals().stream().filter(goal -> !goal.id().startsWith("alloc")))
                .allSatisfy(goal -> assertThat(goal.measured()).isPositive());
        assertThat(report.pictures()).hasSize(1);
        assertThat(report.markdown().lines().filter(line -> line.startsWith("| ")))
                .hasSizeGreaterThan(40)
                .noneMatch(line -> line.contains("NaN") || line.contains("Infinity"));
    }
}
