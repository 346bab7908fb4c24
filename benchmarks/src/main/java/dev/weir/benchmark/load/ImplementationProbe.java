package dev.weir.benchmark.load;

import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.redis.Latencies;
import dev.weir.core.Algorithm;
import dev.weir.core.Decision;
import dev.weir.core.Limit;
import dev.weir.core.RateLimiter;
import dev.weir.core.RateLimiterBuilder;
import dev.weir.core.spi.Backend;
import dev.weir.redisson.PlainPath;
import dev.weir.redisson.RedisBackendProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Decides by algorithms, in a virtual machine of its own. */
final class ImplementationProbe {

    private static final Logger LOG = Logger.getLogger("");
    private static final int CLIENTS = 1_000;
    private static final byte[] SECRET = "of nobody's, for a benchmark".getBytes(StandardCharsets.UTF_8);

    private final Backend backend;
    private final Map<String, RateLimiter> limiters = new HashMap<>();
    private final String[] names = new String[CLIENTS];
    private final LongAdder refused = new LongAdder();

    private ImplementationProbe(Backend backend) {
        this.backend = backend;
        for (int i = 0; i < CLIENTS; i++) {
            names[i] = "ip:10.1." + (i >>> 8) + "." + (i & 255);
        }
    }

    /**
     * Takes the address of a Redis; answers lines of {@code ALGORITHM memory|redis THREADS MILLIS} with the mean and the p99 of a decision,
     * in µs, how many there were in a second, and how many were refused.
     */
    public static void main(String[] args) throws IOException {
        LOG.setLevel(Level.WARNING);
        ImplementationProbe probe =
                new ImplementationProbe(RedisBackendProvider.open(PlainPath.client(args[0]), SECRET));
        ChildJvm.answer(line -> {
            String[] words = line.split(" ", -1);
            try {
                return probe.round(
                        probe.limiter(words[0], words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(line, e);
            }
        });
        System.exit(0); // Redisson's threads do not keep it running
    }

    private RateLimiter limiter(String algorithm, String place) {
        return limiters.computeIfAbsent(algorithm + " " + place, key -> {
            RateLimiterBuilder builder = RateLimiter.builder()
                    .limits(Limit.of(1_000_000, Duration.ofSeconds(1)).withAlgorithm(Algorithm.valueOf(algorithm)))
                    .answerTimeout(Duration.ofSeconds(10));
            return place.equals("memory")
                    ? builder.maxKeys(CLIENTS * 3L / 2).build()
                    : builder.backend(backend, algorithm, SECRET).build();
        });
    }

    private String round(RateLimiter limiter, int threads, long millis)
            throws InterruptedException, ExecutionException {
        List<Callable<Latencies>> askers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = new SplittableRandom(i);
            askers.add(() -> ask(limiter, random, start + 1_000_000 * millis));
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Latencies all = new Latencies();
            for (Future<Latencies> asker : pool.invokeAll(askers)) {
                all.addAll(asker.get());
            }
            double micros = (System.nanoTime() - start) / 1_000.0;
            return threads * micros / all.count() + " " + all.micros(0.99) + " " + all.count() * 1e6 / micros + " "
                    + refused.sumThenReset();
        } finally {
            pool.shutdown();
        }
    }

    private Latencies ask(RateLimiter limiter, SplittableRandom random, long end) {
        Latencies latencies = new Latencies();
        long before = System.nanoTime();
        do { // at least once, however late a thread comes to run
            String name = names[random.nextInt(CLIENTS)];
            Decision decision = limiter.tryAcquire(name);
            if (!decision.allowed()) {
                refused.increment();
                System.err.println(name + " is refused: " + decision);
            }
            long after = System.nanoTime();
            latencies.add(after - before);
            before = after;
        } while (before - end < 0);
        return latencies;
    }
}
