package dev.weir.security;

import static dev.weir.security.Tally.admitted;
import static dev.weir.security.Tally.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.ManualTicker;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.security.Answering.PerAddress;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Part A: addresses that are none, that are missing, or that nobody has told Weir how to find. */
class OddAddressTest {

    private static final List<String> JUNK = List.of(
            "unknown",
            "_hidden",
            "",
            ",,,",
            "1.2.3",
            "0x7f.1",
            "010.0.0.1",
            "2130706433",
            "1.2.3.4.5",
            "1.2.3.256",
            "evil.example",
            "localhost",
            "1.2.3.4\0",
            "1.2.3.4\r\nX-Forwarded-For: 5.6.7.8",
            "[::1",
            "::1]",
            "1::2::3",
            "1.2.3.4:",
            "1.2.3.4:123456",
            "\u0661.2.3.4",
            "\uff11.2.3.4",
            "${jndi:ldap://evil.example/a}",
            "\"",
            ",".repeat(9 * 1024),
            "1.2.3.4," + ",".repeat(40));

    @Test
    @Row(
            value = "A7",
            promise =
                    "What is no address ends the search at the last proven hop, without an exception and without asking a name server",
            set = "`weir.trusted-proxies`, `weir.forwarding-header`")
    void junkCountsForTheProxyThatPassedItOn() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("weir.trusted-proxies", "127.0.0.1");
        for (String header : List.of("X-Forwarded-For", "Forwarded")) {
            settings.put("weir.forwarding-header", header);
            for (String junk : JUNK) {
                try (Weir weir = Weir.builder()
                        .settings(Settings.none().after("test", settings))
                        .ticker(new ManualTicker())
                        .build()) {
                    String value = header.equals("Forwarded") ? "for=" + junk : junk;
                    int admitted = 0;
                    for (int i = 0; i < 6; i++) {
                        BareRequest request =
                                BareRequest.from("127.0.0.1").header(header, "198.51.100." + i + ", " + value);
                        admitted += request.passes(weir, PerAddress.class) ? 1 : 0;
                    }
                    assertThat(admitted).as("%s: %s", header, junk).isEqualTo(5);
                    assertThat(BareRequest.from("127.0.0.1").passes(weir, PerAddress.class))
                            .as("the proxy's own budget after %s: %s", header, junk)
                            .isFalse();
                }
            }
        }
    }

    @Test
    @Row(
            value = "A7",
            promise = "Junk that a server lets through does no more over the wire",
            set = "`weir.trusted-proxies`, `weir.forwarding-header`")
    void junkOverTheWireCountsForTheProxyThatPassedItOn() {
        List<String> junk = JUNK.stream()
                .filter(text -> text.length() < 4096 && text.chars().allMatch(c -> c >= ' ' && c <= '~'))
                .toList();
        try (Site site = Site.with()
                .setting("weir.trusted-proxies", "127.0.0.1")
                .setting("weir.forwarding-header", "x-forwarded-for")
                .servlet("/login", new PerAddress())
                .start()) {
            assertThat(admitted(
                            site, junk.size(), "/login", i -> lines("X-Forwarded-For: 198.51.100.1," + junk.get(i))))
                    .isEqualTo(5);
        }
    }

    @Test
    @Row(
            value = "A7",
            promise =
                    "No class that reads requests even names the JDK's classes for networks, so none can look a name up")
    void nothingThatReadsRequestsCanLookUpNames() throws Exception {
        List<String> seen = new ArrayList<>();
        List<String> resolving = new ArrayList<>();
        URI location =
                Weir.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path place = Path.of(location);
        if (Files.isDirectory(place)) {
            readClasses(place, seen, resolving);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                readClasses(jar.getPath("/"), seen, resolving);
            }
        }
        assertThat(seen).anyMatch(name -> name.endsWith("IpLiteral.class"));
        assertThat(resolving).isEmpty();
    }

    private static void readClasses(Path root, List<String> seen, List<String> resolving) throws Exception {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                seen.add(file.toString());
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (bytes.contains("java/net/") || bytes.contains("javax/naming/")) {
                    resolving.add(file.toString());
                }
            }
        }
    }

    @Test
    @Row(
            value = "A9",
            promise =
                    "Peers without an address, such as those of a Unix socket, are one client together and nobody else")
    void peersWithoutAnAddressAreOneClientThatIsNobodyElse() {
        Filter peer = (request, response, chain) -> chain.doFilter(
                new HttpServletRequestWrapper((HttpServletRequest) request) {
                    @Override
                    public @Nullable String getRemoteAddr() {
                        String claimed = getHeader("Test-Peer");
                        return claimed == null ? super.getRemoteAddr() : claimed.equals("null") ? null : claimed;
                    }
                },
                response);
        List<String> none = List.of("Test-Peer: null", "Test-Peer:", "Test-Peer: /run/app.sock", "Test-Peer: @");
        try (Site site = Site.with()
                .filterBefore("/*", peer)
                .servlet("/login", new PerAddress())
                .start()) {
            assertThat(admitted(site, 40, "/login", i -> lines(none.get(i % none.size()))))
                    .isEqualTo(5);
            for (String somebody : List.of("0.0.0.0", "::", "127.0.0.1")) {
                assertThat(admitted(site, 10, "/login", "Test-Peer: " + somebody))
                        .as(somebody)
                        .isEqualTo(5);
            }
        }
    }

    @Test
    @Row(
            value = "A10",
            promise =
                    "Behind a proxy that nobody has told Weir of, the first request that shows it is followed by a warning, once")
    void anUnknownProxyIsWarnedOfOnce() {
        try (WeirLog log = WeirLog.capture();
                Site site = Site.with().servlet("/login", new PerAddress()).start()) {
            assertThat(admitted(site, 3, "/login")).isEqualTo(3);
            assertThat(log.warnings()).isEmpty();
            admitted(
                    site, 50, "/login", i -> lines("X-Forwarded-For: 203.0.113." + i, "Forwarded: for=203.0.113." + i));
            assertThat(log.warnings())
                    .singleElement()
                    .asString()
                    .contains(
                            "X-Forwarded-For",
                            "weir.trusted-proxies",
                            "weir.forwarding-header",
                            "all of its clients count as one")
                    .doesNotContain("203.0.113");
        }
    }

    @Test
    @Row(value = "A10", promise = "Settings for proxies of which one half is missing are warned of at start")
    void halfOfTheProxySettingsIsWarnedOfAtStart() {
        for (String[] half : List.of(
                lines("weir.trusted-proxies", "10.0.0.0/8"), lines("weir.forwarding-header", "x-forwarded-for"))) {
            try (WeirLog log = WeirLog.capture();
                    Site site = Site.with()
                            .setting(half[0], half[1])
                            .servlet("/login", new PerAddress())
                            .start()) {
                assertThat(log.warnings()).singleElement().asString().contains(half[0] + " is set, but");
                assertThat(site.weir().settings().find(half[0])).isEqualTo(half[1]);
            }
        }
    }
}
