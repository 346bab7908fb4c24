package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.redisson.RedisBackendProvider;
import dev.weir.redisson.SingleRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.redisson.api.RBucket;
import org.redisson.api.RScript;
import org.redisson.client.codec.ByteArrayCodec;

/** A real Redis, and the back ends and sites that keep their limits there. */
final class SharedRedis implements AutoCloseable {

    static final String SECRET = "the secret of this fleet";

    /** Nothing stands in for Redis, however long it takes on a busy machine. */
    static final Fallback PATIENTLY = new Fallback(OnFailure.CLOSED, Duration.ofMinutes(1), 0);

    final SingleRedis redis;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    SharedRedis() throws IOException {
        redis = new SingleRedis();
    }

    /** A site of the fleet, which has reached Redis when {@link #reached} says so. */
    Site.Plan site() {
        return Site.with()
                .setting("weir.backend", "redis")
                .setting("weir.redis", "redis://127.0.0.1:" + redis.port)
                .setting("weir.deadline", "1m")
                .setting("weir.on-failure", "closed")
                .setting("weir.nodes", "2")
                .setting("weir.secret", SECRET);
    }

    /** A node of the fleet, which has reached Redis. */
    Backend node(String secret) throws InterruptedException {
        Backend node = new RedisBackendProvider()
                .open(new BackendContext(
                        name -> switch (name) {
                            case "weir.redis" -> "redis://127.0.0.1:" + redis.port;
                            case "weir.secret" -> secret;
                            default -> null;
                        },
                        new Policies(),
                        Ticker.system(),
                        scheduler,
                        LimiterListener.NONE));
        reached(node);
        return node;
    }

    /** Waits for {@code node} to have reached Redis, and takes nothing. */
    static void reached(Backend node) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Ask ask;
        do {
            LockSupport.parkNanos(1_000_000);
            assertThat(System.nanoTime() - deadline).as("thirty seconds").isNegative();
            ask = ask(MemoryTest.bundle(Limit.of(1, Duration.ofMinutes(1))), ClientKey.GLOBAL);
            ask.cost(0, 0);
            node.decide(ask);
            assertThat(ask.await(10, TimeUnit.SECONDS)).isTrue();
        } while (ask.failure() != null);
    }

    /** Asks for a permit. */
    static Ask ask(Bundle bundle, ClientKey client) {
        Ask ask = new Ask();
        ask.add(bundle, client);
        return ask;
    }

    /** Forgets everything. */
    void clear() {
        redis.client.getKeys().flushall();
    }

    /** All keys. */
    Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        redis.client.getKeys().getKeys().forEach(keys::add);
        return keys;
    }

    /** Those of clients. */
    Set<String> states() {
        Set<String> keys = keys();
        keys.removeIf(key -> !key.contains("{"));
        return keys;
    }

    RBucket<byte[]> bucket(String key) {
        return redis.client.getBucket(key, ByteArrayCodec.INSTANCE);
    }

    /** Redis' own clock, in microseconds. */
    long micros() {
        String script = "local t = redis.call('TIME') return {tonumber(t[1]), tonumber(t[2])}";
        List<Long> time =
                redis.client.getScript().eval(RScript.Mode.READ_ONLY, script, RScript.ReturnType.LIST, List.of());
        return time.get(0) * 1_000_000 + time.get(1);
    }

    @Override
    public void close() throws IOException {
        scheduler.shutdownNow();
        redis.close();
    }
}
