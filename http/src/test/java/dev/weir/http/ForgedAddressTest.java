package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForgedAddressTest {

    private static final TrustedProxies TEN = TrustedProxies.parse("10.0.0.0/8");
    private static final ClientAddress X_FORWARDED_FOR = new ClientAddress(TEN, ForwardingHeader.X_FORWARDED_FOR);
    private static final ClientAddress FORWARDED = new ClientAddress(TEN, ForwardingHeader.FORWARDED);

    @ParameterizedTest
    @Tag("A1")
    @Tag("A2")
    @EnumSource
    void withoutTrustedProxyNoHeaderIsEvenRead(ForwardingHeader header) {
        ClientAddress client = new ClientAddress(TrustedProxies.none(), header);

        assertThat(client.resolve("10.0.0.1", ForgedAddressTest::mustNotBeRead)).hasToString("10.0.0.1");
    }

    @Test
    @Tag("A2")
    void withoutForwardingHeaderNoHeaderIsEvenRead() {
        ClientAddress client = new ClientAddress(TEN, ForwardingHeader.NONE);

        assertThat(client.resolve("10.0.0.1", ForgedAddressTest::mustNotBeRead)).hasToString("10.0.0.1");
    }

    @Test
    @Tag("A3")
    void forgedEntriesOnTheLeftAreNeverLookedAt() {
        Set<IpAddress> clients = new HashSet<>();
        StringBuilder list = new StringBuilder("203.0.113.7");
        for (int i = 1; i <= 100; i++) {
            list.insert(0, "6.6.6." + i + ", ");
            clients.add(
                    X_FORWARDED_FOR.resolve("10.0.0.1", headers(Map.of("X-Forwarded-For", List.of(list.toString())))));
        }

        assertThat(clients).containsExactly(IpAddress.parse("203.0.113.7"));
    }

    @Test
    @Tag("A4")
    void onlyTheConfiguredHeaderIsRead() {
        Map<String, List<String>> both =
                Map.of("X-Forwarded-For", List.of("203.0.113.7"), "Forwarded", List.of("for=203.0.113.8"));

        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", headers(both))).hasToString("203.0.113.7");
        assertThat(FORWARDED.resolve("10.0.0.1", headers(both))).hasToString("203.0.113.8");
        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", headers(Map.of("Forwarded", List.of("for=127.0.0.1")))))
                .hasToString("10.0.0.1");
        assertThat(FORWARDED.resolve("10.0.0.1", headers(Map.of("X-Forwarded-For", List.of("127.0.0.1")))))
                .hasToString("10.0.0.1");
    }

    @Test
    @Tag("A5")
    void onlyTheLineOfTheProxyDecides() {
        assertThat(X_FORWARDED_FOR.resolve(
                        "10.0.0.1", headers(Map.of("X-Forwarded-For", List.of("6.6.6.6", "203.0.113.7")))))
                .hasToString("203.0.113.7");
        assertThat(X_FORWARDED_FOR.resolve(
                        "10.0.0.1", headers(Map.of("X-Forwarded-For", List.of("6.6.6.6", "7.7.7.7, 203.0.113.7")))))
                .hasToString("203.0.113.7");
        assertThat(FORWARDED.resolve(
                        "10.0.0.1", headers(Map.of("Forwarded", List.of("for=\"6.6.6.6", "for=203.0.113.7")))))
                .hasToString("203.0.113.7");
    }

    @ParameterizedTest
    @Tag("A6")
    @Tag("A11")
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1", "198.51.100.1"})
    void untrustedPeerCannotTakeAnothersAddress(String another) {
        Map<String, List<String>> forged =
                Map.of("X-Forwarded-For", List.of(another), "Forwarded", List.of("for=" + another));

        assertThat(X_FORWARDED_FOR.resolve("203.0.113.7", headers(forged))).hasToString("203.0.113.7");
        assertThat(FORWARDED.resolve("203.0.113.7", headers(forged))).hasToString("203.0.113.7");
    }

    @ParameterizedTest
    @Tag("A11")
    @ValueSource(
            strings = {
                "for=198.51.100.1",
                "for=\"198.51.100.1",
                "for=198.51.100.1;by=\"",
                "\"",
                "\\",
                "\\\"",
                "for=\"\\",
                "for=198.51.100.1;by=\"x\\",
                "for=10.0.0.9, for=198.51.100.1",
                "for=198.51.100.1,",
                "for=198.51.100.1;"
            })
    void clientBehindTheProxyCannotTakeAnothersAddress(String sent) {
        for (String appended :
                List.of("for=203.0.113.7", "for=\"203.0.113.7:1\";host=\"a,b\"", "host=\"\\\"\";for=203.0.113.7")) {
            assertThat(FORWARDED.resolve("10.0.0.1", headers(Map.of("Forwarded", List.of(sent + ", " + appended)))))
                    .hasToString("203.0.113.7");
            assertThat(FORWARDED.resolve("10.0.0.1", headers(Map.of("Forwarded", List.of(sent, appended)))))
                    .hasToString("203.0.113.7");
        }
    }

    @ParameterizedTest
    @Tag("A7")
    @MethodSource("junk")
    void junkEndsTheWalkAtTheLastHopProven(String junk) {
        assertThat(X_FORWARDED_FOR.resolve("10.0.0.1", headers(Map.of("X-Forwarded-For", List.of("6.6.6.6, " + junk)))))
                .hasToString("10.0.0.1");
        assertThat(X_FORWARDED_FOR.resolve(
                        "10.0.0.1", headers(Map.of("X-Forwarded-For", List.of(junk + ", 10.0.0.2")))))
                .hasToString("10.0.0.2");
        assertThat(FORWARDED.resolve("10.0.0.1", headers(Map.of("Forwarded", List.of("for=6.6.6.6, for=" + junk)))))
                .hasToString("10.0.0.1");
        assertThat(FORWARDED.resolve(
                        "10.0.0.1", headers(Map.of("Forwarded", List.of("for=" + junk + ", for=10.0.0.2")))))
                .hasToString("10.0.0.2");
    }

    static List<String> junk() {
        return List.of(
                "unknown",
                "_hidden",
                "",
                ",,,",
                "1.2.3",
                "0x7f.1",
                "010.0.0.1",
                "evil.example",
                "1.2.3.4\0",
                "[::1",
                ",".repeat(9 * 1024),
                "\"".repeat(9 * 1024 + 1),
                "\\\"".repeat(5 * 1024));
    }

    @ParameterizedTest
    @Tag("A7")
    @ValueSource(
            classes = {
                IpAddress.class,
                IpLiteral.class,
                NodeAddress.class,
                ForwardedField.class,
                XForwardedForField.class,
                Cidr.class,
                TrustedProxies.class,
                ClientAddress.class
            })
    void nothingThatReadsAddressesKnowsTheJdksResolver(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("java/net/");
        }
    }

    @Test
    @Tag("A8")
    void portsMakeNoNewClients() {
        Set<IpAddress> clients = new HashSet<>();
        for (int port = 1; port <= 65_535; port += 257) {
            clients.add(X_FORWARDED_FOR.resolve(
                    "10.0.0.1", headers(Map.of("X-Forwarded-For", List.of("203.0.113.7:" + port)))));
            clients.add(FORWARDED.resolve(
                    "10.0.0.1", headers(Map.of("Forwarded", List.of("for=\"203.0.113.7:" + port + "\"")))));
        }

        assertThat(clients).containsExactly(IpAddress.parse("203.0.113.7"));
    }

    private static Function<String, Iterator<String>> headers(Map<String, List<String>> headers) {
        return name -> headers.getOrDefault(name, List.of()).iterator();
    }

    private static Iterator<String> mustNotBeRead(String name) {
        return fail("The header %s was read", name);
    }
}
