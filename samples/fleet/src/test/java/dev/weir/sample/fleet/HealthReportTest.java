package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HealthReportTest {

    private static final HealthReport BEFORE = new HealthReport(false, 100, 100);

    @Test
    void whatIsWrittenIsRead() {
        HealthReport report = new HealthReport(true, 12, 3);
        assertThat(HealthReport.parse(report.json())).isEqualTo(report);
        assertThatThrownBy(() -> HealthReport.parse("ok\n")).hasMessage("Not a report of health: ok\n");
    }

    @Test
    void oneInTenMayBeLate() {
        assertThat(new HealthReport(false, 120, 102).isFineSince(BEFORE)).isTrue();
        assertThat(new HealthReport(false, 120, 103).isFineSince(BEFORE)).isFalse();
        assertThat(new HealthReport(true, 120, 100).isFineSince(BEFORE)).isFalse();
        assertThat(BEFORE.isFineSince(BEFORE)).isTrue();
    }
}
