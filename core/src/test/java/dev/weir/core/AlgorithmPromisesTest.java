package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the users of other limiters were hurt, for every algorithm: never more, and never less. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class AlgorithmPromisesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    // seed 003, peers: resilience4j#822 (limit - 1 permits too many), redisson#2072
    @ParameterizedTest
    @EnumSource
    void twoHundredAtOnceAgainstOneHundredAdmitExactlyOneHundred(Algorithm algorithm) throws Exception {
        int rounds = 10;
        Door door = Door.of(algorithm, 100, SECOND);
        CyclicBarrier barrier = new CyclicBarrier(200);
        List<boolean[]> answers = Together.run(200, number -> {
            boolean[] allowed = new boolean[rounds];
            for (int round = 0; round < rounds; round++) {
                Ask question = door.question(Asks.client(round), 1);
                barrier.await(60, TimeUnit.SECONDS);
                allowed[round] = door.ask(question);
            }
            return allowed;
        });
        for (int round = 0; round < rounds; round++) {
            int at = round;
            assertThat(answers.stream().filter(a -> a[at]).count()).isEqualTo(100);
            assertThat(door.take(Asks.client(round), 0).remaining(0)).isZero();
            assertThat(door.take(Asks.client(1_000 + round), 0).remaining(0))
                    .as("others")
                    .isEqualTo(100);
        }
    }

    /* At each moment that the clock stands at, many threads ask; then the sum of each moment is what one thread would have got. */
    // peers: resilience4j#822, bucket4j#501, redisson#2072
    @ParameterizedTest
    @EnumSource
    void manyThreadsAndCostsKeepTheBound(Algorithm algorithm) throws Exception {
        int moments = 120;
        Door door = Door.of(aligned(Limit.of(50, SECOND).withAlgorithm(algorithm)), 0);
        CyclicBarrier barrier = new CyclicBarrier(64, () -> door.ticker.advanceNanos(73_000_000));
        List<long[]> admitted = Together.run(64, number -> {
            SplittableRandom random = new SplittableRandom(number);
            long[] permits = new long[moments];
            for (int i = 0; i < moments; i++) {
                barrier.await(60, TimeUnit.SECONDS);
                Ask question = door.question(Asks.ALICE, random.nextLong(1, 8));
                permits[i] += door.ask(question) ? question.cost(0) : 0;
                barrier.await(60, TimeUnit.SECONDS);
            }
            return permits;
        });
        for (int from = 0; from < moments; from++) {
            long sum = 0;
            for (int to = from; to < moments; to++) {
                int at = to;
                sum += admitted.stream().mapToLong(a -> a[at]).sum();
                long nanos = (to - from) * 2 * 73_000_000L;
                assertThat(sum).as("in %s ns", nanos).isLessThanOrEqualTo(mostIn(door.limit, nanos));
            }
        }
        assertThat(Arrays.stream(admitted.get(0)).sum()
                        + Arrays.stream(admitted.get(1)).sum())
                .isPositive();
    }

    /* What each algorithm documents for nanos + 1, half open. */
    private static long mostIn(Limit limit, long nanos) {
        long permits = limit.permits();
        long period = limit.period().toNanos();
        return switch (limit.algorithm()) {
            case FIXED_WINDOW -> permits * ((nanos + period - 1) / period + 1);
            case SLIDING_WINDOW_LOG -> permits * (nanos / period + 1);
            case SLIDING_WINDOW_COUNTER -> permits + permits * Math.max(0, nanos - 1) / period;
            default -> permits + permits * nanos / period;
        };
    }

    private static Limit aligned(Limit limit) {
        return limit.algorithm().hasWindows() ? limit.withAlignedWindows() : limit;
    }

    // peers: redisson#2931, bucket4j#128 (twice the limit at the edge of two periods)
    @ParameterizedTest
    @EnumSource
    void edgeOfAPeriodHasTheStatedSecondBurst(Algorithm algorithm) {
        Door door = Door.of(aligned(Limit.of(10, SECOND).withAlgorithm(algorithm)), 0);
        door.ticker.advanceNanos(999_999_999);
        assertThat(door.admitted(99)).isEqualTo(10);
        door.ticker.advanceNanos(1);
        assertThat(door.admitted(99)).isEqualTo(algorithm == Algorithm.FIXED_WINDOW ? 10 : 0);
        door.ticker.advanceNanos(999_999_998);
        int later = door.admitted(99);
        switch (algorithm) {
            case FIXED_WINDOW, SLIDING_WINDOW_LOG -> assertThat(later).isZero();
            default -> assertThat(later).isEqualTo(9);
        }
    }

    // peers: Jetty DoSHandler and DoSFilter, SmallRye rolling window (nothing passed at 1 % above the limit)
    @ParameterizedTest
    @EnumSource
    void clientAboveItsLimitGetsItsLimitAndNotZero(Algorithm algorithm) {
        for (double times : new double[] {1.01, 2, 100}) {
            Door door = Door.of(algorithm, 100, SECOND);
            Ask question = door.question(Asks.ALICE, 1);
            long step = (long) (10_000_000 / times);
            int admitted = 0;
            for (long now = 0; now < 60 * 1_000_000_000L; now += step) {
                admitted += now >= 10 * 1_000_000_000L && door.ask(question) ? 1 : 0;
                door.ticker.advanceNanos(step);
            }
            // of 50 s; the counter loses up to one in each window, and each has a burst at the beginning
            int least = algorithm == Algorithm.SLIDING_WINDOW_COUNTER ? 50 * 99 : 50 * 100 - 50;
            assertThat(admitted).as("at %s times its limit", times).isBetween(least, 51 * 100 + 100);
        }
    }

    static Stream<Arguments> pairs() {
        return Stream.of(Algorithm.values())
                .flatMap(one -> Stream.of(Algorithm.values()).map(other -> Arguments.of(one, other)));
    }

    // peers: quarkus-bucket4j, laravel/framework#61055, envoyproxy/ratelimit#427 (one was charged, the other refused)
    @ParameterizedTest
    @MethodSource("pairs")
    void whichOfTwoLimitsRefusesChargesNeither(Algorithm one, Algorithm other) {
        Limit few = Limit.of(2, Duration.ofHours(1)).withAlgorithm(one);
        Limit many = Limit.of(100, Duration.ofHours(1)).withAlgorithm(other);
        for (List<Limit> limits : List.of(List.of(few, many), List.of(many, few))) {
            RateLimiter limiter = RateLimiter.of(new ManualTicker(), limits.toArray(new Limit[0]));
            int admitted = 0;
            Decision decision = limiter.peek("alice");
            for (int i = 0; i < 5; i++) {
                decision = limiter.tryAcquire("alice");
                admitted += decision.allowed() ? 1 : 0;
            }
            boolean queue = one == Algorithm.LEAKY_BUCKET_QUEUE || other == Algorithm.LEAKY_BUCKET_QUEUE;
            assertThat(admitted).isEqualTo(queue ? 1 : 2);
            int at = limits.indexOf(many);
            assertThat(decision.outcomes().get(at).remaining()).isEqualTo(100 - admitted);
            assertThat(limiter.tryAcquire("alice", 3).never()).isTrue();
            assertThat(limiter.peek("alice").outcomes().get(at).remaining()).isEqualTo(100 - admitted);
        }
    }

    // peers: bucket4j#220, RRateLimiter (a finite wait, or an error from the server)
    @ParameterizedTest
    @EnumSource
    void costThatCanNeverBeMetIsNever(Algorithm algorithm) {
        Door door = Door.of(algorithm, 3, SECOND);
        for (long cost : new long[] {4, 5, Integer.MAX_VALUE, 1L << 53, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            Ask refused = door.take(Asks.ALICE, cost);
            assertThat(refused.allowed()).isFalse();
            assertThat(refused.retryAfterNanos(0)).isEqualTo(Ask.NEVER);
            assertThat(refused.remaining(0)).isEqualTo(3);
        }
        assertThat(door.limiter.size()).isZero();
        assertThat(door.admits(3)).isTrue();
        assertThat(door.take(Asks.ALICE, 4).retryAfterNanos(0)).isEqualTo(Ask.NEVER);
    }

    // SECURITY G1: alisaifee/limits#362, symfony/symfony#63550 (a negative cost was a refund)
    @ParameterizedTest
    @EnumSource
    void negativeCostIsAnErrorThatChangesNothingAndZeroOnlyLooks(Algorithm algorithm) {
        RateLimiter limiter = RateLimiter.of(
                new ManualTicker(), Limit.of(5, Duration.ofHours(1)).withAlgorithm(algorithm));
        Reservation reservation = limiter.reserve("alice", 3);
        Decision before = limiter.peek("alice");
        assertThat(before.remaining()).isEqualTo(2);
        for (long cost : new long[] {-1, -3, Integer.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
            List<ThrowingCallable> ways = List.of(
                    () -> limiter.tryAcquire("alice", cost),
                    () -> limiter.acquire("alice", cost),
                    () -> limiter.acquireAsync("alice", cost),
                    () -> limiter.reserve("alice", cost),
                    () -> reservation.settle(cost));
            assertThat(ways)
                    .allSatisfy(way -> assertThatIllegalArgumentException().isThrownBy(way));
            assertThat(limiter.tryAcquire("alice", 0).allowed()).isTrue();
            assertThat(limiter.peek("alice")).isEqualTo(before);
        }
        assertThat(reservation.settle(1).remaining())
                .as("it is still to be settled")
                .isEqualTo(4);
    }

    // peers: bucket4j#88, bucket4j#71 (the wait ignored what had refilled), RRateLimiter (waited for the oldest entry
    // only)
    @ParameterizedTest
    @EnumSource
    void waitIsExact(Algorithm algorithm) {
        for (long start = 0; start < 1_000_000_000; start += 61_111_111) {
            Door door = Door.of(algorithm, 10, SECOND, start);
            for (long cost : new long[] {3, 5, 5, 10, 1, 7, 2, 9}) {
                Ask question = door.take(Asks.ALICE, cost);
                if (!question.allowed()) {
                    door.ticker.advanceNanos(question.retryAfterNanos(0) - 1);
                    assertThat(door.take(Asks.ALICE, cost).retryAfterNanos(0)).isEqualTo(1);
                    door.ticker.advanceNanos(1);
                    assertThat(door.admits(cost)).isTrue();
                }
                door.ticker.advanceNanos(33_333_333);
            }
        }
    }

    /** The time of day, set by hand. */
    private static final class Wall extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-10-25T00:59:59Z"));

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }

    // peers: RRateLimiter, Bucket4j; SECURITY G4: ProfessionalWiki/MediaWiki-MCP-Server#557, sethvargo/go-limiter#41
    @ParameterizedTest
    @EnumSource
    void jumpsOfTheWallClockChangeNothing(Algorithm algorithm) {
        Wall wall = new Wall();
        ManualTicker ticker = new ManualTicker();
        Limit limit = aligned(Limit.of(10, Duration.ofMinutes(1)).withAlgorithm(algorithm));
        RateLimiter jumping =
                RateLimiter.builder().limits(limit).ticker(ticker).clock(wall).build();
        RateLimiter steady = RateLimiter.builder()
                .limits(limit)
                .ticker(ticker)
                .clock(Clock.fixed(wall.instant(), ZoneOffset.UTC))
                .build();
        List<Decision> expected = new ArrayList<>();
        List<Decision> said = new ArrayList<>();
        for (Duration jump : List.of(
                Duration.ofHours(1), Duration.ofHours(-2), SECOND, Duration.ofDays(-20_000), Duration.ofDays(40_000))) {
            for (int i = 0; i < 8; i++) {
                said.add(jumping.tryAcquire("alice", 2));
                expected.add(steady.tryAcquire("alice", 2));
                ticker.advance(Duration.ofSeconds(3));
            }
            wall.now.set(wall.instant().plus(jump));
        }
        assertThat(said).isEqualTo(expected);
        assertThat(said).anyMatch(Decision::allowed).anyMatch(decision -> !decision.allowed());
    }

    // SECURITY G5: camunda/camunda#6577, apache/pulsar#23930 (clocks that differ between threads)
    @ParameterizedTest
    @EnumSource
    void tickerThatDiffersByAMillisecondBetweenThreadsGrantsNothing(Algorithm algorithm) throws Exception {
        for (long start : new long[] {0, Long.MAX_VALUE - 1_500_000_000L, Long.MIN_VALUE, -1_000}) {
            ManualTicker steady = new ManualTicker(start);
            Ticker unsteady = () -> steady.read() - Thread.currentThread().getId() % 3 * 500_000;
            Door door = Door.of(Limit.of(100, Duration.ofSeconds(10)).withAlgorithm(algorithm), steady, unsteady);
            long admitted = 0;
            for (int tenth = 0; tenth < 30; tenth++) {
                admitted += Together.run(4, number -> door.admitted(40)).stream()
                        .mapToLong(Integer::longValue)
                        .sum();
                steady.advance(Duration.ofMillis(100));
            }
            long most =
                    algorithm == Algorithm.FIXED_WINDOW ? 200 : 100 + 30; // by what refills in 3 s, if anything does
            assertThat(admitted).as("from %s", start).isBetween(100L, most);
            steady.advance(Duration.ofSeconds(20));
            assertThat(Together.run(4, number -> door.admitted(40)).stream()
                            .mapToInt(Integer::intValue)
                            .sum())
                    .isBetween(99, 100); // to who is a millisecond behind, the last one may be a millisecond off
        }
    }

    // peers: Tomcat TimeBucketCounter (a count was lost when the cleaner ran as its bucket turned over)
    @ParameterizedTest
    @EnumSource
    void turningOverWhileACleanerRunsLosesNoCount(Algorithm algorithm) throws Exception {
        int moments = 150;
        Door door = Door.of(aligned(Limit.of(5, SECOND).withAlgorithm(algorithm)), -1_000_000_000);
        CyclicBarrier barrier = new CyclicBarrier(4, () -> door.ticker.advance(Duration.ofSeconds(2)));
        List<int[]> admitted = Together.run(4, number -> {
            int[] permits = new int[moments];
            for (int i = 0; i < moments; i++) {
                barrier.await(60, TimeUnit.SECONDS);
                for (int k = 0; k < 15; k++) {
                    if (number == 0) {
                        door.limiter.sweep();
                    } else {
                        permits[i] += door.admitted(1);
                    }
                }
            }
            return permits;
        });
        for (int moment = 0; moment < moments; moment++) {
            int at = moment;
            assertThat(admitted.stream().mapToInt(a -> a[at]).sum()).isEqualTo(5);
        }
    }
}
