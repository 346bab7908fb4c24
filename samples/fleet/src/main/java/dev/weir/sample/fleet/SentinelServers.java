package dev.weir.sample.fleet;

import java.io.IOException;
import java.util.stream.Collectors;

/** A master with a replica, and three sentinels, of which two must agree that it is gone before the replica takes over. */
final class SentinelServers extends Servers {

    private static final String NAME = "fleet";
    private static final int SENTINELS = 3;
    private static final int SCAN_MILLIS = 250;

    private final int downAfterMillis;

    SentinelServers(int downAfterMillis) {
        this.downAfterMillis = downAfterMillis;
    }

    @Override
    void start() throws IOException, InterruptedException {
        RedisProcess master = server("repl-ping-replica-period 1");
        RedisProcess replica = server("repl-ping-replica-period 1", "replicaof 127.0.0.1 " + master.port());
        Waiting.until(
                "the replica has a copy", () -> replica.info("replication").contains("master_link_status:up"));
        for (int i = 0; i < SENTINELS; i++) {
            sentinel(
                    "sentinel monitor " + NAME + " 127.0.0.1 " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + NAME + " " + downAfterMillis,
                    "sentinel failover-timeout " + NAME + " 5000");
        }
        for (RedisProcess sentinel : all().subList(2, 2 + SENTINELS)) {
            Waiting.until("the sentinels know each other", () -> {
                String known = sentinel.info("sentinel");
                return known.contains("status=ok,") && known.contains(",slaves=1,sentinels=" + SENTINELS);
            });
        }
    }

    @Override
    String redisson() {
        return """
                threads: 2
                nettyThreads: 2
                sentinelServersConfig:
                  masterName: "%s"
                  sentinelAddresses: [%s]
                  scanInterval: %d
                  timeout: 2000
                  masterConnectionPoolSize: 16
                  masterConnectionMinimumIdleSize: 2
                  slaveConnectionMinimumIdleSize: 1
                  subscriptionConnectionPoolSize: 1
                  subscriptionConnectionMinimumIdleSize: 1
                """.formatted(
                        NAME,
                        all().stream()
                                .skip(2)
                                .map(sentinel -> "\"" + sentinel.uri() + "\"")
                                .collect(Collectors.joining(", ")),
                        SCAN_MILLIS);
    }
}
