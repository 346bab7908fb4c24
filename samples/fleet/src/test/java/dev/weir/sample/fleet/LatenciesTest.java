package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void percentileIsTheLatencyThatSoManyDidNotExceed() {
        Latencies latencies = new Latencies();
        for (int i = 5_000; i > 0; i--) {
            latencies.add(i * 1_000_000L);
        }
        assertThat(latencies.millis(990)).isEqualTo(4_950);
        assertThat(latencies.millis(999)).isEqualTo(4_995);
        assertThat(latencies.millis(1_000)).isEqualTo(5_000);
        assertThat(latencies.count()).isEqualTo(5_000);
    }

    @Test
    void ofFewTheWorstIsTheUppermost() {
        Latencies latencies = new Latencies();
        assertThat(latencies.millis(999)).isZero();
        latencies.add(1_500_000);
        assertThat(latencies.millis(999)).isEqualTo(1.5);
        latencies.add(2_500_000);
        assertThat(latencies.millis(999)).isEqualTo(2.5);
    }
}
