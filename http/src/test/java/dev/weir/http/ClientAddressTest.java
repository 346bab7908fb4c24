package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final TrustedProxies TEN = TrustedProxies.parse("10.0.0.0/8, fe80::/10, ::1");
    private static final ClientAddress X_FORWARDED_FOR = new ClientAddress(TEN, ForwardingHeader.X_FORWARDED_FOR);
    private static final ClientAddress FORWARDED = new ClientAddress(TEN, ForwardingHeader.FORWARDED);

    @ParameterizedTest
    @Tag("example-30")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "10.0.0.1  | 6.6.6.6, 203.0.113.7           | 203.0.113.7",
                "192.0.2.9 | 6.6.6.6, 203.0.113.7           | 192.0.2.9",
                "10.0.0.1  | 6.6.6.6, 203.0.113.7, 10.0.0.2 | 203.0.113.7",
                "10.0.0.1  | 10.0.0.3, 10.0.0.2             | 10.0.0.3",
                "10.0.0.1  | 6.6.6.6, unknown, 10.0.0.2     | 10.0.0.2",
                "10.0.0.1  | 6.6.6.6, evil.example          | 10.0.0.1",
                "10.0.0.1  | 6.6.6.6,                       | 10.0.0.1",
                "10.0.0.1  | ,203.0.113.7                   | 203.0.113.7",
                "10.0.0.1  | ,10.0.0.2                      | 10.0.0.2",
                "10.0.0.1  | ''                             | 10.0.0.1",
            })
    void xForwardedForIsWalkedFromTheRight(String peer, String list, String client) {
        assertThat(X_FORWARDED_FOR.resolve(peer, lines("X-Forwarded-For", list)))
                .hasToString(client);
    }

    @ParameterizedTest
    @Tag("example-30")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "10.0.0.1  | for=\"[2001:db8:1:2::9]:4711\";proto=https | 2001:db8:1:2::9",
                "192.0.2.9 | for=\"[2001:db8:1:2::9]:4711\";proto=https | 192.0.2.9",
                "10.0.0.1  | for=unknown                                | 10.0.0.1",
                "10.0.0.1  | for=_x                                     | 10.0.0.1",
                "10.0.0.1  | for=evil.example                           | 10.0.0.1",
                "10.0.0.1  | for=6.6.6.6, for=203.0.113.7               | 203.0.113.7",
                "10.0.0.1  | for=6.6.6.6, for=203.0.113.7, for=10.0.0.2 | 203.0.113.7",
                "10.0.0.1  | for=6.6.6.6, by=_p, for=10.0.0.2           | 10.0.0.2",
                "10.0.0.1  | for=\"6.6.6.6, for=203.0.113.7             | 203.0.113.7",
                "10.0.0.1  | for=\"6.6.6.6, for=\"203.0.113.7:1\"       | 203.0.113.7",
            })
    void forwardedIsWalkedFromTheRight(String peer, String list, String client) {
        assertThat(FORWARDED.resolve(peer, lines("Forwarded", list))).hasToString(client);
    }

    @Test
    @Tag("example-30")
    void ipv6ClientIsCutToItsNetworkByThePrefix() {
        IpAddress client =
                FORWARDED.resolve("10.0.0.1", lines("Forwarded", "for=\"[2001:db8:1:2::9]:4711\";proto=https"));

        assertThat(client.prefix(64)).hasToString("2001:db8:1:2::");
    }

    @Test
    @Tag("example-30")
    void severalLinesAreOneListInTheirOrder() {
        assertThat(X_FORWARDED_FOR.resolve(
                        "10.0.0.1", lines("X-Forwarded-For", "6.6.6.6", "203.0.113.7, 10.0.0.3", "10.0.0.2")))
                .hasToString("203.0.113.7");
        assertThat(FORWARDED.resolve("10.0.0.1", lines("Forwarded", "for=6.6.6.6", "for=203.0.113.7", "for=10.0.0.2")))
                .hasToString("203.0.113.7");
    }

    @ParameterizedTest
    @EnumSource
    void withoutLinesTheTrustedPeerIsTheClient(ForwardingHeader header) {
        assertThat(new ClientAddress(TEN, header).resolve("10.0.0.1", name -> Collections.emptyIterator()))
                .hasToString("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "[::1], 203.0.113.7",
        "::1, 203.0.113.7",
        "0:0:0:0:0:0:0:1, 203.0.113.7",
        "fe80::1%eth0, 203.0.113.7",
        "[fe80::1%eth0], 203.0.113.7",
        "::ffff:10.0.0.1, 203.0.113.7",
        "[::ffff:10.0.0.1], 203.0.113.7",
        "[2001:db8::1%1], 2001:db8::1",
    })
    void peerMayComeInBracketsOrWithAZone(String peer, String client) {
        assertThat(X_FORWARDED_FOR.resolve(peer, lines("X-Forwarded-For", "203.0.113.7")))
                .hasToString(client);
    }

    @ParameterizedTest
    @Tag("A9")
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "[",
                "]",
                "[]",
                "[10.0.0.1]",
                "[::1",
                "::1]",
                "10.0.0.1:80",
                "unix:/run/app.sock",
                "localhost"
            })
    void peerWithoutAddressGivesNone(@Nullable String peer) {
        assertThat(X_FORWARDED_FOR.resolve(peer, ClientAddressTest::mustNotBeRead))
                .isNull();
    }

    @Test
    void walkEndsAfter32ElementsAtTheLastHopProven() {
        String hops = ", 10.0.0.2".repeat(ClientAddress.MAX_ELEMENTS - 2) + ", 10.9.9.9";

        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", lines("X-Forwarded-For", "203.0.113.7" + hops)))
                .hasToString("203.0.113.7");
        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", lines("X-Forwarded-For", "203.0.113.7, 10.8.8.8" + hops)))
                .hasToString("10.8.8.8");
    }

    @Test
    void walkEndsAfter8KibAtTheLastHopProven() {
        String client = "203.0.113.7";
        String hop = "10.0.0.2";
        String list = client + "," + " ".repeat(8192 - client.length() - 1 - hop.length()) + hop;

        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", lines("X-Forwarded-For", list)))
                .hasToString("203.0.113.7");
        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", lines("X-Forwarded-For", " " + list)))
                .hasToString("10.0.0.2");
        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", lines("X-Forwarded-For", "6.6.6.6", list)))
                .hasToString("10.0.0.2");
    }

    @Test
    void elementThatJustFitsInto8KibIsReadThoughTheListGoesOn() {
        String client = ",203.0.113.7";
        String hop = "10.0.0.2";
        String list = client + "," + " ".repeat(8192 - client.length() - 1 - hop.length()) + hop;

        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", lines("X-Forwarded-For", "6.6.6.6" + list)))
                .hasToString("203.0.113.7");
        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", lines("X-Forwarded-For", "6.6.6.6" + list + " ")))
                .hasToString("10.0.0.2");
    }

    private static Function<String, Iterator<String>> lines(String header, String... lines) {
        return name -> {
            assertThat(name).isEqualTo(header);
            return List.of(lines).iterator();
        };
    }

    private static Iterator<String> mustNotBeRead(String name) {
        return fail("The header %s was read", name);
    }
}
