package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that wait for their turn while the client goes away, or the server. */
class EndOfWaitingTest {

    private static final Duration TURN = Duration.ofMinutes(1);

    @RateLimited(name = "slow", permits = 1, per = "1m", maxWait = "1h")
    public static class Slow extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void placeIsGivenBackWhenTheContainerEndsTheConnection() throws Exception {
        try (JettyServer server = server("true")) {
            Client client = server.client();
            client.get("/slow");
            Socket gone = waiting(server, client);
            server.endConnections();
            server.awaitWaiting(0);
            assertThat(end(gone)).isIn("503", "connection closed");

            CompletableFuture<HttpResponse<String>> next = client.beginToWait("/slow");
            server.advance(TURN);
            assertThat(next.join().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void placeIsGivenBackWhenSomebodyElseEndsTheRequest() throws Exception {
        BlockingQueue<ServletRequest> requests = new LinkedBlockingQueue<>();
        try (JettyServer server = server("true")) {
            server.context.addEventListener(new ServletRequestListener() {
                @Override
                public void requestInitialized(ServletRequestEvent event) {
                    requests.add(event.getServletRequest());
                }
            });
            Client client = server.client();
            client.get("/slow");
            requests.clear();
            client.beginToWait("/slow");
            AsyncContext ended = requests.remove().getAsyncContext();
            assertThat(ended.getTimeout()).as("no timeout cuts a turn short").isZero();
            ended.complete();
            server.awaitWaiting(0);

            CompletableFuture<HttpResponse<String>> next = client.beginToWait("/slow");
            server.advance(TURN);
            assertThat(next.join().statusCode()).isEqualTo(200);
        }
    }

    /* What Jetty does over HTTP/1.1: it does not listen while a request waits. */
    @Test
    void whoHasGoneUnnoticedIsServedAtItsTurnAndDelaysNobody() throws Exception {
        try (JettyServer server = server("true", "weir.max-waiting", "2")) {
            Client client = server.client();
            client.get("/slow");
            waiting(server, client).close();
            CompletableFuture<HttpResponse<String>> next = client.beginToWait("/slow");
            server.advance(TURN);
            server.awaitWaiting(1);
            server.advance(TURN);
            assertThat(next.join().statusCode()).isEqualTo(200);

            client.beginToWait("/slow");
            client.beginToWait("/slow");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void serverThatStopsEndsThemAndNoneIsAnError(String async) throws Exception {
        List<Socket> waiters = new ArrayList<>();
        JettyServer server = server(async);
        try (server) {
            Client client = server.client();
            client.get("/slow");
            for (int i = 0; i < 3; i++) {
                waiters.add(waiting(server, client));
            }
        }
        server.awaitWaiting(0);
        for (Socket waiter : waiters) {
            assertThat(end(waiter)).isIn("503", "connection closed");
        }
    }

    @Test
    void applicationThatStopsEndsThemThoughTheServerGoesOn() throws Exception {
        try (JettyServer server = server("true")) {
            Client client = server.client();
            client.get("/slow");
            CompletableFuture<HttpResponse<String>> waiter = client.beginToWait("/slow");
            server.context.stop();
            HttpResponse<String> answer = waiter.join();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().allValues("Retry-After")).containsExactly("1");
            assertThat(server.waiting()).isZero();
        }
    }

    /* Not by an HTTP client, which would send its request again when the connection ends. */
    private static Socket waiting(JettyServer server, Client client) throws Exception {
        int waiting = server.waiting();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) JettyServer.PATIENCE.toMillis());
        String request = "GET /slow HTTP/1.1\r\nHost: weir\r\nX-Forwarded-For: " + client.address() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        server.awaitWaiting(waiting + 1);
        return socket;
    }

    /** What has become of it: a status, or nothing. */
    private static String end(Socket waiter) throws IOException {
        try (waiter) {
            String answer = new String(waiter.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.isEmpty() ? "connection closed" : answer.replaceFirst("(?s)HTTP/1.1 (\\d+).*", "$1");
        } catch (SocketException e) {
            return "connection closed";
        }
    }

    private static JettyServer server(String async, String... setting) throws Exception {
        JettyServer server = new JettyServer()
                .threads(8)
                .with("weir.deadline", "30s")
                .with("weir.async", async)
                .servlet("/slow", Slow.class);
        if (setting.length > 0) {
            server.with(setting[0], setting[1]);
        }
        return server.start();
    }
}
