package dev.weir.compatibility.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that bring Weir along, in containers that know nothing of it. */
@Order(2)
@ParameterizedClass(name = "{0}")
@MethodSource("containers")
@ExtendWith(Outcomes.class)
class WarTest {

    private static final String ORDERED = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <absolute-ordering><name>weir_servlet</name></absolute-ordering>
            </web-app>
            """;

    private static CellProcess container;
    private static boolean hasSample;

    @Parameter
    Stack stack;

    private Client client;

    /** Those that take archives. */
    static List<Stack> containers() {
        return Pairing.CONTAINERS.stream()
                .filter(each -> !each.name().equals("undertow"))
                .toList();
    }

    static String outcome(Stack container) {
        return "war+" + container.name();
    }

    @BeforeParameterizedClassInvocation
    static void start(Stack stack) throws IOException {
        Outcomes.begin(outcome(stack));
        Path folder = CellProcess.folder(outcome(stack));
        Archive.write(folder.resolve("only.war"), OnlyServlet.class, Stack.WEIR.jars());
        Archive.write(folder.resolve("ordered.war"), OnlyServlet.class, Stack.WEIR.jars(), ORDERED);
        Optional<Path> sample = sample();
        hasSample = sample.isPresent();
        if (hasSample) {
            Files.copy(sample.get(), folder.resolve("sample.war"), StandardCopyOption.REPLACE_EXISTING);
        }
        container = CellProcess.start(
                outcome(stack),
                Path.of(System.getProperty("java.home")),
                List.of(),
                stack.jars(),
                List.of(stack.name(), "--wars"));
        container.port();
    }

    @AfterParameterizedClassInvocation
    static void stop(Stack stack) throws IOException {
        container.close();
        if (!hasSample) {
            Outcomes.forget(outcome(stack));
        }
    }

    @Test
    void oneAnnotatedClassAndTheJarsOfWeirAreALimit() throws IOException {
        assertTwo("/only/only");
    }

    @Test
    void absoluteOrderingThatNamesWeirLeavesItInPlace() throws IOException {
        assertTwo("/ordered/only");
    }

    private void assertTwo(String path) throws IOException {
        client = new Client(container.port());
        Promises.assertLeft(Promises.assertStatus(200, client.get(path)), "only", 1);
        Promises.assertLeft(Promises.assertStatus(200, client.get(path)), "only", 0);
        ServletPromises.assertRefusal(client.get(path), "only");
    }

    @Test
    void sampleKeepsItsContract() throws IOException {
        assumeTrue(hasSample, "samples/war is built by package: mvn verify");
        client = new Client(container.port());
        assertFive("POST", "/sample/api/login");
        assertFive("GET", "/sample/servlet/ping");
        // Ten at once, and one more every 100 ms: of so many that come together the last ones are refused.
        List<HttpResponse<String>> storm =
                IntStream.range(0, 60).mapToObj(i -> client.begin("GET", "/sample/api/hello", "")).toList().stream()
                        .map(answer -> answer.join())
                        .toList();
        assertThat(storm.stream().filter(answer -> answer.statusCode() == 200)).hasSizeGreaterThanOrEqualTo(10);
        assertThat(storm)
                .filteredOn(answer -> answer.statusCode() == 429)
                .isNotEmpty()
                .allSatisfy(refused -> ServletPromises.assertRefusal(refused, "hello"));
    }

    private void assertFive(String method, String path) {
        for (int i = 0; i < 5; i++) {
            Promises.assertStatus(200, client.send(method, path, ""));
        }
        HttpResponse<String> refused = Promises.assertStatus(429, client.send(method, path, ""));
        assertThat(refused.headers().allValues("Retry-After")).hasSize(1);
        assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
    }

    private static Optional<Path> sample() throws IOException {
        Path target = Repository.root().resolve("samples/war/target");
        if (!Files.isDirectory(target)) {
            return Optional.empty();
        }
        try (var files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".war")).findFirst();
        }
    }
}
