package dev.weir.benchmark.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void partsAreKnownToThreePercent() {
        Latencies latencies = new Latencies();
        for (int micros = 1; micros <= 10_000; micros++) {
            latencies.add(micros * 1_000L);
        }
        assertThat(latencies.count()).isEqualTo(10_000);
        assertThat(latencies.micros(0.5)).isCloseTo(5_000, within(0.04 * 5_000));
        assertThat(latencies.micros(0.99)).isCloseTo(9_900, within(0.04 * 9_900));
        assertThat(latencies.micros(0.0001)).isCloseTo(1, within(0.04));
    }

    @Test
    void nothingTakesNoTime() {
        assertThat(new Latencies().micros(0.99)).isZero();
    }

    @Test
    void theLongestTimeHasAPlace() {
        Latencies latencies = new Latencies();
        latencies.add(Long.MAX_VALUE);
        assertThat(latencies.micros(1)).isGreaterThan(0.96 * Long.MAX_VALUE / 1_000);
    }
}
