package dev.weir.sample.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that wait, settle, or count windows, on a server with as few threads as it can have. */
class WaitingContractTest {

    private static final long INTERVAL_NANOS = 100_000_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private SampleServer server;

    /** One answer, and how long after the first question it came. */
    private record Timed(int status, long nanos) {}

    @BeforeEach
    void start() throws Exception {
        server = SampleServer.start(0, 8);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void patientAnswersTenAtOnceAndThenOneEachTenthOfASecond() {
        assertThat(get("api/patient").statusCode()).isEqualTo(200); // warm
        List<Timed> answers = together("api/patient", 30);

        assertThat(answers).allMatch(answer -> answer.status == 200);
        assertInTurn(answers, 9); // the warm one has not quite refilled
    }

    @Test
    void queueAnswersOneEachTenthOfASecondAndRefusesAtOnceWhoFindsNoPlace() {
        assertThat(get("api/queue").statusCode()).isEqualTo(200); // warm
        List<Timed> answers = together("api/queue", 25);

        List<Timed> served =
                answers.stream().filter(answer -> answer.status == 200).toList();
        long spread = answers.stream()
                .filter(answer -> answer.status == 429)
                .mapToLong(Timed::nanos)
                .max()
                .orElse(0);
        assertThat(answers).allMatch(answer -> answer.status == 200 || answer.status == 429);
        assertThat((long) served.size()).isBetween(19L, 20 + spread / INTERVAL_NANOS);
        assertInTurn(served, 0);
        assertThat(spread)
                .as("refused at once, and not when its turn would have come")
                .isLessThan(served.get(served.size() - 1).nanos);
    }

    @ParameterizedTest
    @CsvSource({"api/patient, 30", "api/queue, 25"})
    void healthAnswersWhileMoreWaitThanThereAreThreads(String path, int requests) {
        CompletableFuture<List<Timed>> waiting = CompletableFuture.supplyAsync(() -> together(path, requests));
        int asked = 0;
        do {
            assertThat(get("health").statusCode()).isEqualTo(200);
            asked++;
        } while (!waiting.isDone());
        assertThat(waiting.join()).hasSize(requests);
        assertThat(asked).isGreaterThan(5);
    }

    @Test
    void tokensAreSettledByTheUsageInTheAnswer() {
        HttpResponse<String> answer = complete("{\"prompt\":\"What is a weir?\",\"max_tokens\":300}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"total_tokens\":31");
        assertThat(answer.headers().firstValue("RateLimit").orElse(""))
                .matches("\"complete-post-1m\";r=9;t=\\d+, \"complete-tokens\";r=9(69|7\\d);t=\\d+");
    }

    @Test
    void estimateAboveWhatIsLeftIsRefusedAndTakesNoRequest() {
        assertThat(complete("{\"prompt\":\"x\",\"max_tokens\":999}").statusCode())
                .isEqualTo(200);
        assertThat(complete("{\"prompt\":\"x\",\"max_tokens\":998}").statusCode())
                .isEqualTo(429);
        assertThat(complete("{\"prompt\":\"x\",\"max_tokens\":1}").headers().firstValue("RateLimit"))
                .hasValueSatisfying(line -> assertThat(line).startsWith("\"complete-post-1m\";r=8;"));
    }

    @Test
    void malformedCompletionIsAMistakeAndCostsNoTokens() {
        HttpResponse<String> answer = complete("{\"prompt\":");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("RateLimit"))
                .hasValueSatisfying(line -> assertThat(line).contains("\"complete-tokens\";r=1000;"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void whatIsNotReadTheSameByAllIsNotReadAtAll(String name, byte[] body) {
        HttpResponse<String> answer = send(request("api/complete")
                .header("Content-Type", "application/json; charset=utf-16")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("Write {\"prompt\"");
        assertThat(answer.headers().firstValue("RateLimit"))
                .hasValueSatisfying(line -> assertThat(line).contains("\"complete-tokens\";r=1000;"));
    }

    static Stream<Arguments> unreadable() {
        String small = "{\"prompt\":\"x\",\"max_tokens\":%s}";
        return Stream.of(
                Arguments.of(
                        "longer than is read",
                        ("{\"prompt\":\"" + "é".repeat(9_000) + "\",\"max_tokens\":1}")
                                .getBytes(StandardCharsets.UTF_8)),
                Arguments.of("padded", (small.formatted(1) + " ".repeat(20_000)).getBytes(StandardCharsets.UTF_8)),
                Arguments.of("another charset", small.formatted(1).getBytes(StandardCharsets.UTF_16)),
                Arguments.of("nested deep", "[".repeat(14_000).getBytes(StandardCharsets.UTF_8)),
                Arguments.of("2^32 + 1 tokens", small.formatted(4_294_967_297L).getBytes(StandardCharsets.UTF_8)),
                Arguments.of("1e400 tokens", small.formatted("1e400").getBytes(StandardCharsets.UTF_8)),
                Arguments.of("no whole number", small.formatted("1.9").getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed", "counter", "log"})
    void windowsAdmitFiveInTenSeconds(String kind) {
        List<Integer> statuses = Stream.generate(() -> get("api/window/" + kind).statusCode())
                .limit(12)
                .toList();
        long admitted = statuses.stream().filter(status -> status == 200).count();

        // Ten around the edge of two fixed windows.
        assertThat(admitted).isBetween(5L, kind.equals("log") ? 5L : 10L);
        assertThat(statuses).contains(429);
    }

    /* No two sooner after each other than a turn is long, but for those that need not wait. */
    private static void assertInTurn(List<Timed> answers, int atOnce) {
        for (int i = atOnce; i < answers.size(); i++) {
            assertThat(answers.get(i).nanos)
                    .as("answer %s of %s", i, answers)
                    .isGreaterThanOrEqualTo((i - atOnce) * INTERVAL_NANOS);
        }
    }

    private List<Timed> together(String path, int count) {
        long begun = System.nanoTime();
        List<CompletableFuture<Timed>> answers = Stream.generate(() -> client.sendAsync(
                                request(path).GET().build(), HttpResponse.BodyHandlers.discarding())
                        .thenApply(answer -> new Timed(answer.statusCode(), System.nanoTime() - begun))
                        .orTimeout(30, TimeUnit.SECONDS))
                .limit(count)
                .toList();
        return answers.stream()
                .map(CompletableFuture::join)
                .sorted((one, other) -> Long.compare(one.nanos, other.nanos))
                .toList();
    }

    private HttpResponse<String> complete(String json) {
        return send(request("api/complete")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path));
    }
}
