package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.security.Answering.PerAddress;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Part A: forged addresses before those that trusted proxies have written. The peer 127.0.0.1 is the proxy. */
class ProxiedAddressTest {

    private static final String SET = "`weir.trusted-proxies`, `weir.forwarding-header`";
    private static final String CLIENT = "203.0.113.9";

    private static Site behind(String header) {
        return Site.with()
                .setting("weir.trusted-proxies", "127.0.0.1, 10.0.0.0/8")
                .setting("weir.forwarding-header", header)
                .servlet("/login", new PerAddress())
                .start();
    }

    @Test
    @Row(
            value = "A3",
            promise =
                    "Behind a proxy the client is the rightmost address that no trusted proxy has, whatever stands before it",
            set = SET)
    void whatAClientWritesBeforeItsOwnAddressDoesNotCount() {
        try (Site site = behind("x-forwarded-for")) {
            assertThat(admitted(site, 100, "/login", i -> lines("X-Forwarded-For: " + fakes(i + 1) + CLIENT)))
                    .isEqualTo(5);
            assertThat(admitted(
                            site, 100, "/login", i -> lines("X-Forwarded-For: " + fakes(1) + CLIENT + ", 10.0.0." + i)))
                    .isZero();
            assertThat(admitted(site, 20, "/login", "X-Forwarded-For: " + CLIENT + ", 203.0.113.10"))
                    .isEqualTo(5);
        }
        try (Site site = behind("forwarded")) {
            assertThat(admitted(
                            site,
                            100,
                            "/login",
                            i -> lines("Forwarded: for=198.51.100." + i + ";by=\"x, for=" + CLIENT)))
                    .isEqualTo(5);
        }
    }

    private static String fakes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "198.51.100." + (i * 7 + count) % 256 + ", ")
                .collect(Collectors.joining());
    }

    @Test
    @Row(value = "A4", promise = "Of the two forwarding headers only the configured one is read", set = SET)
    void theOtherForwardingHeaderIsIgnored() {
        try (Site site = behind("x-forwarded-for")) {
            assertThat(admitted(
                            site,
                            50,
                            "/login",
                            i -> lines("Forwarded: for=198.51.100." + i, "X-Forwarded-For: " + CLIENT)))
                    .isEqualTo(5);
            assertThat(admitted(
                            site, 50, "/login", i -> lines("X-Forwarded-For: " + CLIENT, "Forwarded: for=127.0.0.1")))
                    .isZero();
        }
        try (Site site = behind("forwarded")) {
            assertThat(admitted(
                            site,
                            50,
                            "/login",
                            i -> lines("X-Forwarded-For: 198.51.100." + i, "Forwarded: for=" + CLIENT)))
                    .isEqualTo(5);
            assertThat(admitted(
                            site, 50, "/login", i -> lines("Forwarded: for=" + CLIENT, "X-Forwarded-For: 127.0.0.1")))
                    .isZero();
        }
    }

    @Test
    @Row(
            value = "A5",
            promise = "Several lines of the header are one list, of which the proxy's own end decides",
            set = SET)
    void severalLinesCountAsTheirListWouldInOne() {
        String mine = "X-Forwarded-For: " + CLIENT;
        try (Site site = behind("x-forwarded-for")) {
            assertThat(admitted(site, 60, "/login", i -> switch (i % 4) {
                        case 0 -> lines("X-Forwarded-For: 198.51.100." + i, mine);
                        case 1 -> lines("X-Forwarded-For: 198.51.100." + i + ", " + CLIENT);
                        case 2 ->
                            lines("X-Forwarded-For: 198.51.100." + i + ",", "x-forwarded-for: 198.51.100.1", mine);
                        default -> lines(mine, "X-Forwarded-For: 10.0.0." + i);
                    }))
                    .isEqualTo(5);
            // Whatever comes last was written by the proxy, even if it looks like what came first.
            assertThat(admitted(site, 20, "/login", mine, "X-Forwarded-For: 198.51.100.200"))
                    .isEqualTo(5);
        }
    }

    @Test
    @Row(value = "A8", promise = "Ports in forwarded addresses make no new clients", set = SET)
    void portsMakeNoNewClients() {
        try (Site site = behind("x-forwarded-for")) {
            assertThat(admitted(site, 50, "/login", i -> lines("X-Forwarded-For: 1.2.3.4:" + (1111 + i))))
                    .isEqualTo(5);
            assertThat(admitted(site, 50, "/login", i -> lines("X-Forwarded-For: [2001:db8::1]:" + (i + 1))))
                    .isEqualTo(5);
            assertThat(admitted(
                            site, 2, "/login", i -> lines("X-Forwarded-For: " + (i == 0 ? "1.2.3.4" : "2001:db8::1"))))
                    .isZero();
        }
        try (Site site = behind("forwarded")) {
            assertThat(admitted(site, 50, "/login", i -> lines("Forwarded: for=\"[2001:db8::1]:" + (i + 1) + "\"")))
                    .isEqualTo(5);
            assertThat(admitted(site, 50, "/login", i -> lines("Forwarded: for=\"1.2.3.4:" + (i + 1) + "\"")))
                    .isEqualTo(5);
            assertThat(admitted(site, 50, "/login", i -> lines("Forwarded: for=\"1.2.3.4:_p" + i + "\"")))
                    .isZero();
        }
    }

    @Test
    @Row(
            value = "A11",
            promise =
                    "A client of a proxy that names a victim before its own address takes nothing of the victim's budget",
            set = SET)
    void aVictimBehindTheSameProxyKeepsHisBudget() {
        try (Site site = behind("x-forwarded-for")) {
            String attacker = "203.0.113.66";
            assertThat(admitted(site, 100, "/login", "X-Forwarded-For: " + CLIENT + ", " + attacker))
                    .isEqualTo(5);
            assertThat(admitted(site, 20, "/login", "X-Forwarded-For: " + CLIENT))
                    .isEqualTo(5);
        }
    }
}
