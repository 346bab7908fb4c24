package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @ParameterizedTest
    @Tag("B2")
    @ValueSource(
            strings = {
                "::ffff:1.2.3.4",
                "::ffff:102:304",
                "0:0:0:0:0:ffff:1.2.3.4",
                "::FFFF:0102:0304",
                "0::ffff:1.2.3.4",
                "0000:0000:0000:0000:0000:ffff:0102:0304",
                "::0:ffff:1.2.3.4"
            })
    void ipv4MappedIsTheIpv4Address(String text) {
        IpAddress address = IpAddress.parse(text);

        assertThat(address).isEqualTo(IpAddress.parse("1.2.3.4")).hasSameHashCodeAs(IpAddress.parse("1.2.3.4"));
        assertThat(address.isV4()).isTrue();
        assertThat(address.high()).isZero();
        assertThat(address.low()).isEqualTo(0xffff_0102_0304L);
    }

    @Test
    @Tag("B3")
    void ipv4MappedAddressesStayApart() {
        assertThat(IpAddress.parse("::ffff:1.2.3.4")).isNotEqualTo(IpAddress.parse("::ffff:5.6.7.8"));
    }

    @Test
    @Tag("B1")
    void allAddressesOfOneNetworkHaveOnePrefix() {
        Set<IpAddress> prefixes = new HashSet<>();
        for (int i = 0; i < 1 << 16; i++) {
            prefixes.add(new IpAddress(0x2001_0db8_0001_0002L, i * 0x9e37_79b9_7f4a_7c15L).prefix(64));
        }

        assertThat(prefixes).containsExactly(IpAddress.parse("2001:db8:1:2::"));
    }

    @Test
    @Tag("B4")
    void dottedTailAloneMakesNoIpv4() {
        IpAddress address = IpAddress.parse("2001:db8:1:2::1.2.3.4");

        assertThat(address.isV4()).isFalse();
        assertThat(address.prefix(64)).hasToString("2001:db8:1:2::");
    }

    @ParameterizedTest
    @Tag("B5")
    @ValueSource(
            strings = {
                "2001:DB8::A",
                "2001:0db8::000a",
                "2001:db8:0:0:0:0:0:a",
                "2001:db8::a%eth0",
                "2001:db8:0::0:a",
                "2001:db8::0.0.0.10"
            })
    void spellingsOfOneAddressAreEqual(String text) {
        assertThat(IpAddress.parse(text)).isEqualTo(IpAddress.parse("2001:db8::a"));
    }

    @ParameterizedTest
    @Tag("B6")
    @CsvSource({
        "2001:db8:1:2ff:3:4:5:6, 0, ::",
        "2001:db8:1:2ff:3:4:5:6, 1, ::",
        "ffff:db8:1:2ff:3:4:5:6, 1, 8000::",
        "2001:db8:1:2ff:3:4:5:6, 48, 2001:db8:1::",
        "2001:db8:1:2ff:3:4:5:6, 56, 2001:db8:1:200::",
        "2001:db8:1:2ff:3:4:5:6, 63, 2001:db8:1:2fe::",
        "2001:db8:1:2ff:3:4:5:6, 64, 2001:db8:1:2ff::",
        "2001:db8:1:2ff:f:4:5:6, 77, 2001:db8:1:2ff:8::",
        "2001:db8:1:2ff:3:4:5:7, 127, 2001:db8:1:2ff:3:4:5:6",
        "2001:db8:1:2ff:3:4:5:7, 128, 2001:db8:1:2ff:3:4:5:7",
        "10.1.2.3, 0, 0.0.0.0",
        "10.1.2.3, 8, 10.0.0.0",
        "10.1.2.3, 31, 10.1.2.2",
        "10.1.2.3, 32, 10.1.2.3",
    })
    void prefixClearsTheRest(String text, int bits, String prefix) {
        assertThat(IpAddress.parse(text).prefix(bits)).hasToString(prefix);
    }

    @Test
    @Tag("B6")
    void translatedIpv4StaysIpv6() {
        assertThat(IpAddress.parse("64:ff9b::1.2.3.4").isV4()).isFalse();
        assertThat(IpAddress.parse("64:ff9b::1.2.3.4").prefix(64))
                .isEqualTo(IpAddress.parse("64:ff9b::5.6.7.8").prefix(64));
        assertThat(IpAddress.parse("2002:102:304:5::6").prefix(64)).hasToString("2002:102:304:5::");
        assertThat(IpAddress.parse("::1.2.3.4").isV4()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.4, 33, 0 to 32", "1.2.3.4, -1, 0 to 32", "::1, 129, 0 to 128", "::1, -1, 0 to 128"})
    void prefixOutsideTheAddressIsRefused(String text, int bits, String range) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.parse(text).prefix(bits))
                .withMessage("The prefix of " + text + " is " + bits + ", must be " + range);
    }
}
