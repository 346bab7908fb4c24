package dev.weir.redisson;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;

/** A real master on the loopback with a replica, and three sentinels, which replace it some two seconds after it is gone. */
public final class SentinelRedis implements AutoCloseable {

    public static final String NAME = "weir-test";

    private static final int SENTINELS = 3;
    private static final int DOWN_AFTER_MILLIS = 700;

    private final List<RedisNode> sentinels = new ArrayList<>();
    private final List<RedisNode> servers = new ArrayList<>();

    /** A master and its replica with the same data, watched by sentinels that know each other and both. */
    public SentinelRedis() throws IOException {
        try {
            servers.add(RedisNode.server("repl-ping-replica-period 1"));
            servers.add(RedisNode.server("repl-ping-replica-period 1", "replicaof 127.0.0.1 " + master().port));
            awaitCopied();
            for (int i = 0; i < SENTINELS; i++) {
                sentinels.add(RedisNode.sentinel(
                        "sentinel monitor " + NAME + " 127.0.0.1 " + master().port + " 2",
                        "sentinel down-after-milliseconds " + NAME + " " + DOWN_AFTER_MILLIS,
                        "sentinel failover-timeout " + NAME + " 2000"));
            }
            for (RedisNode sentinel : sentinels) {
                Eventually.holds(
                        "sentinels know each other",
                        () -> sentinel.info("sentinel").contains("status=ok,")
                                && sentinel.info("sentinel").contains(",slaves=1,sentinels=" + SENTINELS));
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Who is the master at the start. */
    public RedisNode master() {
        return servers.get(0);
    }

    /** Who is the replica at the start. */
    public RedisNode replica() {
        return servers.get(1);
    }

    /** Returns when the replica has all that the master has been told so far. */
    public void awaitCopied() throws IOException {
        Eventually.holds(
                "the replica follows", () -> replica().info("replication").contains("master_link_status:up"));
        long told = number(master(), "master_repl_offset");
        Eventually.holds("the replica has it all", () -> number(replica(), "slave_repl_offset") >= told);
    }

    /** From now on the replica gets nothing that the master is told. Its master is to be killed soon, or it is too old to follow. */
    public void stopCopying() throws IOException {
        master().command("ACL", "SETUSER", "default", "-psync", "-sync");
        master().command("CLIENT", "KILL", "TYPE", "replica");
        Eventually.holds(
                "the replica is on its own", () -> replica().info("replication").contains("master_link_status:down"));
    }

    private static long number(RedisNode server, String field) throws IOException {
        return server.info("replication")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    /** Where the sentinels are. */
    public List<String> addresses() {
        return sentinels.stream().map(RedisNode::address).toList();
    }

    /** A client with few threads and connections, which the caller shuts down. */
    RedissonClient client(ReadMode readMode) {
        Config config = new Config();
        config.setThreads(2).setNettyThreads(2);
        config.useSentinelServers()
                .setMasterName(NAME)
                .addSentinelAddress(addresses().toArray(new String[0]))
                .setReadMode(readMode)
                .setRetryAttempts(0)
                .setTimeout(2_000)
                .setMasterConnectionPoolSize(8)
                .setMasterConnectionMinimumIdleSize(1)
                .setSlaveConnectionPoolSize(8)
                .setSlaveConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(1)
                .setSubscriptionConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    @Override
    public void close() throws IOException {
        for (RedisNode sentinel : sentinels) {
            sentinel.close();
        }
        for (RedisNode server : servers) {
            server.close();
        }
    }
}
