package dev.weir.compatibility.matrix;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks one cell. */
final class Client {

    /** Far longer than anything here takes: a test that hangs fails. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final HttpClient HTTP2 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    private final String base;

    Client(int port) {
        base = "http://127.0.0.1:" + port;
    }

    HttpResponse<String> get(String path, String... fields) {
        return send("GET", path, "", fields);
    }

    HttpResponse<String> post(String path, String body, String... fields) {
        return send("POST", path, body, fields);
    }

    /** Fields by turns: a name, its value. */
    HttpResponse<String> send(String method, String path, String body, String... fields) {
        return sendLater(HTTP, method, path, body, fields).join();
    }

    CompletableFuture<HttpResponse<String>> begin(String method, String path, String body) {
        return sendLater(HTTP, method, path, body);
    }

    /** Offers an upgrade to HTTP/2 with the first request, and uses it for those that follow. */
    HttpResponse<String> get2(String path) {
        return sendLater(HTTP2, "GET", path, "").join();
    }

    private CompletableFuture<HttpResponse<String>> sendLater(
            HttpClient client, String method, String path, String body, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(PATIENCE)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < fields.length; i += 2) {
            request.header(fields[i], fields[i + 1]);
        }
        return client.sendAsync(request.build(), BodyHandlers.ofString());
    }
}
