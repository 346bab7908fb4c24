package dev.weir.redisson;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.redisson.api.RedissonClient;

/** A process of a fleet: many threads ask for one key, and then it prints how many were admitted. */
final class FleetNode {

    private static final byte[] SECRET = "the secret of the fleet".getBytes(StandardCharsets.UTF_8);

    private FleetNode() {}

    /** Takes the port of Redis, the limit of a day, how many threads there are, and how often each asks. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        Policies policies = new Policies();
        policies.declare(new Policy("day", Limit.of(Long.parseLong(args[1]), Duration.ofDays(1))));
        Bundle bundle = policies.current().bundle("fleet", List.of("day"));
        RedissonClient client = SingleRedis.client(port);
        RedisLimiter limiter = new RedisLimiter(
                client, "weir", KeyHasher.withSecret(SECRET), 100, Duration.ofMinutes(1), LimiterListener.NONE);
        System.out.println("ready");
        System.in.read();
        AtomicInteger admitted = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            threads.add(new Thread(() -> ask(limiter, bundle, Integer.parseInt(args[3]), admitted)));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("admitted " + admitted);
        client.shutdown();
    }

    private static void ask(RedisLimiter limiter, Bundle bundle, int times, AtomicInteger admitted) {
        try {
            for (int i = 0; i < times; i++) {
                Ask ask = new Ask();
                ask.add(bundle, ClientKey.GLOBAL);
                limiter.decide(ask);
                if (!ask.await(30, TimeUnit.SECONDS) || ask.failure() != null) {
                    throw new IllegalStateException("No decision", ask.failure());
                }
                admitted.addAndGet(ask.allowed() ? 1 : 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
