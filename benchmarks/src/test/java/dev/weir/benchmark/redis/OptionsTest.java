package dev.weir.benchmark.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void withoutArgumentsAllPartsAreMeasuredAtLength() {
        assertThat(Options.parse(List.of()))
                .isEqualTo(new Options(
                        5,
                        5,
                        Duration.ofSeconds(2),
                        64,
                        10_000,
                        Duration.ofMillis(50),
                        EnumSet.allOf(Options.Part.class)));
    }

    @Test
    void aQuickRunMayStillBeToldMore() {
        Options options = Options.parse(List.of("--quick", "--rounds", "3", "--only", "hot,one"));
        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.round()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.parts()).containsExactly(Options.Part.HOT, Options.Part.ONE);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> Options.parse(List.of("--fast", "--rounds", "0", "--only", "cold", "--threads")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--fast is not an option")
                .hasMessageContaining("--rounds 0: write a whole number from 1 to 100")
                .hasMessageContaining("--only cold: write of [spread, hot, one, leases, denied]")
                .hasMessageContaining("--threads needs a value behind it");
    }
}
