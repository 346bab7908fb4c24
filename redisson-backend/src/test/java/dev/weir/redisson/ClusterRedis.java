package dev.weir.redisson;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

/** A real cluster on the loopback: three masters, each with a replica, which takes over some three seconds after its master is gone. */
final class ClusterRedis implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int NODES = 6;
    private static final int SLOTS = 16_384;

    /** The first three are the masters at the start; the replica of each is three behind it. */
    private final List<RedisNode> nodes = new ArrayList<>();

    /** A cluster that is ready, each of its servers with these lines in its configuration, too. */
    ClusterRedis(String... settings) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "cluster-enabled yes",
                "cluster-node-timeout 1500",
                "cluster-replica-validity-factor 0",
                "cluster-migration-barrier 9",
                "repl-ping-replica-period 1"));
        lines.addAll(List.of(settings));
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(RedisNode.server(lines.toArray(new String[0])));
            }
            form();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void form() throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            ids.add((String) nodes.get(i).command("CLUSTER", "MYID"));
            nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            if (i < MASTERS) {
                Stream<String> slots = IntStream.range(i * SLOTS / MASTERS, (i + 1) * SLOTS / MASTERS)
                        .mapToObj(Integer::toString);
                nodes.get(i)
                        .command(Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots)
                                .toArray(String[]::new));
            }
            nodes.get(i).command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(nodes.get(0).port));
        }
        for (RedisNode node : nodes) {
            Eventually.holds("all servers know each other", () -> {
                String known = clusterNodes(node);
                return ids.stream().allMatch(known::contains) && !known.contains("handshake");
            });
        }
        for (int i = MASTERS; i < NODES; i++) {
            nodes.get(i).command("CLUSTER", "REPLICATE", ids.get(i - MASTERS));
        }
        for (RedisNode node : nodes) {
            Eventually.holds("all slots are served and all copies are there", () -> isReady(node));
        }
    }

    private static boolean isReady(RedisNode node) throws IOException {
        String replication = node.info("replication");
        boolean master = replication.contains("role:master");
        boolean copied = replication.contains(master ? "state=online" : "master_link_status:up");
        String known = clusterNodes(node);
        long replicas = known.lines().filter(line -> line.contains("slave ")).count();
        return copied && replicas == NODES - MASTERS && !known.contains("fail") && servesAll(node);
    }

    private static String clusterNodes(RedisNode node) throws IOException {
        return (String) node.command("CLUSTER", "NODES");
    }

    private static boolean servesAll(RedisNode node) throws IOException {
        return ((String) node.command("CLUSTER", "INFO")).contains("cluster_state:ok");
    }

    /** All servers: first those that were masters at the start, then their replicas in the same order. */
    List<RedisNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Who serves {@code key} now, as the first server that lives has it. */
    RedisNode masterOf(String key) throws IOException {
        RedisNode witness =
                nodes.stream().filter(RedisNode::isAlive).findFirst().orElseThrow();
        long slot = (Long) witness.command("CLUSTER", "KEYSLOT", key);
        for (Object range : (List<?>) witness.command("CLUSTER", "SLOTS")) {
            List<?> row = (List<?>) range; // first slot, last slot, master, replicas: each address, port, id
            if ((Long) row.get(0) <= slot && slot <= (Long) row.get(1)) {
                long port = (Long) ((List<?>) row.get(2)).get(1);
                return nodes.stream()
                        .filter(node -> node.port == port)
                        .findFirst()
                        .orElseThrow();
            }
        }
        throw new IllegalStateException("Nobody serves slot " + slot);
    }

    /** Kills a server as kill -9 does. If it is a master, its replica is not in its place yet. */
    void kill(RedisNode node) {
        node.kill();
    }

    /** Returns when all who live serve all slots, and know {@code dead} to be no master anymore. */
    void awaitFailoverOf(RedisNode dead) {
        for (RedisNode node : nodes) {
            if (node.isAlive()) {
                Eventually.holds("a replica takes over", () -> servesAll(node) && !hasSlots(node, dead));
            }
        }
    }

    /* In CLUSTER NODES the slots stand behind eight columns. */
    private static boolean hasSlots(RedisNode witness, RedisNode whose) throws IOException {
        return clusterNodes(witness)
                .lines()
                .filter(line -> line.contains(":" + whose.port + "@"))
                .anyMatch(line -> line.split(" ").length > 8);
    }

    /** What {@link #client} is made by, to be changed at will. */
    Config config() {
        Config config = new Config();
        config.setThreads(2).setNettyThreads(2);
        config.useClusterServers()
                .addNodeAddress(nodes.stream().map(RedisNode::address).toArray(String[]::new))
                .setReadMode(ReadMode.MASTER)
                .setSubscriptionMode(SubscriptionMode.MASTER)
                .setScanInterval(500)
                .setMasterConnectionPoolSize(8)
                .setMasterConnectionMinimumIdleSize(1)
                .setSlaveConnectionPoolSize(1)
                .setSlaveConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(1)
                .setSubscriptionConnectionMinimumIdleSize(1);
        return config;
    }

    /** A client with few threads and connections, which the caller shuts down. */
    RedissonClient client() {
        return Redisson.create(config());
    }

    @Override
    public void close() throws IOException {
        for (RedisNode node : nodes) {
            node.close();
        }
    }
}
