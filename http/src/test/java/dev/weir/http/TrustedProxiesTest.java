package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    @Test
    void listHoldsTheAddressesOfEachNetwork() {
        TrustedProxies proxies = TrustedProxies.parse(" 10.0.0.0/8,2001:db8::7 ,\t192.0.2.7");

        assertThat(proxies.networks())
                .map(Cidr::toString)
                .containsExactly("10.0.0.0/8", "2001:db8::7/128", "192.0.2.7/32");
        assertThat(proxies.contains(IpAddress.parse("10.1.2.3"))).isTrue();
        assertThat(proxies.contains(IpAddress.parse("2001:db8::7"))).isTrue();
        assertThat(proxies.contains(IpAddress.parse("192.0.2.8"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void blankTextTrustsNobody(String text) {
        assertThat(TrustedProxies.parse(text)).isEqualTo(TrustedProxies.none());
        assertThat(TrustedProxies.none().contains(IpAddress.parse("127.0.0.1"))).isFalse();
    }

    @Test
    void allBadEntriesAreNamedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedProxies.parse("10.0.0.1/8, 192.0.2.0/24, ,proxy"))
                .withMessage("""
                        The trusted proxies "10.0.0.1/8, 192.0.2.0/24, ,proxy" cannot be read:
                          "10.0.0.1/8" has bits set beyond its prefix. Write 10.0.0.0/8 for the network, or 10.0.0.1 for the one address.
                          An entry is empty. Write one comma between two entries, none at the ends.
                          "proxy" is not an address or a network. Example: 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32.""");
    }

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "'10.0.0.0/8, 0.0.0.0/1', false",
        "'10.0.0.0/8, 0.0.0.0/0', true",
        "::/0, true",
        "::ffff:0.0.0.0/96, true",
    })
    void trustInEverybodyIsTold(String text, boolean catchAll) {
        assertThat(TrustedProxies.parse(text).isCatchAll()).isEqualTo(catchAll);
    }

    @Test
    void laterChangesOfTheGivenListChangeNothing() {
        List<Cidr> networks = new ArrayList<>();
        TrustedProxies proxies = new TrustedProxies(networks);
        networks.add(Cidr.parse("10.0.0.0/8"));

        assertThat(proxies.contains(IpAddress.parse("10.0.0.1"))).isFalse();
    }
}
