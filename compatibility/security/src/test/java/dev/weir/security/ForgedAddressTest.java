package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.admittedFrom;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.security.Answering.PerAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part A: who is the client, when it says that it is somebody else. */
class ForgedAddressTest {

    /** What servers and proxies of all kinds write a client's address into. */
    private static final List<String> HEADERS = List.of(
            "X-Real-IP: %s",
            "CF-Connecting-IP: %s",
            "True-Client-IP: %s",
            "Client-IP: %s",
            "X-Client-IP: %s",
            "X-Originating-IP: [%s]",
            "X-Cluster-Client-IP: %s",
            "X-Remote-Addr: %s",
            "Forwarded: for=%s",
            "X-Forwarded: for=%s",
            "Forwarded-For: %s",
            "Via: 1.1 %s");

    @Test
    @Row(value = "A1", promise = "With no trusted proxy, X-Forwarded-For is never believed")
    void forwardedAddressesOfStrangersAreNotBelieved() {
        try (Site site = Site.with().servlet("/login", new PerAddress()).start()) {
            assertThat(admitted(site, 100, "/login", i -> lines("X-Forwarded-For: 203.0.113." + i)))
                    .isEqualTo(5);
        }
    }

    @Test
    @Row(value = "A2", promise = "No other header in which somebody might write an address is believed either")
    void addressesInHeadersOfOtherNamesAreNotBelieved() {
        for (String header : HEADERS) {
            try (Site site = Site.with().servlet("/login", new PerAddress()).start()) {
                assertThat(admitted(site, 20, "/login", i -> lines(header.formatted("203.0.113." + i))))
                        .as(header)
                        .isEqualTo(5);
            }
        }
        try (Site site = Site.with().servlet("/login", new PerAddress()).start()) {
            assertThat(admitted(
                            site,
                            100,
                            "/login",
                            i -> HEADERS.stream()
                                    .map(header -> header.formatted("203.0.113." + i))
                                    .toArray(String[]::new)))
                    .isEqualTo(5);
        }
    }

    @Test
    @Row(
            value = "A6",
            promise =
                    "No address is exempt, the server's own included, so there is none worth claiming; exempt paths are those of the"
                            + " container, which no header changes",
            set = "`weir.exempt-paths`, for paths to be exempt")
    void claimingAnAddressOrAPathExemptsNobody() {
        String[] claims = lines(
                "X-Forwarded-For: 127.0.0.1",
                "X-Real-IP: ::1",
                "Forwarded: for=10.0.0.1",
                "X-Original-URL: /health",
                "X-Rewrite-URL: /health",
                "X-Forwarded-Prefix: /health");
        try (Site site = Site.with()
                .servlet("/login", new PerAddress())
                .servlet("/health", new PerAddress())
                .setting("weir.exempt-paths", "/health")
                .start()) {
            assertThat(admittedFrom("127.0.0.2", site, 20, "/login", i -> claims))
                    .isEqualTo(5);
            assertThat(admitted(site, 20, "/login")).isEqualTo(5);
            assertThat(admitted(site, 20, "/health")).isEqualTo(20);
        }
    }

    @Test
    @Row(value = "A11", promise = "Who writes a victim's address into a header takes nothing of the victim's budget")
    void aVictimsBudgetCannotBeSpentByNamingHim() {
        String victim = "127.0.0.3";
        String[] claims =
                HEADERS.stream().map(header -> header.formatted(victim)).toArray(String[]::new);
        try (Site site = Site.with().servlet("/login", new PerAddress()).start()) {
            assertThat(admittedFrom("127.0.0.2", site, 100, "/login", i -> claims))
                    .isEqualTo(5);
            assertThat(admittedFrom(
                            "127.0.0.2", site, 100, "/login", i -> lines("X-Forwarded-For: " + victim, claims[0])))
                    .isZero();
            assertThat(admittedFrom(victim, site, 20, "/login", i -> lines())).isEqualTo(5);
        }
    }
}
