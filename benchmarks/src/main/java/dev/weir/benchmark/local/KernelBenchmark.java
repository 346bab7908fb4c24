package dev.weir.benchmark.local;

import com.google.common.util.concurrent.RateLimiter;
import dev.weir.benchmark.peer.Peers;
import dev.weir.core.KernelAlone;
import dev.weir.core.Limit;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One limiter of one client, with nothing to find it by. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@SuppressWarnings("NullAway.Init")
public class KernelBenchmark {

    /** Whether the limiter has permits left. */
    @Param({"true", "false"})
    public boolean allows;

    private AtomicLong number;
    private KernelAlone weir;
    private Bucket bucket4j;
    private RateLimiter guava;
    private io.github.resilience4j.ratelimiter.RateLimiter resilience4j;

    /** Makes one of each. */
    @Setup
    public void setUp() {
        number = new AtomicLong();
        weir = new KernelAlone(
                allows ? Limit.of(Peers.PLENTY, Duration.ofSeconds(1)) : Limit.of(1, Duration.ofHours(1)));
        if (!allows) {
            weir.tryAcquire();
        }
        bucket4j = Peers.bucket4j(allows);
        guava = Peers.guava(allows);
        resilience4j = Peers.resilience4j(allows);
    }

    /** The least: a clock. */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }

    /** The least that remembers something: a clock and a compare-and-set; of who is refused, a read. */
    @Benchmark
    public boolean clockAndNumber() {
        long now = System.nanoTime();
        long seen = number.get();
        return allows ? number.compareAndSet(seen, now) : seen < now;
    }

    /** Weir. */
    @Benchmark
    public boolean weir() {
        return weir.tryAcquire();
    }

    /** Bucket4j, yes or no. */
    @Benchmark
    public boolean bucket4j() {
        return bucket4j.tryConsume(1);
    }

    /** Bucket4j, with what remains and how long to wait. */
    @Benchmark
    public ConsumptionProbe bucket4jProbe() {
        return bucket4j.tryConsumeAndReturnRemaining(1);
    }

    /** Guava. */
    @Benchmark
    public boolean guava() {
        return guava.tryAcquire();
    }

    /** Resilience4j. */
    @Benchmark
    public boolean resilience4j() {
        return resilience4j.acquirePermission();
    }
}
