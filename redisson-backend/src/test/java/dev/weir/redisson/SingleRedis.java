package dev.weir.redisson;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A real server on a free port of the loopback, and a client of it. */
public final class SingleRedis implements AutoCloseable {

    public final int port = freePort();
    final RedisServer server;
    public final RedissonClient client;

    public SingleRedis(String... settings) throws IOException {
        this(ServerProgram.EMBEDDED, settings);
    }

    SingleRedis(ServerProgram program, String... settings) throws IOException {
        server = server(program, port, settings);
        server.start();
        client = client(port);
    }

    /** A client with few threads and connections. */
    static RedissonClient client(int port) {
        Config config = new Config();
        config.setThreads(2).setNettyThreads(2);
        config.useSingleServer()
                .setAddress("redis://127.0.0.1:" + port)
                .setConnectionPoolSize(8)
                .setConnectionMinimumIdleSize(2)
                .setSubscriptionConnectionPoolSize(1)
                .setSubscriptionConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    /** Sends a command on a connection of its own, as an operator would; the first line of the reply. */
    public String tell(String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        client.shutdown();
        server.stop();
    }

    static RedisServer server(int port, String... settings) throws IOException {
        return server(ServerProgram.EMBEDDED, port, settings);
    }

    private static RedisServer server(ServerProgram program, int port, String... settings) throws IOException {
        RedisServerBuilder builder = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .setting("appendonly no");
        for (String setting : settings) {
            builder.setting(setting);
        }
        if (program.executable() != null) {
            builder.executableProvider(program::executable);
        }
        return builder.build();
    }

    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
