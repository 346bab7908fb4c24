package dev.weir.benchmark.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Report;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each way is measured; not what comes of it. */
@Timeout(120)
class RedisSuiteTest {

    private static final int ROUNDS = 1;
    private static final int SLICES = 5;

    private static List<Way> ways;
    private static Report report;

    @BeforeAll
    static void measureABit() throws Exception {
        try (PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
            report = new Report(out);
            ways = new RedisSuite().measure(Effort.SMOKE, report);
        }
    }

    @Test
    void eachWayGivesDecisionsAndTheirCostIsKnown() {
        assertThat(ways)
                .hasSize(6 + 5 + 2 + 1 + 2 + 1 + 6)
                .allSatisfy(way -> assertThat(way.rounds())
                        .hasSize(way.part().equals("server") ? SLICES : ROUNDS)
                        .allSatisfy(figures -> {
                            assertThat(figures.decisions()).isPositive();
                            assertThat(figures.fellBack()).isZero();
                            assertThat(figures.cpuMicros()).isPositive();
                            assertThat(figures.p50Micros()).isPositive();
                            assertThat(figures.p99Micros()).isGreaterThanOrEqualTo(figures.p50Micros());
                        }));
    }

    @Test
    void whatTravelsAloneIsACallForEachDecision() {
        assertThat(waysNamed("trivial", "RRateLimiter", "plain", "plain, three limits"))
                .hasSize(2 + 3 + 5 + 1)
                .allSatisfy(way -> assertThat(way.rounds())
                        .allSatisfy(figures ->
                                assertThat(figures.server().scriptCalls()).isEqualTo(figures.decisions())));
    }

    @Test
    void whatGathersIsFewerCallsThanDecisions() {
        assertThat(waysNamed("weir, async", "weir, async, three limits"))
                .hasSize(2 + 2)
                .allSatisfy(way -> assertThat(way.rounds())
                        .allSatisfy(figures -> assertThat(figures.server().scriptCalls())
                                .isPositive()
                                .isLessThan(figures.decisions())));
    }

    @Test
    void whoAsksOfAnAmpleLimitIsAdmitted() {
        assertThat(ways)
                .filteredOn(way -> !way.part().equals("refused") && !way.part().equals("less"))
                .allSatisfy(way -> assertThat(way.rounds())
                        .allSatisfy(figures -> assertThat(figures.admitted()).isEqualTo(figures.decisions())));
    }

    @Test
    void whoIsRefusedIsNotAdmittedBeforeItsTime() {
        assertThat(ways)
                .filteredOn(way -> way.part().equals("refused"))
                .singleElement()
                .satisfies(way -> assertThat(way.rounds())
                        .allSatisfy(figures -> assertThat(figures.admitted()).isZero()));
    }

    @Test
    void everyGoalIsJudged() {
        assertThat(report.goals())
                .extracting(Goal::id)
                .containsExactly(
                        "redis-many-rate",
                        "redis-many-cpu",
                        "redis-many-script",
                        "redis-server-single-load",
                        "redis-server-group-load",
                        "redis-hot-blocking",
                        "redis-hot-async",
                        "redis-hot-commands",
                        "redis-one-latency",
                        "redis-refused-commands",
                        "redis-lease-commands",
                        "redis-lease-error",
                        "redis-server-single",
                        "redis-server-group",
                        "redis-server-three",
                        "redis-server-three-group",
                        "redis-bytes",
                        "redis-bytes-keys");
        assertThat(report.goals())
                .allSatisfy(goal -> assertThat(goal.measured()).isFinite());
    }

    @Test
    void eachPartSaysWhatWasMeasured() {
        assertThat(report.markdown())
                .contains(
                        "### Many clients",
                        "### A hot client",
                        "### One caller",
                        "### A refused client",
                        "### A hot client, permits lent",
                        "### What a decision costs Redis",
                        "### What a client takes in Redis");
    }

    private static List<Way> waysNamed(String... names) {
        return ways.stream().filter(way -> List.of(names).contains(way.name())).toList();
    }
}
