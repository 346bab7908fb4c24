package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who waits for its turn goes on at the very time that the limit says, with a thread or without. */
class PacingTest {

    private static final String THE_SAME_FUNCTION = "GCRA|TOKEN_BUCKET|LEAKY_BUCKET";

    private final ManualTicker ticker = new ManualTicker();

    private RateLimiter limiter(Limit limit) {
        return RateLimiter.builder()
                .limits(limit)
                .ticker(ticker)
                .sleeper(Sleepers.moving(ticker))
                .build();
    }

    private long millis() {
        return ticker.read() / 1_000_000;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = THE_SAME_FUNCTION)
    void onesAndTwosInTurnAtTenPerFiveSeconds(Algorithm algorithm) throws InterruptedException {
        RateLimiter limiter = limiter(Limit.of(10, Duration.ofSeconds(5)).withAlgorithm(algorithm));
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            assertThat(limiter.acquire("alice", i % 2 == 0 ? 1 : 2).allowed()).isTrue();
            times.add(millis());
        }
        // 1, 3, 4, 6, 7, 9 and 10 permits are there; the 12th, 13th, 15th, 16th and 18th come each 500 ms after the
        // 10th.
        assertThat(times).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L, 1_000L, 1_500L, 2_500L, 3_000L, 4_000L);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = THE_SAME_FUNCTION)
    void fourPerTwoSecondsWithWorkOfThreeTenths(Algorithm algorithm) throws InterruptedException {
        RateLimiter limiter = limiter(Limit.of(4, Duration.ofSeconds(2)).withAlgorithm(algorithm));
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            try (Reservation turn = limiter.enter("alice")) {
                assertThat(turn.allowed()).isTrue();
                times.add(millis());
                ticker.advance(Duration.ofMillis(300));
            }
        }
        assertThat(times).containsExactly(0L, 300L, 600L, 900L, 1_200L, 1_500L, 1_800L, 2_100L, 2_500L, 3_000L);
        assertThat(limiter.peek("alice").remaining()).isZero();
        ticker.advance(Duration.ofSeconds(1)); // of four permits two leak out in one second
        assertThat(limiter.peek("alice").remaining()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = THE_SAME_FUNCTION)
    void fourPerTwoSecondsWithoutPause(Algorithm algorithm) throws InterruptedException {
        RateLimiter limiter = limiter(Limit.of(4, Duration.ofSeconds(2)).withAlgorithm(algorithm));
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            limiter.acquire("alice");
            times.add(millis());
        }
        assertThat(times).containsExactly(0L, 0L, 0L, 0L, 500L, 1_000L, 1_500L, 2_000L, 2_500L, 3_000L);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(limiter.peek("alice").remaining()).isEqualTo(2);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(limiter.peek("alice").remaining()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = THE_SAME_FUNCTION)
    void threePerSecondAndAHalf(Algorithm algorithm) throws InterruptedException {
        RateLimiter limiter = limiter(Limit.of(3, Duration.ofMillis(1_500)).withAlgorithm(algorithm));
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            try (Reservation turn = limiter.enter("alice")) {
                assertThat(turn.decision().allowed()).isTrue();
                times.add(millis());
            }
        }
        assertThat(times)
                .containsExactly(0L, 0L, 0L, 500L, 1_000L, 1_500L, 2_000L, 2_500L, 3_000L, 3_500L, 4_000L, 4_500L);
    }

    /** {@code afterNanos} after the request before, {@code key} asks for {@code cost}, to wait for at most {@code patienceNanos}. */
    private record Request(long afterNanos, String key, long cost, long patienceNanos) {}

    private record Told(boolean allowed, long atNanos, long retryAfterNanos) {}

    @Property(tries = 60)
    void threadsAndStagesGoOnAtTheSameTimes(@ForAll("limits") Limit limit, @ForAll("requests") List<Request> requests)
            throws Exception {
        ManualTicker threads = new ManualTicker();
        ManualTicker stages = new ManualTicker();
        Clock epoch = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC); // one anchor for the windows of both
        RateLimiter sync =
                RateLimiter.builder().limits(limit).ticker(threads).clock(epoch).build();
        RateLimiter async =
                RateLimiter.builder().limits(limit).ticker(stages).clock(epoch).build();
        List<Future<Told>> ofThreads = new ArrayList<>();
        List<CompletableFuture<Told>> ofStages = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            for (Request request : requests) {
                threads.advanceNanos(request.afterNanos);
                stages.advanceNanos(request.afterNanos);
                long now = stages.read();
                Duration patience = Duration.ofNanos(request.patienceNanos);
                ofThreads.add(pool.submit(() -> {
                    Decision decision = sync.acquire(request.key, request.cost, patience);
                    done.incrementAndGet();
                    return told(decision, now + decision.waitNanos());
                }));
                Sleepers.until("everybody waits or is done", () -> done.get() + threads.waiting() == ofThreads.size());
                ofStages.add(async.acquireAsync(request.key, request.cost, patience)
                        .thenApply(decision -> told(decision, stages.read()))
                        .toCompletableFuture());
            }
            threads.advance(Duration.ofDays(1));
            stages.advance(Duration.ofDays(1));
            for (int i = 0; i < requests.size(); i++) {
                assertThat(ofThreads.get(i).get(60, TimeUnit.SECONDS))
                        .as("%s of %s", i, requests)
                        .isEqualTo(ofStages.get(i).get(60, TimeUnit.SECONDS));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static Told told(Decision decision, long atNanos) {
        return new Told(decision.allowed(), atNanos, decision.deciding().retryAfterNanos());
    }

    /* Aligned where there are windows: each limiter has a secret of its own, by which it would shift them. */
    @Provide
    Arbitrary<Limit> limits() {
        return Combinators.combine(
                        Arbitraries.of(Algorithm.class),
                        Arbitraries.longs().between(1, 5),
                        Arbitraries.longs().between(1_000, 9_999))
                .as((algorithm, permits, nanos) -> {
                    Limit limit = Limit.of(permits, Duration.ofNanos(nanos)).withAlgorithm(algorithm);
                    return algorithm.hasWindows() ? limit.withAlignedWindows() : limit;
                });
    }

    @Provide
    Arbitrary<List<Request>> requests() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 4_000),
                        Arbitraries.of("alice", "bob"),
                        Arbitraries.longs().between(1, 5),
                        Arbitraries.of(0L, 1L, 3_000L, 20_000L, Long.MAX_VALUE))
                .as(Request::new)
                .list()
                .ofMaxSize(12);
    }
}
