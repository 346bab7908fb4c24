package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntFunction;

/** Counts who gets through. */
final class Tally {

    private Tally() {}

    /** How many of {@code count} requests pass; each with the header lines of its number. The others must get a 429. */
    static int admitted(Site site, int count, String target, IntFunction<String[]> headers) {
        return admittedFrom("127.0.0.1", site, count, target, headers);
    }

    /** The same with the same header lines each time. */
    static int admitted(Site site, int count, String target, String... headers) {
        return admitted(site, count, target, i -> headers);
    }

    /** The same from another loopback address. */
    static int admittedFrom(String address, Site site, int count, String target, IntFunction<String[]> headers) {
        int admitted = 0;
        try (Wire wire = Wire.from(address, site)) {
            for (int i = 0; i < count; i++) {
                String[] lines = headers.apply(i);
                int status = wire.ask("POST", target, lines).status();
                assertThat(status).as("request %d with %s", i, (Object) lines).isIn(200, 429);
                admitted += status == 200 ? 1 : 0;
            }
        }
        return admitted;
    }

    /** Header lines. */
    static String[] lines(String... lines) {
        return lines;
    }
}
