package dev.weir.benchmark.redis;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/** A server on a free port of the loopback, for one run, and a connection that asks it what it has done. */
public final class Redis implements AutoCloseable {

    private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

    private final int port;
    private final RedisServer server;
    private final Socket socket;
    private final DataInputStream replies;

    /** Starts it. */
    public Redis() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .setting("appendonly no")
                .build();
        server.start();
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        replies = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Where it is, as {@code weir.redis} has it. */
    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    /** What the server has done since its start. */
    ServerCounts counts() {
        return ServerCounts.parse(info("commandstats") + info("cpu"));
    }

    private String info(String section) {
        return (String) Objects.requireNonNull(ask("INFO", section));
    }

    /** The memory that it uses, in bytes. */
    long usedMemory() {
        Matcher line = USED.matcher(info("memory"));
        if (!line.find()) {
            throw new IllegalStateException("INFO memory does not tell used_memory");
        }
        return Long.parseLong(line.group(1));
    }

    /** The bytes of the keys of a client, on average over some hundreds of keys or more, where only its {@code clients} have any. */
    double bytesPerClient(int clients) {
        List<?> scanned = (List<?>) Objects.requireNonNull(ask("SCAN", "0", "COUNT", "1000"));
        List<?> keys = (List<?>) scanned.get(1);
        double bytes = 0;
        for (Object key : keys) {
            bytes += number("MEMORY", "USAGE", (String) key, "SAMPLES", "0");
        }
        return bytes / keys.size() * number("DBSIZE") / clients;
    }

    /** Forgets all that it holds. */
    void flush() {
        ask("FLUSHALL");
    }

    private long number(String... command) {
        return (Long) Objects.requireNonNull(ask(command));
    }

    /* A reply is a Long, a String, a List of replies, or null. */
    private @Nullable Object ask(String... command) {
        StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
        for (String word : command) {
            request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        try {
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
            return reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Object reply() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case ':' -> Long.parseLong(rest);
            case '+' -> rest;
            case '$' -> text(Integer.parseInt(rest));
            case '*' -> replies(Integer.parseInt(rest));
            default -> throw new IOException("Redis says " + line);
        };
    }

    private @Nullable String text(int length) throws IOException {
        byte[] text = new byte[Math.max(0, length)];
        if (length >= 0) {
            replies.readFully(text);
            line();
        }
        return length < 0 ? null : new String(text, StandardCharsets.UTF_8);
    }

    private List<@Nullable Object> replies(int count) throws IOException {
        List<@Nullable Object> all = new ArrayList<>();
        for (int left = count; left > 0; left--) {
            all.add(reply());
        }
        return all;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = replies.readUnsignedByte(); read != '\n'; read = replies.readUnsignedByte()) {
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        server.stop();
    }
}
