package dev.weir.benchmark.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.util.concurrent.RateLimiter;
import dev.weir.benchmark.peer.Peers;
import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Decision;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Ticker;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.caffeine.Bucket4jCaffeine;
import io.github.bucket4j.caffeine.CaffeineProxyManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.catalina.util.TimeBucketCounter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One limiter for each client, found by the client's key: what an endpoint pays. Each cache is two thirds full, since Caffeine spares itself
 * the recording of reads in one that is not half full.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@SuppressWarnings("NullAway") // made by the set-up, and all clients are there
public class KeyedBenchmark {

    private static final int OTHERS = 2_000;

    /** How many clients ask. */
    @Param({"1", "100000"})
    public int keys;

    /** Whether they have permits left. */
    @Param({"true", "false"})
    public boolean allows;

    /** Of Weir's limit. */
    @Param({"GCRA", "SLIDING_WINDOW_COUNTER", "FIXED_WINDOW", "SLIDING_WINDOW_LOG"})
    public Algorithm algorithm;

    private Bundle bundle;
    private LocalLimiter weir;
    private dev.weir.core.RateLimiter weirByName;
    private ConcurrentHashMap<String, AtomicLong> map;
    private Cache<String, AtomicLong> caffeine;
    private Cache<String, Bucket> bySize;
    private Cache<String, Bucket> expiring;
    private Function<String, Bucket> newBucket;
    private Supplier<BucketConfiguration> configuration;
    private CaffeineProxyManager<String> proxies;
    private Cache<String, RateLimiter> guava;
    private Cache<String, io.github.resilience4j.ratelimiter.RateLimiter> resilience4j;
    private TimeBucketCounter tomcat;
    private ScheduledExecutorService timer;

    /** Makes what is to be measured, with all clients in it. */
    @Setup
    public void setUp(BenchmarkParams params) {
        long bound = (keys + OTHERS) * 3L / 2;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < keys + OTHERS; i++) {
            names.add(Keys.name(i));
        }
        newBucket = key -> Peers.bucket4j(allows);
        BucketConfiguration bandwidths = Peers.configuration(allows);
        configuration = () -> bandwidths;
        timer = Executors.newSingleThreadScheduledExecutor();
        String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        switch (method) {
            case "weir", "weirThree" -> setUpWeir(bound, method.equals("weirThree"));
            case "weirByName" -> {
                weirByName = dev.weir.core.RateLimiter.builder()
                        .limits(limit())
                        .maxKeys(bound)
                        .build();
                names.forEach(weirByName::tryAcquire);
            }
            case "map" -> {
                map = new ConcurrentHashMap<>();
                names.forEach(name -> map.put(name, new AtomicLong()));
            }
            case "caffeine" -> {
                caffeine = Caffeine.newBuilder().maximumSize(bound).build();
                names.forEach(name -> caffeine.put(name, new AtomicLong()));
                caffeine.cleanUp();
            }
            case "bucket4jBySize", "bucket4jProbeBySize" -> {
                bySize = Caffeine.newBuilder().maximumSize(bound).build();
                names.forEach(name -> bySize.put(name, Peers.bucket4j(allows)));
                bySize.cleanUp();
            }
            case "bucket4jOfThree" -> {
                bySize = Caffeine.newBuilder().maximumSize(bound).build();
                names.forEach(name -> bySize.put(name, Peers.bucket4jOfThree()));
                bySize.cleanUp();
            }
            case "bucket4jExpiring" -> {
                expiring = Caffeine.newBuilder()
                        .maximumSize(bound)
                        .expireAfterAccess(Duration.ofHours(1))
                        .build();
                names.forEach(name -> expiring.put(name, Peers.bucket4j(allows)));
                expiring.cleanUp();
            }
            case "bucket4jProxies" -> {
                proxies = Bucket4jCaffeine.<String>builderFor(
                                Caffeine.newBuilder().maximumSize(bound))
                        .build();
                names.forEach(name -> proxies.getProxy(name, configuration).tryConsume(1));
                proxies.getCache().cleanUp();
            }
            case "guava" -> {
                guava = Caffeine.newBuilder().maximumSize(bound).build();
                names.forEach(name -> guava.put(name, Peers.guava(allows)));
                guava.cleanUp();
            }
            case "resilience4j" -> {
                resilience4j = Caffeine.newBuilder().maximumSize(bound).build();
                names.forEach(name -> resilience4j.put(name, Peers.resilience4j(allows)));
                resilience4j.cleanUp();
            }
            case "tomcat" -> {
                tomcat = new TimeBucketCounter(60, timer);
                names.forEach(tomcat::increment);
            }
            default -> throw new IllegalStateException("No set-up for " + method);
        }
    }

    /** Ends what runs. */
    @TearDown
    public void tearDown() {
        if (tomcat != null) {
            tomcat.destroy();
        }
        timer.shutdownNow();
    }

    private Limit limit() {
        Limit limit = allows ? Limit.of(Peers.PLENTY, Duration.ofSeconds(1)) : Limit.of(1, Duration.ofHours(1));
        return limit.withAlgorithm(algorithm);
    }

    private void setUpWeir(long bound, boolean three) {
        Policies policies = new Policies();
        policies.declare(new Policy("second", limit()));
        List<String> used = new ArrayList<>(List.of("second"));
        if (three) {
            policies.declare(new Policy("minute", Limit.of(10 * Peers.PLENTY, Duration.ofMinutes(1))));
            policies.declare(new Policy("hour", Limit.of(100 * Peers.PLENTY, Duration.ofHours(1))));
            used.addAll(List.of("minute", "hour"));
        }
        bundle = policies.current().bundle("benchmark", used);
        weir = new LocalLimiter(bound, Ticker.system(), LimiterListener.NONE);
        Ask ask = new Ask();
        for (int i = 0; i < keys + OTHERS; i++) {
            ask.clear().add(bundle, Keys.client(i));
            weir.decide(ask);
        }
        weir.sweep();
        for (int i = 0; i < keys + OTHERS; i++) { // again, if the sweep took them for new
            ask.clear().add(bundle, Keys.client(i));
            weir.decide(ask);
        }
    }

    /** The caller's question and answer, used again and again. */
    @State(Scope.Thread)
    public static class Question {
        final Ask ask = new Ask();
    }

    /** The least: a map that never forgets, a clock, and a compare-and-set. */
    @Benchmark
    public boolean map(Keys keys) {
        AtomicLong number = map.get(keys.nextName());
        long now = System.nanoTime();
        long seen = number.get();
        return allows ? number.compareAndSet(seen, now) : seen < now;
    }

    /** The same in Caffeine, bounded by size. */
    @Benchmark
    public boolean caffeine(Keys keys) {
        AtomicLong number = caffeine.getIfPresent(keys.nextName());
        long now = System.nanoTime();
        long seen = number.get();
        return allows ? number.compareAndSet(seen, now) : seen < now;
    }

    /** What front ends call, with the keys that they make. */
    @Benchmark
    public Ask weir(Keys keys, Question question) {
        Ask ask = question.ask.clear();
        ask.add(bundle, keys.nextClient());
        weir.decide(ask);
        return ask;
    }

    /** The same with three limits. */
    @Benchmark
    public Ask weirThree(Keys keys, Question question) {
        return weir(keys, question);
    }

    /** The library: a name in, a decision out, of which all is read. */
    @Benchmark
    public Decision weirByName(Keys keys, Blackhole reader) {
        Decision decision = weirByName.tryAcquire(keys.nextName());
        reader.consume(decision.remaining());
        reader.consume(decision.retryAfterNanos());
        reader.consume(decision.resetAfterNanos());
        return decision;
    }

    /** Bucket4j in a cache that is bounded and forgets: yes or no. */
    @Benchmark
    public boolean bucket4jExpiring(Keys keys) {
        return expiring.get(keys.nextName(), newBucket).tryConsume(1);
    }

    /** Bucket4j in a bounded cache: yes or no. */
    @Benchmark
    public boolean bucket4jBySize(Keys keys) {
        return bySize.get(keys.nextName(), newBucket).tryConsume(1);
    }

    /** Bucket4j in a bounded cache, with what remains and how long to wait. */
    @Benchmark
    public ConsumptionProbe bucket4jProbeBySize(Keys keys) {
        return bySize.get(keys.nextName(), newBucket).tryConsumeAndReturnRemaining(1);
    }

    /** The same with three bandwidths. */
    @Benchmark
    public ConsumptionProbe bucket4jOfThree(Keys keys) {
        return bySize.getIfPresent(keys.nextName()).tryConsumeAndReturnRemaining(1);
    }

    /** Bucket4j's own way to have many. */
    @Benchmark
    public boolean bucket4jProxies(Keys keys) {
        return proxies.getProxy(keys.nextName(), configuration).tryConsume(1);
    }

    /** Guava in a bounded cache. */
    @Benchmark
    public boolean guava(Keys keys) {
        return guava.getIfPresent(keys.nextName()).tryAcquire();
    }

    /** Resilience4j in a bounded cache. */
    @Benchmark
    public boolean resilience4j(Keys keys) {
        return resilience4j.getIfPresent(keys.nextName()).acquirePermission();
    }

    /** What Tomcat's filter counts with. */
    @Benchmark
    public int tomcat(Keys keys) {
        return tomcat.increment(keys.nextName());
    }
}
