package dev.weir.http;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Tuple;

/** Random texts that look like what the address parsers read, or nearly; some are anything. */
final class NearAddresses implements ArbitrarySupplier<String> {

    private static final String ALPHABET = "0123456789abcdefF.:[]%\",;= \t\\for_-/x";

    private static final String[] FRAGMENTS = {
        "::",
        "::ffff:",
        "1.2.3.4",
        "10.0.0.1",
        "2001:db8::1",
        "[::1]",
        "for=",
        "For=\"",
        "\"",
        "\\\"",
        ";by=",
        ";",
        ", ",
        ":4711",
        "unknown",
        "_x",
        "%eth0",
        "0",
        "255",
        "256",
        "ffff",
        "\u0000",
        "\uff11",
        "\ud800"
    };

    @Override
    public Arbitrary<String> get() {
        Arbitrary<String> letters = Arbitraries.strings().withChars(ALPHABET).ofMaxLength(50);
        Arbitrary<String> fragments =
                Arbitraries.of(FRAGMENTS).list().ofMaxSize(8).map(list -> String.join("", list));
        Arbitrary<String> anything = Arbitraries.strings().ofMaxLength(20);
        return Arbitraries.frequencyOf(Tuple.of(4, letters), Tuple.of(4, fragments), Tuple.of(1, anything));
    }
}
