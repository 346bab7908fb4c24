package dev.weir.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Report;
import dev.weir.core.Algorithm;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each server answers as it should, and that its CPU is known; not how much that is. */
@Timeout(240)
class LoadSuiteTest {

    private static final Report REPORT = new Report(new PrintStream(OutputStream.nullOutputStream(), true));

    @BeforeAll
    static void askAFewTimes() throws Exception {
        new LoadSuite().run(Effort.SMOKE, REPORT);
    }

    @Test
    void eachServerHasItsFiguresAndAnswersAsItShould() {
        String figure = " +[0-9][0-9,.]* \\|";
        // The compiler's is taken off, which of a few requests may leave less than nothing.
        String cpu = " +-?[0-9][0-9,.]* \\|";
        for (Container container : Container.values()) {
            String part = REPORT.markdown()
                    .split("### " + container.text() + "\n", -1)[1]
                    .split("#", 2)[0];
            for (Guard guard : container.guards()) {
                assertThat(part)
                        .containsPattern("(?m)^\\| \\Q" + guard.text(container) + "\\E +\\|" + cpu + "[^|]*\\|"
                                + figure.repeat(3) + " all " + (guard.refuses() ? 429 : 200) + " \\|");
            }
        }
    }

    @Test
    void eachImplementationHasAMeanAndAP99() {
        String figure = " +[0-9][0-9,.]* \\|";
        for (Algorithm algorithm : Algorithm.values()) {
            boolean known = algorithm != Algorithm.GCRA && algorithm != Algorithm.LEAKY_BUCKET_QUEUE;
            assertThat(REPORT.markdown().lines())
                    .filteredOn(
                            line -> line.matches("\\| `" + algorithm + "`, (memory|Redis)[^|]*\\|" + figure.repeat(3)))
                    .hasSize(known ? 4 : 0);
        }
    }

    @Test
    void refusalsAreSetAgainstAdmittedRequests() {
        assertThat(REPORT.markdown().lines())
                .filteredOn(line -> line.startsWith("A request that Weir refuses takes "))
                .hasSize(3);
    }

    @Test
    void eachContainerHasAPicture() {
        assertThat(REPORT.pictures()).hasSize(3);
    }
}
