package dev.weir.sample.fleet;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One connection that is kept: asks, and waits for the answer. It knows as much HTTP/1.1 as answers of a known length need, and costs
 * next to nothing, so that what is measured is the node. For one thread.
 */
final class Connection implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 10_000;
    private static final int LONGEST_LINE = 8_192;
    private static final String LENGTH = "content-length:";

    private final Socket socket = new Socket();
    private final InputStream in;
    private final String host;

    /** Connects to the node there. */
    Connection(URI node) throws IOException {
        host = node.getHost() + ":" + node.getPort();
        try {
            socket.connect(new InetSocketAddress(node.getHost(), node.getPort()), CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** An answer. */
    record Reply(int status, String body) {}

    /**
     * Asks for {@code path} on behalf of {@code client}.
     *
     * @throws IOException if there is no whole answer within ten seconds; then the connection is of no more use
     */
    Reply get(String path, String client) throws IOException {
        String request = "GET /" + path + " HTTP/1.1\r\nHost: " + host + "\r\nX-Forwarded-For: " + client + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        String first = line();
        if (!first.startsWith("HTTP/1.1 ")) {
            throw new IOException("Not an answer: " + first);
        }
        int status = Integer.parseInt(first.substring(9, 12));
        int length = -1;
        for (String field = line(); !field.isEmpty(); field = line()) {
            if (field.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                length = Integer.parseInt(field.substring(LENGTH.length()).trim());
            }
        }
        if (length < 0) {
            throw new IOException("An answer of no stated length, with status " + status);
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("The answer ends too soon");
        }
        return new Reply(status, new String(body, StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new EOFException("The answer ends too soon");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // then it is closed
        }
    }
}
