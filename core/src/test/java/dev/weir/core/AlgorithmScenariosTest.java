package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where the users of other limiters were hurt, for every algorithm: arithmetic and time. A queue admits whoever gets a place in it
 * ({@link Door}).
 */
class AlgorithmScenariosTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final long MOST = Limit.MAX_PERMITS;

    static Stream<Arguments> algorithmsAndStarts() {
        return Stream.of(Algorithm.values())
                .flatMap(algorithm -> Stream.of(0L, -1L, Long.MAX_VALUE - 3, Long.MIN_VALUE + 3)
                        .map(start -> Arguments.of(algorithm, start)));
    }

    // peers: bucket4j#51 (negative after a long time), Helidon (idle time was banked)
    @ParameterizedTest
    @MethodSource("algorithmsAndStarts")
    void idleTimeIsWorthOneBurst(Algorithm algorithm, long start) {
        Door door = Door.of(algorithm, 10, SECOND, start);
        for (Duration idle : new Duration[] {
            Duration.ZERO, Duration.ofHours(1), Duration.ofHours(12), Duration.ofDays(30), YEAR.multipliedBy(200)
        }) {
            door.ticker.advance(idle);
            assertThat(door.remaining()).as("after %s", idle).isEqualTo(10);
            assertThat(door.admitted(1_000)).as("after %s", idle).isEqualTo(10);
            assertThat(door.remaining()).isZero();
            door.ticker.advance(Duration.ofSeconds(2));
        }
    }

    // peers: polaris PR 3433, spring-cloud-gateway PR 591 (fractions were lost at each question)
    @ParameterizedTest
    @EnumSource
    void fractionsAccrueHoweverOftenOneAsks(Algorithm algorithm) {
        Door door = Door.of(algorithm, 1, Duration.ofMillis(100));
        Ask question = door.question(Asks.ALICE, 1);
        int admitted = 0;
        for (int micros = 0; micros < 1_000_000; micros++) {
            admitted += door.ask(question) ? 1 : 0;
            door.ticker.advanceNanos(1_000);
        }
        // The last window's one permit weighs in the counter until the next has ended: at one permit, every other
        // window.
        boolean counter = algorithm == Algorithm.SLIDING_WINDOW_COUNTER;
        assertThat(admitted).isBetween(counter ? 5 : 10, counter ? 6 : 11);
    }

    // peers: Sentinel#1615 (2,005/s was unlimited), guava#5290 (4 % over); buckets are in DriftTest
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "FIXED_WINDOW|SLIDING_WINDOW_LOG")
    void grantsOverALongTimeAreTheRate(Algorithm algorithm) {
        for (long permits : new long[] {1_001, 2_005, 80_000, 1_000_000_000}) {
            Door door = Door.of(algorithm, permits, SECOND, Long.MAX_VALUE - 50_000_000_000_000L);
            Ask question = door.question(Asks.ALICE, 0);
            long granted = 0;
            for (int half = 0; half < 200_000; half++) {
                question.cost(0, 0);
                door.ask(question);
                question.cost(0, question.remaining(0));
                granted += door.ask(question) ? question.cost(0) : 0;
                door.ticker.advanceNanos(500_000_000);
            }
            assertThat(granted).isBetween(100_000 * permits, 100_001 * permits);
        }
    }

    // peers: pulsar PR 25262, bucket4j (tokens times nanoseconds overflowed)
    @ParameterizedTest
    @MethodSource("algorithmsAndStarts")
    void largeFiguresNeitherOverflowNorStallWhenTimeGoesByInYears(Algorithm algorithm, long start) {
        for (Limit limit : List.of(
                limit(algorithm, 980_000_000, Duration.ofSeconds(10)),
                limit(algorithm, algorithm.isBucket() ? 1_000_000 : MOST, Duration.ofDays(12)),
                limit(algorithm, 7, YEAR.multipliedBy(36)),
                limit(algorithm, 1_000, Duration.ofNanos(1_000)))) {
            Door door = Door.of(limit, start);
            Duration step = YEAR.multipliedBy(limit.period().compareTo(YEAR) < 0 ? 10 : 73); // two periods or more
            for (int i = 0; i < 60; i++) {
                assertThat(door.admits(limit.permits())).isTrue();
                assertThat(door.admits(limit.permits())).isFalse();
                assertThat(door.remaining()).isZero();
                door.ticker.advance(step);
                assertThat(door.remaining()).isEqualTo(limit.permits());
            }
        }
    }

    private static Limit limit(Algorithm algorithm, long permits, Duration period) {
        return new Limit(permits, period, permits, algorithm, Limit.REQUESTS, false);
    }

    // peers: Sentinel#462, bucket4j#256, golang/go#39984 (zero was no limit at all)
    @ParameterizedTest
    @EnumSource
    void closedLimitRefusesForEverAndAMillionRefusalsChangeNothing(Algorithm algorithm) {
        Door door = Door.of(algorithm, 0, SECOND);
        Ask question = door.question(Asks.ALICE, 1);
        for (int i = 0; i < 100_000; i++) {
            door.ask(question);
            assertNever(question);
            door.ticker.advanceNanos(12_345_678);
        }
        assertThat(door.limiter.size()).isZero();
        door.ticker.advance(YEAR);
        assertThat(door.admitted(10)).isZero();
        Door open = Door.of(algorithm, 3, Duration.ofHours(1));
        assertThat(open.admitted(1_000_000)).isEqualTo(3);
        open.ticker.advance(Duration.ofHours(2));
        assertThat(open.admitted(10)).isEqualTo(3);
    }

    private static void assertNever(Ask question) {
        if (question.allowed() || question.retryAfterNanos(0) != Ask.NEVER || question.remaining(0) != 0) {
            throw new AssertionError("A closed limit says " + question.outcome(0));
        }
    }

    // peers: guava#2231 (a small rate overflowed its interval, and everything passed)
    @ParameterizedTest
    @MethodSource("algorithmsAndStarts")
    void onePermitInThirtyYearsIsKeptToTheNanosecond(Algorithm algorithm, long start) {
        Door door = Door.of(algorithm, 1, YEAR.multipliedBy(30), start);
        assertThat(door.admits(1)).isTrue();
        Ask refused = door.take(Asks.ALICE, 1);
        assertThat(refused.allowed()).isFalse();
        long wait = refused.retryAfterNanos(0);
        assertThat(wait).isBetween(1L, 2 * YEAR.multipliedBy(30).toNanos());
        door.ticker.advanceNanos(wait - 1);
        assertThat(door.take(Asks.ALICE, 1).retryAfterNanos(0)).isEqualTo(1);
        door.ticker.advanceNanos(1);
        assertThat(door.admits(1)).isTrue();
    }

    // peers: guava#2730, guava#6475 (zero durations switched the limiter off), guava#2231
    @ParameterizedTest
    @EnumSource
    void durationsThatCannotBeKeptAreRefusedByName(Algorithm algorithm) {
        for (Duration period : new Duration[] {
            Duration.ZERO, Duration.ofNanos(999), Duration.ofSeconds(-1), Duration.ofDays(1_000_000_000)
        }) {
            assertThatThrownBy(() -> Limit.of(1, period).withAlgorithm(algorithm))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Limit.period is " + period
                            + ", must be from 1 microsecond to 2^60 nanoseconds (36 years)");
        }
    }

    /* A time before what the state has seen is taken for that, at most. */
    @ParameterizedTest
    @MethodSource("algorithmsAndStarts")
    void clockThatStandsStillOrStepsBackMintsNothingAndLocksNobodyOut(Algorithm algorithm, long start) {
        Door door = Door.of(algorithm, 10, SECOND, start);
        assertThat(door.admitted(20)).isEqualTo(10);
        for (long step : new long[] {1, 1, 1_000_000, 999_999_999, 1_000_000_000, 3_600_000_000_000L}) {
            door.ticker.advanceNanos(-step);
            assertThat(door.admitted(20)).as("a step back of %s ns", step).isZero();
            assertThat(door.remaining()).isZero();
            door.ticker.advanceNanos(step);
        }
        assertThat(door.admitted(20)).isZero();
        door.ticker.advance(Duration.ofSeconds(2));
        assertThat(door.admitted(20)).isEqualTo(10);
        door.ticker.advance(Duration.ofHours(-1));
        assertThat(door.admitted(20)).isZero();
        door.ticker.advance(Duration.ofHours(1).plusSeconds(2));
        assertThat(door.admitted(20)).isEqualTo(10);
    }

    // peers: spring-cloud-gateway PR 2453 (periods under a second switched the limiter off)
    @ParameterizedTest
    @EnumSource
    void periodsUnderASecondLimit(Algorithm algorithm) {
        for (Duration period :
                new Duration[] {Duration.ofMillis(100), Duration.ofNanos(1_000), Duration.ofNanos(7_919)}) {
            Door door = Door.of(algorithm, 1_000, period);
            for (int i = 0; i < 10; i++) {
                assertThat(door.admitted(2_000)).isEqualTo(1_000);
                door.ticker.advance(period.multipliedBy(2));
            }
        }
    }
}
