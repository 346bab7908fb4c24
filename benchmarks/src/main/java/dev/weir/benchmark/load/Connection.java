package dev.weir.benchmark.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection that stays open, and on which one request at a time is on its way. */
final class Connection implements AutoCloseable {

    private static final int MAX_RESPONSE = 16_384;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final String LENGTH = "content-length:";

    private final SocketChannel channel;
    private final ByteBuffer request;
    private final ByteBuffer response = ByteBuffer.allocate(MAX_RESPONSE);
    private long sentNanos;

    private Connection(SocketChannel channel, ByteBuffer request) {
        this.channel = channel;
        this.request = request;
    }

    /** Connects to a port of the loopback, to ask for {@code path}. */
    static Connection open(int port, String path, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.socket().setTcpNoDelay(true);
        channel.configureBlocking(false);
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: */*\r\n\r\n";
        Connection connection = new Connection(channel, ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    /** Sends the next request. */
    void send() throws IOException {
        response.clear();
        request.rewind();
        sentNanos = System.nanoTime();
        while (request.hasRemaining()) { // so short that it never waits
            channel.write(request);
        }
    }

    /** When the request on its way was sent. */
    long sentNanos() {
        return sentNanos;
    }

    /** Reads what has come; returns the status once the response is complete, before that 0. */
    int read() throws IOException {
        if (channel.read(response) < 0) {
            throw new IOException("The server has closed the connection");
        }
        byte[] bytes = response.array();
        int end = response.position();
        int head = endOfHead(bytes, end);
        if (head < 0 || end < head + contentLength(bytes, head)) {
            return 0;
        }
        return 100 * digit(bytes[STATUS_AT]) + 10 * digit(bytes[STATUS_AT + 1]) + digit(bytes[STATUS_AT + 2]);
    }

    private static int endOfHead(byte[] bytes, int end) {
        for (int i = 3; i < end; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private static int contentLength(byte[] bytes, int head) throws IOException {
        String fields = new String(bytes, 0, head, StandardCharsets.ISO_8859_1);
        int at = fields.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("A response without a length: " + fields);
        }
        return Integer.parseInt(
                fields.substring(at + LENGTH.length(), fields.indexOf('\r', at)).strip());
    }

    private static int digit(byte character) {
        return character - '0';
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
