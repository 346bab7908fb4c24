package dev.weir.benchmark.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Report;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each way is measured, and all do the same work; not what comes of it. */
@Timeout(120)
class FrontEndSuiteTest {

    @Test
    void eachWayGivesAFigureAndEachGoalIsJudged() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Report report = new Report(new PrintStream(text, true, StandardCharsets.UTF_8));
        new FrontEndSuite().run(Effort.SMOKE, report);
        assertThat(report.goals())
                .extracting(Goal::id)
                .containsExactly("servlet", "servlet-alloc", "refusal", "free-call", "jaxrs", "free-jaxrs");
        assertThat(report.goals())
                .allSatisfy(goal -> assertThat(goal.measured()).isFinite());
        assertThat(report.markdown())
                .contains("| weir, refused", "| bucket4j, refused", "| jersey, weir, no limit", "| jersey, bucket4j");
    }

    @Test
    void whatIsWrittenByHandTellsClientsWhatWeirTells() throws Exception {
        for (List<? extends Way> ways : List.of(Chain.all(), Jersey.all())) {
            for (String other :
                    List.of("bucket4j", "jersey, bucket4j", "bucket4j, refused", "bucket4j, large figures")) {
                Way peer = named(ways, other);
                Way weir = named(ways, other.replace("bucket4j", "weir"));
                if (peer != null && weir != null) {
                    peer.serve();
                    weir.serve();
                    assertThat(toldBy(weir.response()))
                            .as(other)
                            .containsExactlyInAnyOrderEntriesOf(toldBy(peer.response()));
                    assertThat(weir.response().text()).isEqualTo(peer.response().text());
                }
            }
            for (Way way : ways) {
                way.stop();
            }
        }
    }

    private static Way named(List<? extends Way> ways, String name) {
        return ways.stream().filter(way -> way.name().equals(name)).findAny().orElse(null);
    }

    /* The clocks go on between two requests, and one of them counts milliseconds. */
    private static Map<String, String> toldBy(BareResponse response) {
        Map<String, String> fields = response.fields();
        fields.computeIfPresent("X-RateLimit-Reset", (name, value) -> "about now");
        fields.computeIfPresent("RateLimit", (name, value) -> value.replaceFirst(";t=8\\d{4}$", ";t=about a day"));
        fields.computeIfPresent("Retry-After", (name, value) -> value.length() == 5 ? "about a day" : value);
        return fields;
    }
}
