package dev.weir.sample.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** Two copies of the sample at one Redis, over HTTP. */
class SharedLimitsTest {

    private static final List<String> PROPERTIES =
            List.of("weir.on-failure", "weir.deadline", "weir.backend", "weir.redis", "weir.secret");

    private final HttpClient client = HttpClient.newHttpClient();
    private RedisServer redis;

    @BeforeEach
    void start() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        redis = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
        SampleServer.shareLimits("redis://127.0.0.1:" + port);
        // Nothing stands in for Redis, however busy the machine is.
        System.setProperty("weir.on-failure", "closed");
        System.setProperty("weir.deadline", "30s");
    }

    @AfterEach
    void stop() throws IOException {
        PROPERTIES.forEach(System::clearProperty);
        redis.stop();
    }

    @Test
    void limitOfFiveIsFiveForBothTogether() throws Exception {
        try (SampleServer one = SampleServer.start(0);
                SampleServer other = SampleServer.start(0)) {
            untilDecided(one);
            untilDecided(other);
            int admitted = 0;
            for (int i = 0; i < 10; i++) {
                admitted += login(i % 2 == 0 ? one : other).statusCode() == 200 ? 1 : 0;
            }
            assertThat(admitted).isEqualTo(5);
            HttpResponse<String> refused = login(other);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("RateLimit"))
                    .hasValueSatisfying(line -> assertThat(line).startsWith("\"login-post-1m-ip\";r=0;"));
        }
    }

    /* Redis is looked for in the background. */
    private void untilDecided(SampleServer server) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (send(server, "api/window/log", "GET").statusCode() == 503) {
            assertThat(System.nanoTime() - deadline).as("thirty seconds").isNegative();
        }
    }

    private HttpResponse<String> login(SampleServer server) throws Exception {
        return send(server, "api/login", "POST");
    }

    private HttpResponse<String> send(SampleServer server, String path, String method) throws Exception {
        URI uri = URI.create(server.address() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
