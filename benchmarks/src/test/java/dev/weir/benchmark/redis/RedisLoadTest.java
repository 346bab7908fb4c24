package dev.weir.benchmark.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Goal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each way is measured; not what comes of it. */
@Timeout(120)
class RedisLoadTest {

    private static RedisLoad.Report report;
    private static String printed;

    @BeforeAll
    static void measureABit() throws Exception {
        Options options = new Options(
                1, 1, Duration.ofMillis(200), 8, 100, Duration.ofSeconds(30), EnumSet.allOf(Options.Part.class));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            report = RedisLoad.report(options, out);
        }
        printed = text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void eachWayGivesDecisionsAndTheirCostIsKnown() {
        assertThat(report.ways())
                .hasSize(4 + 3 + 2 + 2 + 1 + 1)
                .allSatisfy(way -> assertThat(way.rounds()).hasSize(1).allSatisfy(figures -> {
                    assertThat(figures.decisions()).isPositive();
                    assertThat(figures.fellBack()).isZero();
                    assertThat(figures.cpuMicros()).isPositive();
                    assertThat(figures.p50Micros()).isPositive();
                    assertThat(figures.p99Micros()).isGreaterThanOrEqualTo(figures.p50Micros());
                }));
    }

    @Test
    void whatTravelsAloneIsACallForEachDecision() {
        assertThat(waysNamed("trivial", "plain"))
                .hasSize(5)
                .allSatisfy(way -> assertThat(way.rounds())
                        .allSatisfy(figures ->
                                assertThat(figures.server().scriptCalls()).isEqualTo(figures.decisions())));
    }

    @Test
    void whatGathersIsFewerCallsThanDecisions() {
        assertThat(waysNamed("weir, async"))
                .hasSize(2)
                .allSatisfy(way -> assertThat(way.rounds())
                        .allSatisfy(figures -> assertThat(figures.server().scriptCalls())
                                .isPositive()
                                .isLessThan(figures.decisions())));
    }

    @Test
    void whoAsksOfAnAmpleLimitIsAdmitted() {
        assertThat(report.ways())
                .filteredOn(way -> !way.part().equals("denied") && !way.part().endsWith("less"))
                .allSatisfy(way -> assertThat(way.rounds())
                        .allSatisfy(figures -> assertThat(figures.admitted()).isEqualTo(figures.decisions())));
    }

    @Test
    void whoIsDeniedIsNotAdmittedBeforeItsTime() {
        assertThat(report.ways())
                .filteredOn(way -> way.part().equals("denied"))
                .singleElement()
                .satisfies(way -> assertThat(way.rounds())
                        .allSatisfy(figures -> assertThat(figures.admitted()).isZero()));
    }

    @Test
    void everyGoalIsJudged() {
        assertThat(report.goals())
                .extracting(Goal::id)
                .containsExactly(
                        "spread-rate",
                        "spread-cpu",
                        "spread-script",
                        "hot-blocking",
                        "hot-async",
                        "hot-commands",
                        "one-latency",
                        "lease-commands",
                        "lease-error",
                        "denied-commands");
        assertThat(report.goals()).allSatisfy(goal -> {
            assertThat(goal.measured()).isFinite();
            assertThat(goal.toString()).matches("goal [a-z-]+ \\d+\\.\\d{3} [<>]=[0-9.]+ (met|short)");
        });
        assertThat(printed).contains("spread: 100 keys", "hot: 1 key", "one: 100 keys", "leases:", "denied:");
    }

    private static List<Series> waysNamed(String... names) {
        return report.ways().stream()
                .filter(way -> List.of(names).contains(way.way()))
                .toList();
    }
}
