package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.Weir;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exempt is what the container dispatches to an exempt path, however the client writes it, and nothing else. */
class ExemptPathsTest {

    private static JettyServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new JettyServer()
                .with("weir.default-limits", "1/1h")
                .with("weir.exempt-paths", "/health, /api/health, /static/*")
                .servlet("/health", OkServlet.class)
                .servlet("/api/*", OkServlet.class)
                .servlet("/static/*", OkServlet.class)
                .servlet("/", OkServlet.class)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/health, exempt",
        "/health?x=1, exempt",
        "/health;x=1, exempt",
        "/%68ealth, exempt",
        "/plain/../health, exempt",
        "/./health, exempt",
        "/health/, limited",
        "/health/x, limited",
        "/HEALTH, limited",
        "/healthy, limited",
        "/health/../plain, limited",
        "/health;/../plain, limited",
        "/health%2f, refused by the container",
        "//health, refused by the container",
        "/plain//../health, refused by the container",
        "/health%2f..%2fplain, refused by the container",
        "/%2e%2e/health, refused by the container",
        "/api/health, exempt",
        "/api/%68ealth, exempt",
        "/api/health/, limited",
        "/api/x, limited",
        "/static, exempt",
        "/static/, exempt",
        "/static/a/b.css, exempt",
        "/static/../plain, limited",
        "/static/..;/plain, refused by the container",
        "/staticky, limited"
    })
    void whatTheContainerDispatchesDecides(String path, String outcome) throws Exception {
        Client client = server.client();
        get(client, path);
        String second = get(client, path);
        String expected = switch (outcome) {
            case "exempt" -> "200";
            case "limited" -> "429";
            default -> "400";
        };
        assertThat(second).startsWith("HTTP/1.1 " + expected + " ");
        assertThat(second.contains("RateLimit")).isEqualTo(outcome.equals("limited"));
    }

    @Test
    void exemptRequestsDoNotCount() throws Exception {
        Client client = server.client();
        assertThat(client.admitted("/health", 5)).isEqualTo(5);
        assertThat(client.admitted("/plain", 5)).isEqualTo(1);
        assertThat(client.admitted("/static/x", 5)).isEqualTo(5);
    }

    @Test
    void allPathsMayBeExempt() throws Exception {
        try (JettyServer open = new JettyServer()
                .with("weir.default-limits", "1/1h")
                .with("weir.exempt-paths", "/*")
                .servlet("/", OkServlet.class)
                .start()) {
            assertThat(open.client().admitted("/anything", 3)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Weir.class, RateLimitFilter.class})
    void nothingReadsTheRawUri(Class<?> ofModule) throws Exception {
        Path place = Path.of(
                ofModule.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            assertNoUse(place);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), Map.of())) {
                assertNoUse(jar.getPath("/"));
            }
        }
    }

    private static void assertNoUse(Path root) throws IOException {
        List<Path> classes;
        try (Stream<Path> files = Files.walk(root)) {
            classes = files.filter(file -> file.toString().endsWith(".class")).toList();
        }
        assertThat(classes).hasSizeGreaterThan(4);
        for (Path file : classes) {
            assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                    .as(file.toString())
                    .doesNotContain("getRequestURI", "getRequestURL");
        }
    }

    private static String get(Client client, String path) throws IOException {
        return server.raw("GET " + path + " HTTP/1.1\nHost: localhost\nConnection: close\nX-Forwarded-For: "
                + client.address() + "\n\n");
    }

    @Test
    void aSuffixIsInNoTreeWhateverStandsBeforeIt() throws Exception {
        try (JettyServer suffixes = new JettyServer()
                .with("weir.default-limits", "1/1h")
                .with("weir.exempt-paths", "/static/*")
                .servlet("*.do", OkServlet.class)
                .start()) {
            Client client = suffixes.client();
            assertThat(client.get("/static/login.do").statusCode()).isEqualTo(200);
            assertThat(client.get("/static/login.do").statusCode()).isEqualTo(429);
        }
    }
}
