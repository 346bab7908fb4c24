package dev.weir.servlet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Someone who sends requests to a server, by way of a proxy that the server trusts. */
record Client(JettyServer server, String address) {

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    /** Sends a request without a body. {@code headers} are names and values in turn. */
    HttpResponse<String> send(String method, String path, String... headers) throws IOException, InterruptedException {
        return server.http().send(request(method, path, headers), BodyHandlers.ofString());
    }

    /** Sends without waiting. */
    CompletableFuture<HttpResponse<String>> begin(String path, String... headers) {
        return server.http()
                .sendAsync(request("GET", path, headers), BodyHandlers.ofString())
                .orTimeout(JettyServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Sends one that will have to wait for its turn; returns when it does. */
    CompletableFuture<HttpResponse<String>> beginToWait(String path) {
        int waiting = server.waiting();
        CompletableFuture<HttpResponse<String>> answer = begin(path);
        server.awaitWaiting(waiting + 1);
        return answer;
    }

    HttpRequest request(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(JettyServer.PATIENCE)
                .method(method, BodyPublishers.noBody())
                .header("X-Forwarded-For", address);
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    /** How many of at most {@code most} requests pass before the first refusal. */
    int admitted(String path, int most) throws IOException, InterruptedException {
        int passed = 0;
        while (passed < most && get(path).statusCode() == 200) {
            passed++;
        }
        return passed;
    }

    /** How many permits the endpoint at {@code path} has left, after a request to find out. */
    long left(String path) throws IOException, InterruptedException {
        return get(path).headers().firstValueAsLong("X-RateLimit-Remaining").orElseThrow();
    }
}
