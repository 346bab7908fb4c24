package dev.weir.redisson;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** A real server on a free port of the loopback, and a client of it. */
final class SingleRedis implements AutoCloseable {

    final int port = freePort();
    final RedisServer server;
    final RedissonClient client;

    SingleRedis(String... settings) throws IOException {
        server = server(port, settings);
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

    @Override
    public void close() throws IOException {
        client.shutdown();
        server.stop();
    }

    static RedisServer server(int port, String... settings) throws IOException {
        RedisServerBuilder builder = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .setting("appendonly no");
        for (String setting : settings) {
            builder.setting(setting);
        }
        return builder.build();
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
