package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whose budget a request draws on when it says that it was forwarded. */
class ProxiedClientTest {

    @RateLimited(permits = 10, per = "1h", key = "ip")
    public static class Limited extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aThousandForgedValuesFromAnUntrustedPeerAreOneClient() throws Exception {
        try (JettyServer server = new JettyServer()
                .with("weir.trusted-proxies", "")
                .servlet("/", Limited.class)
                .start()) {
            int admitted = 0;
            for (int i = 0; i < 1_000; i++) {
                admitted += statusOf(server, "203.0.113." + i % 256 + ", 198.51." + i / 256 + "." + i % 256);
            }
            assertThat(admitted).isEqualTo(10);
        }
    }

    @Test
    void behindATrustedProxyTheRightmostUntrustedHopIsTheClient() throws Exception {
        try (JettyServer server = new JettyServer().servlet("/", Limited.class).start()) {
            String client = server.client().address();
            int admitted = 0;
            for (int i = 0; i < 1_000; i++) {
                admitted += statusOf(server, "6.6." + i / 256 + "." + i % 256 + ", " + client + ", 127.0.0.9");
            }
            assertThat(admitted).isEqualTo(10);
            assertThat(server.client().admitted("/", 20)).isEqualTo(10);
        }
    }

    @Test
    void severalLinesAreOneListAndTheOtherHeaderIsNotRead() throws Exception {
        try (JettyServer server = new JettyServer().servlet("/", Limited.class).start()) {
            String client = server.client().address();
            String request = "GET / HTTP/1.1\nHost: localhost\nConnection: close\n"
                    + "X-Forwarded-For: 6.6.6.6\nX-Forwarded-For: " + client + "\nForwarded: for=192.0.2.%d\n\n";
            for (int i = 0; i < 10; i++) {
                assertThat(server.raw(request.formatted(i))).startsWith("HTTP/1.1 200 ");
            }
            assertThat(server.client(client).get("/").statusCode()).isEqualTo(429);
        }
    }

    private static int statusOf(JettyServer server, String forwardedFor) throws IOException, InterruptedException {
        return server.client(forwardedFor).get("/").statusCode() == 200 ? 1 : 0;
    }
}
