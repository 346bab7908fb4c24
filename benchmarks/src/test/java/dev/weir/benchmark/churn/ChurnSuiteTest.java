package dev.weir.benchmark.churn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Report;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each design takes strangers in; not how fast. */
@Timeout(120)
class ChurnSuiteTest {

    private static final Report REPORT = new Report(new PrintStream(OutputStream.nullOutputStream(), true));

    @BeforeAll
    static void letAFewIn() throws Exception {
        new ChurnSuite().run(Effort.SMOKE, REPORT);
    }

    @Test
    void eachDesignHasItsFiguresForOneThreadAndForTwo() {
        String figure = " +[0-9][0-9,.]* \\|";
        for (Design design : Design.values()) {
            assertThat(REPORT.markdown().lines())
                    .filteredOn(line -> line.matches("\\| \\Q" + design.text() + "\\E +\\|" + figure.repeat(5)))
                    .hasSize(2);
        }
    }

    @Test
    void noTwoStrangersAreTheSame() {
        assertThat(Client.of(1)).isNotEqualTo(Client.of(2));
        assertThat(Client.of(1).name()).isEqualTo("ip:20010db8:1::/64");
    }
}
