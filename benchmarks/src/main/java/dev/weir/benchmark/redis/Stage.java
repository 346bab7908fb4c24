package dev.weir.benchmark.redis;

import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.redisson.PlainPath;
import dev.weir.redisson.RedisBackendProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** A Redis of its own, and the ways to ask it for a decision, over one client. */
final class Stage implements AutoCloseable {

    private static final String SECRET = "of nobody's, for a benchmark";
    private static final String TRIVIAL = "return 1";
    private static final long PATIENCE_SECONDS = 60;
    private static final int FIRST_ASKS = 300;

    final Redis redis = new Redis();
    private final LongAdder fellBack = new LongAdder();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final RedissonClient client;
    private final Backend plain;
    private final Backend weir;
    private final String trivialSha;
    final RedisPeers peers;

    Stage() throws IOException {
        client = PlainPath.client(redis.address());
        trivialSha = client.getScript(StringCodec.INSTANCE).scriptLoad(TRIVIAL);
        peers = new RedisPeers(client);
        plain = PlainPath.over(client, "weir", SECRET.getBytes(StandardCharsets.UTF_8));
        Map<String, String> settings = Map.of("weir.secret", SECRET, "weir.nodes", "1");
        weir = RedisBackendProvider.over(client)
                .open(new BackendContext(
                        settings::get, new Policies(), Ticker.system(), scheduler, new LimiterListener() {
                            @Override
                            public void fellBack(Ask ask, OnFailure mode, Throwable cause) {
                                fellBack.increment();
                            }
                        }));
    }

    /* One after the other: 64 threads at once in code that runs for the first time miss deadlines, and the breaker opens. */
    void warmUp() throws InterruptedException {
        Traffic few = Traffic.of(
                "first", Limit.of(1_000_000, Duration.ofDays(365)), 0, Duration.ofSeconds(PATIENCE_SECONDS), 0, 100);
        for (Load load :
                List.of(trivial(1, few), rRateLimiter(1, few), bucket4j(1, few), plain(1, few), weir(1, few))) {
            BlockingLoad.Caller caller = ((BlockingLoad) load).callers().get();
            for (int i = 0; i < FIRST_ASKS; i++) {
                caller.decide();
            }
        }
    }

    /** Decisions that a stand-in has given so far. */
    long fellBack() {
        return fellBack.sum();
    }

    /** The least that a call of a script can be. */
    Load trivial(int threads, Traffic traffic) {
        List<Object>[] keys = keys(traffic);
        return new BlockingLoad(threads, () -> {
            Traffic.Stream clients = traffic.stream();
            RScript script = client.getScript(StringCodec.INSTANCE);
            return () -> 1L
                    == script.<Long>evalSha(
                            RScript.Mode.READ_WRITE, trivialSha, RScript.ReturnType.LONG, keys[clients.nextIndex()]);
        });
    }

    /** Redisson's own limiter. */
    Load rRateLimiter(int threads, Traffic traffic) {
        return peers.rRateLimiter(threads, traffic);
    }

    /** Bucket4j on Redisson. */
    Load bucket4j(int threads, Traffic traffic) {
        return peers.bucket4j(threads, traffic);
    }

    /** Weir's script, a call for each decision. */
    Load plain(int threads, Traffic traffic) {
        return blocking(plain, threads, traffic);
    }

    /** Weir as users get it. */
    Load weir(int threads, Traffic traffic) {
        return blocking(weir, threads, traffic);
    }

    /** The same, but nobody waits for an answer. */
    Load weirAsync(int inTheAir, Traffic traffic) {
        return new AsyncLoad(inTheAir, weir, traffic);
    }

    private static Load blocking(Backend backend, int threads, Traffic traffic) {
        return new BlockingLoad(threads, () -> {
            Traffic.Stream clients = traffic.stream();
            Ask ask = new Ask();
            return () -> decided(backend, ask.clear(), traffic, clients.next());
        });
    }

    /** One answer of Weir's for the first client. */
    Ask decided(Traffic traffic) throws InterruptedException {
        return decided(traffic, 0);
    }

    /** One answer of Weir's. */
    Ask decided(Traffic traffic, int client) throws InterruptedException {
        Ask ask = new Ask();
        decided(weir, ask, traffic, traffic.client(client));
        return ask;
    }

    private static boolean decided(Backend backend, Ask ask, Traffic traffic, ClientKey client)
            throws InterruptedException {
        ask.add(traffic.bundle(), client);
        backend.decide(ask);
        if (!ask.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || ask.failure() != null) {
            throw new IllegalStateException("No decision", ask.failure());
        }
        return ask.allowed();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static List<Object>[] keys(Traffic traffic) {
        List<Object>[] keys = new List[traffic.clients()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = List.of(traffic.name("none", i));
        }
        return keys;
    }

    @Override
    public void close() throws IOException {
        weir.close();
        plain.close();
        scheduler.shutdownNow();
        client.shutdown(0, 2, TimeUnit.SECONDS);
        redis.close();
    }
}
