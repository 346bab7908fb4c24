package dev.weir.security;

import static dev.weir.security.SharedRedis.ask;
import static dev.weir.security.Tally.admitted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts H and I: what it is worth to be refused, again and again, where limits are in Redis. */
@Timeout(120)
class RememberedRefusalsTest {

    private static final int CONNECTIONS = 4;
    private static final int REQUESTS = 2_000;

    private static SharedRedis redis;

    @RateLimited(permits = 10, per = "1d", key = "ip")
    static class Daily extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @BeforeAll
    static void start() throws Exception {
        redis = new SharedRedis();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void clear() {
        redis.clear();
    }

    @Test
    @Row(value = "I4", promise = "Whoever hammers while it is refused costs Redis nothing until it may come again")
    void hammeringWhileRefusedCostsRedisNothing() throws Exception {
        Daily daily = new Daily();
        try (Site site = redis.site().servlet("/daily", daily).start()) {
            SharedRedis.reached(site.weir().backend());
            assertThat(admitted(site, 11, "/daily")).isEqualTo(10);
            try (RedisMonitor monitor = new RedisMonitor(redis)) {
                hammer(site);
                assertThat(monitor.commands())
                        .as("what Redis is asked of clients")
                        .noneMatch(command -> command.words().stream().anyMatch(word -> word.startsWith("weir:{")));
                assertThat(Wire.sendFrom("127.0.0.2", site, "POST", "/daily").status())
                        .as("another client's request")
                        .isEqualTo(200);
                assertThat(monitor.commands())
                        .as("what it costs")
                        .anyMatch(command -> command.words().stream().anyMatch(word -> word.startsWith("weir:{")));
            }
            assertThat(daily.served).hasValue(11);
        }
    }

    private static void hammer(Site site) throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < CONNECTIONS; t++) {
            threads.add(new Thread(() -> {
                int passed = admitted(site, REQUESTS, "/daily");
                refused.addAndGet(REQUESTS - passed);
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(refused).hasValue(CONNECTIONS * REQUESTS);
    }

    @Test
    @Row(value = "H12", promise = "Whoever was refused is not refused any longer once its limit is raised")
    void whoWasRefusedIsAdmittedOnceItsLimitIsRaised() throws Exception {
        Bundle low = MemoryTest.bundle(Limit.of(3, Duration.ofDays(1)));
        Bundle high = MemoryTest.bundle(Limit.of(1_000, Duration.ofDays(1)));
        ClientKey client = MemoryTest.address(1);
        try (Backend node = redis.node(SharedRedis.SECRET)) {
            for (int i = 0; i < 3; i++) {
                assertThat(allowed(node, low, client)).isTrue();
            }
            assertThat(allowed(node, low, client)).isFalse();
            assertThat(allowed(node, low, client)).isFalse();
            // all of the old limit is used, and so all of the new; but that gives the next permit at once
            Bundle wide = MemoryTest.bundle(
                    Limit.of(1_000_000_000, Duration.ofDays(1)).withBurst(1_000));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!allowed(node, wide, client)) {
                assertThat(System.nanoTime() - deadline).as("thirty seconds").isNegative();
            }
            ClientKey other = MemoryTest.address(2);
            for (int i = 0; i < 2; i++) {
                assertThat(allowed(node, low, other)).isTrue();
            }
            Ask three = ask(low, other);
            three.cost(0, 3);
            assertThat(answered(node, three).allowed()).isFalse();
            Ask raised = ask(high, other);
            raised.cost(0, 3);
            assertThat(answered(node, raised).allowed())
                    .as("a third of it is left")
                    .isTrue();
        }
    }

    private static boolean allowed(Backend node, Bundle bundle, ClientKey client) throws InterruptedException {
        return answered(node, ask(bundle, client)).allowed();
    }

    private static Ask answered(Backend node, Ask ask) throws InterruptedException {
        node.decide(ask);
        assertThat(ask.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ask.failure()).isNull();
        return ask;
    }
}
