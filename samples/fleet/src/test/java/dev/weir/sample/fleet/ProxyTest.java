package dev.weir.sample.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy before a server that repeats what it is told. */
@Timeout(60)
class ProxyTest {

    private static final long DELAY_MILLIS = 40;

    private ServerSocket server;
    private Proxy proxy;
    private Socket client;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Thread repeating = new Thread(this::repeat);
        repeating.setDaemon(true);
        repeating.start();
        proxy = new Proxy(server.getLocalPort(), DELAY_MILLIS);
        client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    private void repeat() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                byte[] said = new byte[100];
                for (int length = in.read(said); length >= 0; length = in.read(said)) {
                    out.write(said, 0, length);
                }
            } catch (IOException ended) {
                // by the proxy, or the test
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    private void say(String words) throws IOException {
        client.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
    }

    private String hear(int most) throws IOException {
        return new String(client.getInputStream().readNBytes(most), StandardCharsets.US_ASCII);
    }

    @Test
    void repliesPass() throws IOException {
        say("once");
        assertThat(hear(4)).isEqualTo("once");
        say("twice");
        assertThat(hear(5)).isEqualTo("twice");
    }

    @Test
    void repliesComeLaterAndWhole() throws IOException {
        proxy.mode(Proxy.Mode.DELAY);
        long start = System.nanoTime();
        say("slowly");
        assertThat(hear(6)).isEqualTo("slowly");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(DELAY_MILLIS));
    }

    @Test
    void lostReplyNeverComesAndItsConnectionEndsWhenRepliesPassAgain() throws Exception {
        proxy.mode(Proxy.Mode.DROP);
        say("lost");
        client.setSoTimeout(100);
        assertThatThrownBy(() -> hear(1)).isInstanceOf(java.net.SocketTimeoutException.class);
        client.setSoTimeout(0);
        proxy.mode(Proxy.Mode.PASS);
        assertThat(heardUntilTheEnd()).isEmpty();
    }

    @Test
    void replyIsCutInTheMiddle() throws IOException {
        proxy.mode(Proxy.Mode.CUT);
        say("12345678");
        assertThat(heardUntilTheEnd()).isEqualTo("1234");
    }

    @Test
    void connectionThatLeadsNowhereEnds() throws IOException {
        server.close();
        try (Socket other = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            assertThat(other.getInputStream().read()).isEqualTo(-1);
        }
    }

    /* Whether it is ended or reset is for the system to say. */
    private String heardUntilTheEnd() throws IOException {
        StringBuilder heard = new StringBuilder();
        try {
            for (int c = client.getInputStream().read();
                    c >= 0;
                    c = client.getInputStream().read()) {
                heard.append((char) c);
            }
        } catch (SocketException reset) {
            // then there was nothing more
        }
        return heard.toString();
    }
}
