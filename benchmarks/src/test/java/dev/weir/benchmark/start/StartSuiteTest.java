package dev.weir.benchmark.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Report;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That applications start with Weir and without; not how fast. */
@Timeout(120)
class StartSuiteTest {

    private static final Report REPORT = new Report(new PrintStream(OutputStream.nullOutputStream(), true));

    @BeforeAll
    static void startOnce() throws Exception {
        new StartSuite().run(Effort.SMOKE, REPORT);
    }

    @Test
    void eachApplicationHasItsFiguresWithAndWithout() {
        String figures = " +\\|( +-?[0-9][0-9,.]* \\|){4}";
        assertThat(REPORT.markdown())
                .containsPattern("(?m)^\\| 20 servlets on Jetty" + figures)
                .containsPattern("(?m)^\\| 20 resource methods on Jersey" + figures);
        assertThat(REPORT.markdown().lines())
                .filteredOn(line -> line.matches("\\| (the same with Weir|Weir adds)" + figures))
                .hasSize(4);
    }
}
