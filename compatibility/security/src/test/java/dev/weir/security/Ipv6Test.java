package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.ManualTicker;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.security.Answering.PerAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Part B: clients with more addresses than anybody can count. Addresses come through a trusted proxy. */
class Ipv6Test {

    private static Site cutTo(int prefix) {
        return Site.with()
                .setting("weir.trusted-proxies", "127.0.0.1")
                .setting("weir.forwarding-header", "x-forwarded-for")
                .setting("weir.ipv6-prefix", String.valueOf(prefix))
                .servlet("/login", new PerAddress())
                .start();
    }

    @Test
    @Row(value = "B1", promise = "All addresses of one /64 are one client")
    void addressesOfOneNetworkAreOneClient() {
        try (Weir weir = Weir.builder()
                .settings(Settings.none())
                .ticker(new ManualTicker())
                .build()) {
            int admitted = 0;
            for (int i = 0; i < 1 << 16; i++) {
                String address = "2001:db8:1:2:" + Integer.toHexString(i) + "::" + Integer.toHexString(i * 31 & 0xffff);
                admitted += BareRequest.from(address).passes(weir, PerAddress.class) ? 1 : 0;
            }
            assertThat(admitted).isEqualTo(5);
            assertThat(BareRequest.from("2001:db8:1:3::1").passes(weir, PerAddress.class))
                    .isTrue();
        }
        try (Site site = cutTo(64)) {
            assertThat(admitted(
                            site,
                            300,
                            "/login",
                            i -> lines("X-Forwarded-For: 2001:db8:1:2::" + Integer.toHexString(i))))
                    .isEqualTo(5);
            assertThat(admitted(site, 10, "/login", "X-Forwarded-For: 2001:db8:1:3::1"))
                    .isEqualTo(5);
        }
    }

    @Test
    @Row(value = "B2", promise = "An IPv4-mapped address is that IPv4 address, however it is spelled")
    void mappedAddressesAreTheirIpv4Addresses() {
        assertOneClient(
                64,
                "1.2.3.4",
                "::ffff:1.2.3.4",
                "::FFFF:1.2.3.4",
                "::ffff:102:304",
                "::ffff:0102:0304",
                "0:0:0:0:0:ffff:1.2.3.4",
                "0000:0000:0000:0000:0000:ffff:0102:0304",
                "[::ffff:1.2.3.4]",
                "[::ffff:102:304]:8080");
    }

    @Test
    @Row(value = "B3", promise = "Two IPv4-mapped addresses are two clients, not one /64")
    void mappedAddressesAreNotOneNetwork() {
        for (int prefix : List.of(48, 64, 128)) {
            assertTwoClients(prefix, "::ffff:1.2.3.4", "::ffff:5.6.7.8");
            assertTwoClients(prefix, "::ffff:1.2.3.4", "::ffff:1.2.3.5");
        }
    }

    @Test
    @Row(value = "B4", promise = "An IPv6 address with a dotted tail belongs to its /64")
    void dottedTailsBelongToTheirNetwork() {
        assertOneClient(64, "2001:db8:1:2::1.2.3.4", "2001:db8:1:2::5.6.7.8", "2001:db8:1:2::9");
        assertTwoClients(64, "2001:db8:1:2::1.2.3.4", "1.2.3.4");
        assertTwoClients(64, "2001:db8:1:2::1.2.3.4", "2001:db8:1:3::1.2.3.4");
    }

    @Test
    @Row(value = "B5", promise = "Capitals, zeros, zones and brackets make no new clients")
    void spellingsOfOneAddressAreOneClient() {
        assertOneClient(
                128,
                "fe80::a:1",
                "FE80::A:1",
                "fe80:0:0:0:0:0:a:1",
                "fe80:0000:0000:0000:0000:0000:000A:0001",
                "fe80:0::0:a:1",
                "fe80::0:0:a:1",
                "fe80::0.10.0.1",
                "fe80::a:1%eth0",
                "fe80::a:1%1",
                "[fe80::a:1%eth0]:443",
                "[fe80::a:1]");
    }

    @Test
    @Row(
            value = "B6",
            promise = "How many bits of an IPv6 address make a client is a setting that is kept to",
            set = "`weir.ipv6-prefix`")
    void thePrefixIsKeptTo() {
        Map<Integer, List<String>> lastOfTheNetworkAndFirstOfTheNext = Map.of(
                48, List.of("2001:db8:1:ffff::9", "2001:db8:2::"),
                56, List.of("2001:db8:1:ff::9", "2001:db8:1:100::"),
                64, List.of("2001:db8:1:0:ffff::9", "2001:db8:1:1::"),
                128, List.of("2001:db8:1::", "2001:db8:1::1"));
        lastOfTheNetworkAndFirstOfTheNext.forEach((prefix, pair) -> {
            assertOneClient(prefix, "2001:db8:1::", pair.get(0));
            assertTwoClients(prefix, pair.get(0), pair.get(1));
        });
    }

    @Test
    @Row(
            value = "B6",
            promise =
                    "What comes through a NAT64 prefix is one client, unless addresses are not cut; a 6to4 site is a client of its own",
            set = "`weir.ipv6-prefix` = 128 where a NAT64 translator stands before the server")
    void translatedAddressesAreIpv6() {
        assertOneClient(64, "64:ff9b::1.2.3.4", "64:ff9b::5.6.7.8");
        assertTwoClients(128, "64:ff9b::1.2.3.4", "64:ff9b::5.6.7.8");
        assertTwoClients(128, "64:ff9b::1.2.3.4", "1.2.3.4");
        assertOneClient(48, "2002:102:304::1", "2002:102:304:ffff::1");
        assertTwoClients(64, "2002:102:304::1", "2002:102:304:1::1");
        assertTwoClients(48, "2002:102:304::1", "2002:506:708::1");
        assertTwoClients(48, "2002:102:304::1", "1.2.3.4");
    }

    private static void assertOneClient(int prefix, String... spellings) {
        try (Site site = cutTo(prefix)) {
            assertThat(admitted(
                            site,
                            5 * spellings.length,
                            "/login",
                            i -> lines("X-Forwarded-For: " + spellings[i % spellings.length])))
                    .as("cut to %d: %s", prefix, List.of(spellings))
                    .isEqualTo(5);
            for (String spelling : spellings) {
                assertThat(admitted(site, 1, "/login", "X-Forwarded-For: " + spelling))
                        .as("cut to %d: %s", prefix, spelling)
                        .isZero();
            }
        }
    }

    private static void assertTwoClients(int prefix, String one, String other) {
        try (Site site = cutTo(prefix)) {
            assertThat(admitted(site, 6, "/login", "X-Forwarded-For: " + one)).isEqualTo(5);
            assertThat(admitted(site, 6, "/login", "X-Forwarded-For: " + other))
                    .as("cut to %d: %s after %s", prefix, other, one)
                    .isEqualTo(5);
        }
    }
}
