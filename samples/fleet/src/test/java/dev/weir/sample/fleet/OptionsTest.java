package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    @Test
    void everyOptionHasADefault() {
        assertThat(Options.parse(List.of(), null)).isEqualTo(new Options(4, 10, 32, Optional.empty()));
    }

    @Test
    void optionsAreRead() {
        assertThat(Options.parse(
                        List.of("--threads", "3", "--nodes", "1", "--redis", "redis://host:1", "--seconds", "2"),
                        "redis://other:2"))
                .isEqualTo(new Options(1, 2, 3, Optional.of(URI.create("redis://host:1"))));
    }

    @Test
    void redisMayBeNamedByTheEnvironment() {
        assertThat(Options.parse(List.of(), "redis://host:1").redis()).hasValue(URI.create("redis://host:1"));
    }

    @Test
    void faultsHaveDefaultsOfTheirOwnAndServersOfTheirOwn() {
        assertThat(Options.parse(List.of("--faults", "stop,kill"), "redis://host:1"))
                .isEqualTo(new Options(2, 3, 64, Optional.empty(), List.of(Fault.STOP, Fault.KILL), 2_000, 1_000));
        assertThat(Options.parse(List.of("--faults", "all", "--rate", "7", "--down-after", "200"), null))
                .isEqualTo(new Options(2, 3, 64, Optional.empty(), List.of(Fault.values()), 7, 200));
    }

    @Test
    void faultsComeInTheirOwnOrder() {
        assertThat(Fault.parse("failover,read-only,none")).containsExactly(Fault.NONE, Fault.READ_ONLY, Fault.FAILOVER);
    }

    @ParameterizedTest
    @CsvSource({
        "--nodes 0,      --nodes 0: write a whole number from 1 to 16",
        "--nodes four,   --nodes four: write a whole number from 1 to 16",
        "--seconds 601,  --seconds 601: write a whole number from 1 to 600",
        "--threads -1,   --threads -1: write a whole number from 1 to 200",
        "--threads,      --threads needs a value",
        "--node 4,       --node is not an option",
        "--nodes 1 --nodes 2, --nodes is there twice",
        "--redis http://h:1,  --redis (or WEIR_REDIS): write the address",
        "--rate 5,       --rate: leave it out",
        "--down-after 9, --down-after: leave it out",
        "--faults flood, '--faults flood: write all, or some of none,stop,read-only'",
        "--faults all --redis redis://h:1, --redis: leave it out",
        "--faults all --rate 0,        --rate 0: write a whole number from 1 to 100000",
        "--faults all --down-after 49, --down-after 49: write a whole number from 50 to 60000",
        "--faults node --nodes 1,      --nodes 1: write 2 or more",
        "--redis redis://h,   --redis (or WEIR_REDIS): write the address",
    })
    void badOptionIsExplained(String args, String message) {
        assertThatThrownBy(() -> Options.parse(List.of(args.split(" ")), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void allFaultsAreToldAtOnce() {
        assertThatThrownBy(() -> Options.parse(List.of("--nodes", "x", "--seconds", "y"), "z"))
                .hasMessageContainingAll("--nodes x", "--seconds y", "WEIR_REDIS");
    }
}
