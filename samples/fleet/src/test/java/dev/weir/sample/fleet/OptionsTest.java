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
