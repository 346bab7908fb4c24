package dev.weir.redisson;

import org.jspecify.annotations.Nullable;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

/**
 * A configuration with two things that are not its author's to choose. Nothing is asked of a replica, which would answer with what was,
 * so none is connected to. And nothing is sent twice, since a decision whose answer was lost may have been made.
 */
final class MastersOnly extends Config {

    MastersOnly(Config config) {
        super(config);
        sendOnce(getSingleServerConfig());
        askMasters(getSentinelServersConfig());
        askMasters(getClusterServersConfig());
        askMasters(getReplicatedServersConfig());
        askMasters(getMasterSlaveServersConfig());
    }

    private static void askMasters(@Nullable BaseMasterSlaveServersConfig<?> servers) {
        sendOnce(servers);
        if (servers != null) {
            servers.setReadMode(ReadMode.MASTER);
            servers.setSubscriptionMode(SubscriptionMode.MASTER);
        }
    }

    private static void sendOnce(@Nullable BaseConfig<?> servers) {
        if (servers != null) {
            servers.setRetryAttempts(0);
        }
    }
}
