package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** A process of a fleet: many threads ask for one key, and then it prints how many were admitted, and when each was decided. */
final class FleetNode {

    private static final byte[] SECRET = "the secret of the fleet".getBytes(StandardCharsets.UTF_8);

    private final States states;
    private final Bundle bundle;
    private final AtomicInteger admitted = new AtomicInteger();
    /* When it was decided, by Redis' clock. */
    private final Queue<Long> decided = new ConcurrentLinkedQueue<>();

    private FleetNode(States states, Bundle bundle) {
        this.states = states;
        this.bundle = bundle;
    }

    /**
     * Asks.
     *
     * @param args {@code single} or {@code cluster}; the port of Redis; permits; in how many seconds; how many threads; how often each
     *     asks; for how many seconds at most
     */
    public static void main(String[] args) throws Exception {
        RedissonClient client = client(args[0], Integer.parseInt(args[1]));
        Limit limit = Limit.of(Long.parseLong(args[2]), Duration.ofSeconds(Long.parseLong(args[3])));
        Policies policies = new Policies();
        policies.declare(new Policy("limit", limit));
        RedisKeys keys = new RedisKeys("weir", KeyHasher.withSecret(SECRET));
        FleetNode node = new FleetNode(
                new States(client, keys, Duration.ofMinutes(1), Groups.of(client, 1)),
                policies.current().bundle("fleet", List.of("limit")));
        System.out.println("ready");
        System.in.read();
        node.run(Integer.parseInt(args[4]), Integer.parseInt(args[5]), Duration.ofSeconds(Long.parseLong(args[6])));
        StringBuilder lines = new StringBuilder("admitted " + node.admitted + " " + node.decided.size() + "\n");
        node.decided.forEach(nanos -> lines.append(nanos).append('\n'));
        System.out.print(lines);
        client.shutdown();
    }

    private static RedissonClient client(String kind, int port) {
        if (kind.equals("single")) {
            return SingleRedis.client(port);
        }
        Config config = new Config();
        config.setThreads(2).setNettyThreads(2);
        config.useClusterServers().addNodeAddress("redis://127.0.0.1:" + port);
        return Redisson.create(new MastersOnly(config));
    }

    private void run(int threads, int times, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(new Thread(() -> ask(times, deadline)));
        }
        all.forEach(Thread::start);
        for (Thread thread : all) {
            thread.join();
        }
    }

    private void ask(int times, long deadline) {
        for (int i = 0; i < times && System.nanoTime() - deadline < 0; i++) {
            Ask ask = new Ask();
            ask.add(bundle, ClientKey.GLOBAL);
            long nanos = states.decide(ask, false, 0, Question.NO_DEADLINE)
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join()
                    .nowNanos();
            decided.add(nanos);
            admitted.addAndGet(ask.allowed() ? 1 : 0);
        }
    }
}
