package dev.weir.benchmark.heap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.benchmark.peer.Peers;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.RateLimiter;
import dev.weir.core.Ticker;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.caffeine.Bucket4jCaffeine;
import io.github.bucket4j.caffeine.CaffeineProxyManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.apache.catalina.util.TimeBucketCounter;

/** Each design with all its clients in it, each of whom has taken one permit and owes it for an hour or longer. */
final class Filling {

    private static final List<Limit> LIMITS = List.of(
            Limit.of(1, Duration.ofHours(1)), Limit.of(10, Duration.ofDays(1)), Limit.of(100, Duration.ofDays(30)));

    private final int clients;
    /* Of all caches: so that two thirds are in use. */
    private final long bound;

    Filling(int clients) {
        this.clients = clients;
        this.bound = clients * 3L / 2;
    }

    /** What must be kept to remember all clients. */
    Object of(Design design) {
        return switch (design) {
            case MAP -> map();
            case WEIR -> weir(1);
            case WEIR_THREE -> weir(LIMITS.size());
            case WEIR_NAMES -> weirByName(1);
            case WEIR_NAMES_THREE -> weirByName(LIMITS.size());
            case BUCKET4J -> cache(sized(), i -> Peers.bucket4j(false));
            case BUCKET4J_THREE -> cache(sized(), i -> taken(Peers.bucket4jOfThree()));
            case BUCKET4J_SHARING -> sharing();
            case BUCKET4J_EXPIRING -> cache(sized().expireAfterAccess(Duration.ofHours(1)), i -> Peers.bucket4j(false));
            case BUCKET4J_PROXIES -> proxies();
            case GUAVA -> cache(sized(), i -> Peers.guava(false));
            case RESILIENCE4J -> cache(sized(), i -> Peers.resilience4j(false));
            case TOMCAT -> tomcat();
        };
    }

    private ConcurrentHashMap<String, AtomicLong> map() {
        ConcurrentHashMap<String, AtomicLong> map = new ConcurrentHashMap<>();
        for (int i = 0; i < clients; i++) {
            map.put(name(i), new AtomicLong(i));
        }
        return map;
    }

    private LocalLimiter weir(int limits) {
        Policies policies = new Policies();
        List<String> names = List.of("hour", "day", "month").subList(0, limits);
        for (int i = 0; i < limits; i++) {
            policies.declare(new Policy(names.get(i), LIMITS.get(i)));
        }
        Bundle bundle = policies.current().bundle("heap", names);
        LocalLimiter limiter = new LocalLimiter(bound, Ticker.system(), LimiterListener.NONE);
        Ask ask = new Ask();
        for (int i = 0; i < clients; i++) {
            ask.clear().add(bundle, new ClientKey(ClientKey.Kind.ADDRESS, 0, 0xffff_0a00_0000L + i));
            limiter.decide(ask);
        }
        limiter.sweep();
        expect(limiter.size());
        return limiter;
    }

    private RateLimiter weirByName(int limits) {
        RateLimiter limiter = RateLimiter.builder()
                .limits(LIMITS.subList(0, limits).toArray(Limit[]::new))
                .maxKeys(bound)
                .build();
        for (int i = 0; i < clients; i++) {
            limiter.tryAcquire(name(i));
        }
        for (int i = 0; i < clients; i += Math.max(1, clients / 1_000)) {
            if (limiter.peek(name(i)).remaining() != 0) {
                throw new IllegalStateException(name(i) + " is forgotten");
            }
        }
        return limiter;
    }

    private Cache<String, Bucket> sharing() {
        Bandwidth bandwidth = Bandwidth.builder()
                .capacity(1)
                .refillGreedy(1, Duration.ofHours(1))
                .build();
        return cache(sized(), i -> taken(Bucket.builder().addLimit(bandwidth).build()));
    }

    private CaffeineProxyManager<String> proxies() {
        CaffeineProxyManager<String> proxies =
                Bucket4jCaffeine.<String>builderFor(sized()).build();
        BucketConfiguration configuration = Peers.configuration(false);
        for (int i = 0; i < clients; i++) {
            proxies.getProxy(name(i), () -> configuration).tryConsume(1);
        }
        proxies.getCache().cleanUp();
        expect(proxies.getCache().estimatedSize());
        return proxies;
    }

    private List<Object> tomcat() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        TimeBucketCounter counter =
                new TimeBucketCounter((int) Duration.ofHours(1).toSeconds(), timer);
        for (int i = 0; i < clients; i++) {
            counter.increment(name(i));
        }
        return List.of(counter, timer);
    }

    private Caffeine<Object, Object> sized() {
        return Caffeine.newBuilder().maximumSize(bound);
    }

    private <L> Cache<String, L> cache(Caffeine<Object, Object> caffeine, IntFunction<L> limiter) {
        Cache<String, L> cache = caffeine.build();
        for (int i = 0; i < clients; i++) {
            cache.put(name(i), limiter.apply(i));
        }
        cache.cleanUp();
        expect(cache.estimatedSize());
        return cache;
    }

    private static Bucket taken(Bucket bucket) {
        bucket.tryConsume(1);
        return bucket;
    }

    private void expect(long remembered) {
        if (remembered != clients) {
            throw new IllegalStateException(remembered + " of " + clients + " clients are remembered");
        }
    }

    /** A key as a request brings it: a string of its own, of the characters of an address. */
    private static String name(int i) {
        return "ip:10." + (i >>> 16 & 255) + "." + (i >>> 8 & 255) + "." + (i & 255);
    }
}
