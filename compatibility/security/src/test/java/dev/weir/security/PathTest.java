package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

/** Part D: other spellings of a path, against a container that is strict and one that lets everything pass. */
class PathTest {

    /** {@code %s} is the path, {@code %e} the same with its first letter encoded. */
    private static final List<String> SPELLINGS = List.of(
            "%s/", "/%s", "/.%s", "/x/..%s", "%s;a=b", "%s;", "/;x%s", "%s/.", "%s/x/..", "%s//", "%s;/", "%s;/x/..");

    private static final List<String> ENCODED = List.of(
            "%e",
            "%s%2f",
            "%s%2F",
            "%s%3bx",
            "%s%00",
            "/%2e%s",
            "/x/%2e%2e%s",
            "%s%20",
            "%s%0a",
            "%d",
            "%s%2f..",
            "/x%2f..%s",
            "/..%2f%s",
            "%s\\",
            "%s%5c",
            "%s%ff",
            "%s%c0%af");

    @Path("login")
    public static class LoginResource {
        static final AtomicInteger SERVED = new AtomicInteger();

        @POST
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String login() {
            SERVED.incrementAndGet();
            return "in";
        }
    }

    @Path("deep/{rest: .*}")
    @RateLimited(permits = 5, per = "1m", key = "ip")
    public static class DeepResource {
        static final AtomicInteger SERVED = new AtomicInteger();

        @POST
        public String any() {
            SERVED.incrementAndGet();
            return "in";
        }
    }

    @Test
    @Row(
            value = "D1",
            promise = "Slashes, dot segments and path parameters lead to the same limit or to an error, never past it")
    void otherSpellingsOfAPathHaveItsLimit() {
        for (boolean lenient : new boolean[] {false, true}) {
            assertThat(reachTheLimit(SPELLINGS, lenient)).isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    @Row(
            value = "D2",
            promise =
                    "Encoded letters, slashes, semicolons, dots and NULs in a path lead to the same limit or to an error")
    void encodedSpellingsOfAPathHaveItsLimit() {
        for (boolean lenient : new boolean[] {false, true}) {
            assertThat(reachTheLimit(ENCODED, lenient)).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    @Row(
            value = "D3",
            promise =
                    "A path in capitals is another path, with the default limits or a 404, never the servlet unlimited")
    void capitalsDoNotReachTheServletUnlimited() {
        Counting.Login login = new Counting.Login();
        int inside = LoginResource.SERVED.get();
        try (Site site = Site.with()
                .servlet("/login", login)
                .resources(LoginResource.class)
                .start()) {
            for (String path : List.of("/LOGIN", "/Login", "/%4cogin", "/api/LOGIN", "/API/login")) {
                assertThat(Wire.send(site, "POST", path).status()).as(path).isIn(404, 405);
            }
            assertThat(LoginResource.SERVED).hasValue(inside);
            assertThat(login.served).hasValue(0);
        }
    }

    @Test
    @Row(value = "D9", promise = "Query strings, fragments and matrix parameters are not clients")
    void queriesAreNotClients() {
        try (Site site = Site.with()
                .servlet("/login", new Counting.Login())
                .resources(LoginResource.class)
                .start()) {
            for (String path : List.of("/login", "/api/login")) {
                List<Integer> statuses = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    statuses.add(Wire.send(site, "POST", path + "?x=" + i + "&key=k" + i)
                            .status());
                    statuses.add(Wire.send(site, "POST", path + ";v=" + i).status());
                    statuses.add(Wire.send(site, "POST", path + "#" + i).status());
                }
                assertThat(statuses.stream().filter(s -> s == 200)).as(path).hasSizeLessThanOrEqualTo(5);
                assertThat(statuses.stream().filter(s -> s == 429)).as(path).hasSizeGreaterThanOrEqualTo(35);
            }
        }
    }

    @Test
    @Row(
            value = "D10",
            promise = "A servlet on the context root, mapped to \"\" or to \"/\", is limited like any other")
    void theContextRootIsLimited() {
        for (String mapping : List.of("", "/", "/*")) {
            for (String contextPath : List.of("/", "/app")) {
                Counting.Login root = new Counting.Login();
                try (Site site = Site.with()
                        .servlet(mapping, root)
                        .context(context -> context.setContextPath(contextPath))
                        .start()) {
                    String path = contextPath.equals("/") ? "/" : contextPath + "/";
                    for (int i = 0; i < 5; i++) {
                        assertThat(Wire.send(site, "POST", path).status()).isEqualTo(200);
                    }
                    for (String variant :
                            List.of(path, path + ";a", path + "./", path + "x/..", path + "?x", path + "%2e/")) {
                        assertThat(Wire.send(site, "POST", variant).status())
                                .as("%s at \"%s\"", variant, mapping)
                                .isBetween(400, 499);
                    }
                    assertThat(root.served).hasValue(5);
                }
            }
        }
    }

    /**
     * How many spellings were refused as the path itself. Fails if one of them reached what is behind the path, or anything else but
     * the servlet on "/", whose limit is its own.
     */
    private static int reachTheLimit(List<String> spellings, boolean lenient) {
        Counting.Login exact = new Counting.Login();
        Counting.Login prefix = new Counting.Login();
        Counting.Login suffix = new Counting.Login();
        Counting.Login others = new Counting.Login();
        Map<String, AtomicInteger> served = new LinkedHashMap<>();
        served.put("/login", exact.served);
        served.put("/tree/leaf", prefix.served);
        served.put("/some.do", suffix.served);
        served.put("/other", others.served);
        served.put("/api/login", LoginResource.SERVED);
        served.put("/api/deep/a/b", DeepResource.SERVED);
        int limited = 0;
        try (Site site = Site.with()
                        .servlet("/login", exact)
                        .servlet("/tree/*", prefix)
                        .servlet("*.do", suffix)
                        .servlet("/", others)
                        .resources(LoginResource.class, DeepResource.class)
                        .context(context -> context.getServletHandler().setDecodeAmbiguousURIs(lenient))
                        .server(server -> accept(server, lenient))
                        .start();
                Wire wire = Wire.to(site)) {
            for (String path : served.keySet()) {
                for (String spelling : spellings) {
                    site.ticker.advance(Duration.ofMinutes(1));
                    for (int i = 0; i < 5; i++) {
                        assertThat(wire.ask("POST", path).status()).isEqualTo(200);
                    }
                    int atPath = served.get(path).get();
                    int atOthers = others.served.get();
                    String variant = spelled(spelling, path);
                    int status = Wire.send(site, "POST", variant).status();
                    assertThat(served.get(path))
                            .as("%s, lenient %s", variant, lenient)
                            .hasValue(atPath);
                    if (others.served.get() == atOthers) {
                        assertThat(status)
                                .as("%s, lenient %s", variant, lenient)
                                .isBetween(400, 499);
                    }
                    limited += status == 429 ? 1 : 0;
                }
            }
        }
        return limited;
    }

    private static String spelled(String spelling, String path) {
        String letter = Integer.toHexString(path.charAt(1));
        return spelling.replace("%s", path)
                .replace("%e", "/%" + letter + path.substring(2))
                .replace("%d", "/%25" + letter + path.substring(2));
    }

    static void accept(Server server, boolean lenient) {
        HttpConfiguration http = server.getConnectors()[0]
                .getConnectionFactory(HttpConnectionFactory.class)
                .getHttpConfiguration();
        http.setUriCompliance(lenient ? UriCompliance.UNSAFE : UriCompliance.DEFAULT);
    }
}
