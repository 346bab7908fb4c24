package dev.weir.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * HTTP/1.1 as bytes on a socket, so that nothing between the test and the server mends a request: paths, header lines and bodies
 * arrive as written. A request may come from any loopback address, each a peer of its own.
 */
final class Wire implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;

    private Wire(String from, int port) {
        try {
            socket = new Socket();
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection from 127.0.0.1. */
    static Wire to(Site site) {
        return new Wire("127.0.0.1", site.port());
    }

    /** A connection from another loopback address, such as 127.0.0.2. */
    static Wire from(String address, Site site) {
        return new Wire(address, site.port());
    }

    /** One request on a connection of its own. {@code headers} are whole lines, such as {@code "X-API-Key: k"}. */
    static Answer send(Site site, String method, String target, String... headers) {
        try (Wire wire = to(site)) {
            return wire.ask(method, target, headers);
        }
    }

    /** The same from another loopback address. */
    static Answer sendFrom(String address, Site site, String method, String target, String... headers) {
        try (Wire wire = from(address, site)) {
            return wire.ask(method, target, headers);
        }
    }

    /** A request without a body. */
    Answer ask(String method, String target, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String line : headers) {
            head.append(line).append("\r\n");
        }
        if (!method.equals("GET")
                && !method.equals("HEAD")
                && !head.toString().toLowerCase(Locale.ROOT).contains("content-length")
                && !head.toString().toLowerCase(Locale.ROOT).contains("transfer-encoding")) {
            head.append("Content-Length: 0\r\n");
        }
        write(head.append("\r\n").toString());
        return read(method.equals("HEAD"));
    }

    /** Bytes as they are, each character one. */
    void write(String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next response on this connection. */
    Answer read(boolean withoutBody) {
        try {
            InputStream in = socket.getInputStream();
            String statusLine = line(in);
            if (statusLine.isEmpty()) {
                throw new IOException("The server closed the connection without an answer");
            }
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.computeIfAbsent(line.substring(0, colon), k -> new ArrayList<>())
                        .add(line.substring(colon + 1).trim());
            }
            int status = Integer.parseInt(statusLine.split(" ")[1]);
            boolean bodiless = withoutBody || status == 100 || status == 204 || status == 304;
            return new Answer(status, headers, bodiless ? "" : body(in, headers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server has closed its side. Waits for it or for a byte. */
    boolean isAtEnd() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String body(InputStream in, Map<String, List<String>> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (headers.containsKey("Content-Length")) {
            body.write(
                    in.readNBytes(Integer.parseInt(headers.get("Content-Length").get(0))));
        } else if (headers.containsKey("Transfer-Encoding")) {
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                body.write(in.readNBytes(size));
                line(in);
            }
            line(in);
        } else if (headers.containsKey("Connection")) {
            in.transferTo(body);
        }
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** A response. Names of header fields in any case. */
    record Answer(int status, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.containsKey(name) ? headers.get(name).get(0) : null;
        }
    }
}
