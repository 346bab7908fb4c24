package dev.weir.sample.fleet;

import java.io.IOException;

/** One server, which is reached as such, or by a proxy that can do things to its replies. */
final class SingleServer extends Servers {

    private static final long DELAY_MILLIS = 200;

    private final boolean proxied;
    private volatile Proxy proxy;

    SingleServer(boolean proxied) {
        this.proxied = proxied;
    }

    @Override
    void start() throws IOException {
        RedisProcess server = server();
        if (proxied) {
            proxy = new Proxy(server.port(), DELAY_MILLIS);
        }
    }

    @Override
    String redisson() {
        return """
                threads: 2
                nettyThreads: 2
                singleServerConfig:
                  address: "redis://127.0.0.1:%d"
                  connectionPoolSize: 16
                  connectionMinimumIdleSize: 2
                  subscriptionConnectionPoolSize: 1
                  subscriptionConnectionMinimumIdleSize: 1
                  timeout: 2000
                """.formatted(proxied ? proxy().port() : first().port());
    }

    @Override
    Proxy proxy() {
        Proxy between = proxy;
        return between == null ? super.proxy() : between;
    }

    @Override
    public synchronized void close() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        super.close();
    }
}
