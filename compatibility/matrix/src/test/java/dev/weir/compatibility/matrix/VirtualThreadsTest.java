package dev.weir.compatibility.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** On virtual threads Weir holds no carrier thread, however long requests wait: by the JDK's own recorder, from Java 21 on. */
@Order(3)
class VirtualThreadsTest {

    private static final int REQUESTS = 6;

    @Test
    void nothingOfWeirPinsACarrier() throws Exception {
        Optional<Path> java = Jdk.withVirtualThreads();
        assumeTrue(java.isPresent(), "No JDK of 21 or later runs this, nor is there one beside the one that does");
        Pairing pairing = Pairing.named("jetty-ee10+jersey-3.1");
        Path recording = CellProcess.folder("virtual").resolve("pinned.jfr");
        Files.deleteIfExists(recording);
        List<String> options = List.of(
                "-Dmatrix.virtual=true",
                "-Dmatrix.recorded=true",
                "-XX:StartFlightRecording:settings=default,filename=" + recording
                        + ",jdk.VirtualThreadPinned#threshold=0ms");
        Instant loaded;
        try (CellProcess cell = CellProcess.start(
                "virtual",
                java.get(),
                options,
                pairing.jars(),
                List.of(pairing.containerName(), pairing.implementationName()))) {
            Client client = new Client(cell.port());
            waitInEveryWay(client);
            loaded = Instant.now();
            waitInEveryWay(client);
            assertThat(client.post("/front/patient", "x").body()).contains("VirtualThread[");
            assertThat(client.get("/plain/pin").body()).isEqualTo("true");
        }
        assertThat(pinnedBy("dev\\.weir\\.compatibility\\..*", loaded, recording))
                .as("what pins on purpose, so that it is known that this would be seen")
                .isNotEmpty();
        assertThat(pinnedBy("dev\\.weir\\.(core|http|servlet|jaxrs)\\..*", loaded, recording))
                .isEmpty();
    }

    private static void waitInEveryWay(Client client) {
        for (String path : List.of("/plain/patient", "/front/patient", "/plain/api/patient")) {
            for (HttpResponse<String> answer : atOnce(client, path)) {
                assertThat(answer.statusCode()).isIn(200, 429);
            }
        }
    }

    private static List<HttpResponse<String>> atOnce(Client client, String path) {
        List<CompletableFuture<HttpResponse<String>>> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(client.begin("POST", path, "x"));
        }
        return requests.stream().map(CompletableFuture::join).toList();
    }

    /* What blocked is whoever called the JDK: the first frame that is not the JDK's. Before that the JVM pins whoever needs a class first. */
    private static List<String> pinnedBy(String method, Instant from, Path recording) throws Exception {
        List<String> pinned = new ArrayList<>();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals("jdk.VirtualThreadPinned")
                        && event.getStartTime().isAfter(from)
                        && event.getStackTrace() != null) {
                    event.getStackTrace().getFrames().stream()
                            .map(VirtualThreadsTest::name)
                            .filter(name -> !name.matches("(java|javax|jdk|sun)\\..*"))
                            .findFirst()
                            .filter(name -> name.matches(method))
                            .ifPresent(name -> pinned.add(event.toString()));
                }
            }
        }
        return pinned;
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }
}
