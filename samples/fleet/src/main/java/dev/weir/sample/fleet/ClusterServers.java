package dev.weir.sample.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three masters, each with a replica, which is elected in its place when it is gone. */
final class ClusterServers extends Servers {

    private static final int MASTERS = 3;
    private static final int SERVERS = 6;
    private static final int SLOTS = 16_384;
    private static final int SCAN_MILLIS = 250;

    private final int downAfterMillis;

    ClusterServers(int downAfterMillis) {
        this.downAfterMillis = downAfterMillis;
    }

    @Override
    void start() throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            RedisProcess server = server(
                    "cluster-enabled yes",
                    "cluster-node-timeout " + downAfterMillis,
                    "cluster-replica-validity-factor 0",
                    "repl-ping-replica-period 1");
            ids.add(server.tell("CLUSTER", "MYID"));
            server.tell("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            if (i < MASTERS) {
                Stream<String> slots = IntStream.range(i * SLOTS / MASTERS, (i + 1) * SLOTS / MASTERS)
                        .mapToObj(Integer::toString);
                server.tell(
                        Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots).toArray(String[]::new));
            }
            server.tell("CLUSTER", "MEET", "127.0.0.1", Integer.toString(first().port()));
        }
        for (RedisProcess server : all()) {
            Waiting.until("the servers know each other", () -> {
                String known = server.tell("CLUSTER", "NODES");
                return ids.stream().allMatch(known::contains) && !known.contains("handshake");
            });
        }
        for (int i = MASTERS; i < SERVERS; i++) {
            all().get(i).tell("CLUSTER", "REPLICATE", ids.get(i - MASTERS));
        }
        for (RedisProcess server : all()) {
            Waiting.until("all slots are served, and all copies are there", () -> isReady(server));
        }
    }

    private static boolean isReady(RedisProcess server) throws IOException {
        String replication = server.info("replication");
        boolean copied =
                replication.contains(replication.contains("role:master") ? "state=online" : "master_link_status:up");
        String known = server.tell("CLUSTER", "NODES");
        long replicas = known.lines().filter(line -> line.contains("slave ")).count();
        return copied
                && replicas == SERVERS - MASTERS
                && !known.contains("fail")
                && server.tell("CLUSTER", "INFO").contains("cluster_state:ok");
    }

    @Override
    String redisson() {
        return """
                threads: 2
                nettyThreads: 2
                clusterServersConfig:
                  nodeAddresses: [%s]
                  scanInterval: %d
                  timeout: 2000
                  masterConnectionPoolSize: 16
                  masterConnectionMinimumIdleSize: 1
                  slaveConnectionMinimumIdleSize: 1
                  subscriptionConnectionPoolSize: 1
                  subscriptionConnectionMinimumIdleSize: 1
                """.formatted(
                        all().stream().map(server -> "\"" + server.uri() + "\"").collect(Collectors.joining(", ")),
                        SCAN_MILLIS);
    }
}
