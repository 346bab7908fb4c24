package dev.weir.benchmark.heap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Report;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each design is filled and weighed; not what it weighs. */
@Timeout(120)
class HeapSuiteTest {

    private static final Report REPORT = new Report(new PrintStream(OutputStream.nullOutputStream(), true));

    @BeforeAll
    static void weighAFew() throws Exception {
        new HeapSuite().run(Effort.SMOKE, REPORT);
    }

    @Test
    void eachDesignHasItsBytes() {
        for (Design design : Design.values()) {
            assertThat(REPORT.markdown())
                    .containsPattern("(?m)^\\| \\Q" + design.text() + "\\E +\\| +[1-9][0-9,.]* \\|");
        }
    }

    @Test
    void everyGoalIsJudged() {
        assertThat(REPORT.goals()).extracting(Goal::id).containsExactly("heap", "heap-names", "heap-three");
        assertThat(REPORT.goals())
                .allSatisfy(goal -> assertThat(goal.measured()).isFinite().isPositive());
    }

    @Test
    void thereIsAPicture() {
        assertThat(REPORT.pictures()).hasSize(1);
    }
}
