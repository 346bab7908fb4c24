package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "0.0.0.0/0, 0.0.0.0/0",
        "::/0, ::/0",
        "192.0.2.7, 192.0.2.7/32",
        "2001:DB8::7, 2001:db8::7/128",
        "2001:db8::/32, 2001:db8::/32",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:a00:0/104, 10.0.0.0/8",
        "::ffff:0:0/96, 0.0.0.0/0",
        "::ffff:192.0.2.7, 192.0.2.7/32",
    })
    void networkIsReadAndPrintedCanonically(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "10.0.0.0/8, ::10.1.2.3, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 1.2.3.4, false",
        "::/0, ffff::, true",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:db8::/127, 2001:db8::1, true",
        "2001:db8::/127, 2001:db8::2, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
    })
    void networkHoldsTheAddressesOfItsPrefixAndFamily(String network, String address, boolean inside) {
        assertThat(Cidr.parse(network).contains(IpAddress.parse(address))).isEqualTo(inside);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1/8, 10.0.0.0/8, 10.0.0.1",
        "2001:db8::1/64, 2001:db8::/64, 2001:db8::1",
        "1.2.3.4/0, 0.0.0.0/0, 1.2.3.4",
        "::ffff:10.0.0.1/104, 10.0.0.0/8, 10.0.0.1",
    })
    void bitsBeyondThePrefixAreRefusedWithTheRightForm(String text, String network, String single) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse(text))
                .withMessage("\"" + text + "\" has bits set beyond its prefix. Write " + network
                        + " for the network, or " + single + " for the one address.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/8", "10/8", "10.0.0/8", "proxy.example", "fe80::%eth0/10", "[::1]/128", " ::1"})
    void whatIsNoAddressIsRefusedWithExamples(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse(text))
                .withMessage("\"" + text
                        + "\" is not an address or a network. Example: 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32.");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/, 0 to 32, 10.0.0.0/8",
        "10.0.0.0/33, 0 to 32, 10.0.0.0/8",
        "10.0.0.0/08, 0 to 32, 10.0.0.0/8",
        "10.0.0.0/-1, 0 to 32, 10.0.0.0/8",
        "10.0.0.0/8/8, 0 to 32, 10.0.0.0/8",
        "10.0.0.0/4294967304, 0 to 32, 10.0.0.0/8",
        "10.0.0.0/255.0.0.0, 0 to 32, 10.0.0.0/8",
        "::/129, 0 to 128, 2001:db8::/32",
        "::/１, 0 to 128, 2001:db8::/32",
        "::ffff:10.0.0.0/8, 96 to 128, 10.0.0.0/8",
    })
    void prefixLengthOutsideTheAddressIsRefusedWithTheRange(String text, String range, String example) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse(text))
                .withMessage("\"" + text + "\" needs a prefix length of " + range + " after the slash. Example: "
                        + example + ".");
    }

    @Test
    void equalNetworksAreEqualHoweverMade() {
        assertThat(new Cidr(IpAddress.parse("10.1.2.3"), 8)).isEqualTo(Cidr.parse("::ffff:10.0.0.0/104"));
    }
}
