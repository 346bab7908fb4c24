package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

/** The cluster of the tests is one. */
class ClusterRedisTest {

    private static final int CLIENTS = 300;

    @Test
    void keysOfManyClientsSpreadOverAllMastersAndAReplicaTakesOver() throws Exception {
        try (ClusterRedis cluster = new ClusterRedis()) {
            RedissonClient client = cluster.client();
            try {
                List<RedisNode> masters = cluster.nodes().subList(0, 3);
                long before = states(masters);
                askForMany(client);
                for (RedisNode master : masters) {
                    assertThat((Long) master.command("DBSIZE")).isGreaterThan(CLIENTS / 6);
                }
                assertThat(states(masters) - before).isBetween((long) CLIENTS, CLIENTS + 1L); // the rules

                RedisNode first = cluster.masterOf("anything");
                assertThat(masters).contains(first);
                cluster.kill(first);
                cluster.awaitFailoverOf(first);
                RedisNode second = cluster.masterOf("anything");
                assertThat(cluster.nodes().indexOf(second))
                        .isEqualTo(cluster.nodes().indexOf(first) + 3);
            } finally {
                client.shutdown();
            }
        }
    }

    private static long states(List<RedisNode> masters) throws Exception {
        long sum = 0;
        for (RedisNode master : masters) {
            sum += (Long) master.command("DBSIZE");
        }
        return sum;
    }

    private static void askForMany(RedissonClient client) throws InterruptedException {
        KeyHasher hasher = KeyHasher.withSecret("a secret of this test".getBytes(StandardCharsets.UTF_8));
        RedisLimiter limiter =
                new RedisLimiter(client, "weir", hasher, 10, Duration.ofMinutes(10), LimiterListener.NONE);
        Policies policies = new Policies();
        policies.declare(new Policy("limit", Limit.of(10, Duration.ofDays(1))));
        Bundle bundle = policies.current().bundle("bundle", List.of("limit"));
        for (int i = 0; i < CLIENTS; i++) {
            Ask ask = new Ask();
            ask.add(bundle, new ClientKey(ClientKey.Kind.USER, 1, i));
            limiter.decide(ask);
            assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(ask.failure()).isNull();
            assertThat(ask.remaining(0)).isEqualTo(9);
        }
    }
}
