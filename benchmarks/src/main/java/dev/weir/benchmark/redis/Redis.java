package dev.weir.benchmark.redis;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import redis.embedded.RedisServer;

/** A server on a free port of the loopback, for one run, and a connection that asks it what it has done. */
final class Redis implements AutoCloseable {

    private final int port;
    private final RedisServer server;
    private final Socket socket;
    private final DataInputStream replies;

    Redis() throws IOException {
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
        replies = new DataInputStream(socket.getInputStream());
    }

    String address() {
        return "redis://127.0.0.1:" + port;
    }

    /** What the server has done since its start. */
    ServerCounts counts() {
        return ServerCounts.parse(info("commandstats") + info("cpu"));
    }

    private String info(String section) {
        try {
            socket.getOutputStream().write(("INFO " + section + "\r\n").getBytes(StandardCharsets.US_ASCII));
            int length = 0;
            for (int read = replies.readUnsignedByte(); read != '\n'; read = replies.readUnsignedByte()) {
                length = read >= '0' && read <= '9' ? 10 * length + read - '0' : length;
            }
            byte[] text = new byte[length + 2]; // with the end of its line
            replies.readFully(text);
            return new String(text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        server.stop();
    }
}
