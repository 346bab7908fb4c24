package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.LeakyBucketQueues;
import dev.weir.core.ManualTicker;
import dev.weir.core.QueuePlace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A queue in a real Redis answers as one in this process, number for number, at the same times. Each run plays the same histories.
 */
class SameQueuesTest {

    /** The middle of 2026, in microseconds. */
    private static final long START = 1_780_000_000_000_000L;

    private static final Instant STARTED = Instant.ofEpochSecond(START / 1_000_000);

    private static SingleRedis redis;

    private enum Kind {
        SUBMIT,
        SUBMIT_WITH_ID,
        CONFIGURE,
        STATUS,
        QUEUED,
        DELETE,
        PASS
    }

    /** What {@code kind} is done with; {@code micros} pass before. */
    record Step(Kind kind, String bucket, long micros, int times, String id, Rule rule) {}

    record Rule(int capacity, long permits, Duration period) {}

    @BeforeContainer
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterContainer
    static void stop() throws Exception {
        redis.close();
    }

    @Property(tries = 2_000, seed = "20260601")
    void anyHistory(@ForAll("rules") Rule first, @ForAll("steps") List<Step> steps) {
        redis.client.getKeys().flushall();
        ManualTicker ticker = new ManualTicker(START * 1_000);
        try (LeakyBucketQueues here = LeakyBucketQueues.builder()
                .time(ticker, ticker)
                .clock(Clock.fixed(STARTED, ZoneOffset.UTC))
                .build()) {
            ToldQueues there = new ToldQueues(redis.client, START);
            configure(here, there, "a", first);
            for (Step step : steps) {
                ticker.advanceNanos(step.micros * 1_000);
                there.nowMicros += step.micros;
                play(here, there, step);
            }
            assertThat(there.status("a")).isEqualTo(here.status("a"));
            assertThat(there.queued("a")).isEqualTo(here.queued("a"));
        }
    }

    /* Each full queue alone would take less than 2^60 ns; what is refused is an end beyond 2^62. */
    @Example
    void turnsTooFarAheadAreRefusedAlike() {
        redis.client.getKeys().flushall();
        ManualTicker ticker = new ManualTicker(START * 1_000);
        LeakyBucketQueues here = LeakyBucketQueues.builder()
                .time(ticker, ticker)
                .clock(Clock.fixed(STARTED, ZoneOffset.UTC))
                .build();
        ToldQueues there = new ToldQueues(redis.client, START);
        int capacity = 0;
        QueuePlace place;
        do {
            capacity++;
            assertThat(capacity).isLessThan(100);
            configure(here, there, "a", new Rule(capacity, 1, Duration.ofNanos((1L << 60) / capacity)));
            place = here.submit("a");
            assertThat(there.submit("a")).isEqualTo(place);
        } while (place.allowed());
        Duration room = Duration.ofNanos((1L << 60) / capacity).minus(place.retryAfter());
        configure(here, there, "a", new Rule(capacity, 1, room.plusNanos(777)));
        place = here.submit("a");
        assertThat(place.retryAfter()).isEqualTo(Duration.ofNanos(777));
        assertThat(there.submit("a")).isEqualTo(place);
        ticker.advanceNanos(1_000);
        there.nowMicros++;
        place = here.submit("a");
        assertThat(place.allowed()).isTrue();
        assertThat(there.submit("a")).isEqualTo(place);
        assertThat(there.queued("a")).isEqualTo(here.queued("a"));
        here.close();
    }

    private static void play(LeakyBucketQueues here, ToldQueues there, Step step) {
        String bucket = step.bucket;
        switch (step.kind) {
            case SUBMIT -> {
                for (int i = 0; i < step.times; i++) {
                    assertThat(there.submit(bucket)).isEqualTo(here.submit(bucket));
                }
            }
            case SUBMIT_WITH_ID -> assertThat(there.submit(bucket, step.id)).isEqualTo(here.submit(bucket, step.id));
            case CONFIGURE -> configure(here, there, bucket, step.rule);
            case STATUS -> assertThat(there.status(bucket)).isEqualTo(here.status(bucket));
            case QUEUED -> assertThat(there.queued(bucket)).isEqualTo(here.queued(bucket));
            case DELETE -> assertThat(there.delete(bucket)).isEqualTo(here.delete(bucket));
            case PASS -> {}
        }
    }

    private static void configure(LeakyBucketQueues here, ToldQueues there, String bucket, Rule rule) {
        assertThat(outcome(() -> there.configure(bucket, rule.capacity, rule.permits, rule.period)))
                .isEqualTo(outcome(() -> here.configure(bucket, rule.capacity, rule.permits, rule.period)));
    }

    private static Object outcome(Supplier<Object> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Provide
    Arbitrary<Rule> rules() {
        Arbitrary<Integer> capacity = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(1, 12)),
                Tuple.of(1, Arbitraries.integers().between(0, 400_000)));
        Arbitrary<Long> permits = Arbitraries.oneOf(
                Arbitraries.longs().between(1, 12),
                Arbitraries.of(999L, 80_000L, 1_024_000L, 999_999_999L, 1_000_000_000_000_000L));
        Arbitrary<Long> nanos = Arbitraries.oneOf(
                Arbitraries.of(1_000L, 1_001L, 1_000_000L, 1_000_000_000L, 60_000_000_000L, 86_400_000_000_007L),
                Arbitraries.of(1L << 58, (1L << 60) - 999, 1L << 60),
                Arbitraries.longs().between(1_000, 10_000_000));
        return Combinators.combine(capacity, permits, nanos)
                .as((places, each, period) -> new Rule(places, each, Duration.ofNanos(period)));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kind = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.just(Kind.SUBMIT)),
                Tuple.of(3, Arbitraries.just(Kind.SUBMIT_WITH_ID)),
                Tuple.of(2, Arbitraries.just(Kind.CONFIGURE)),
                Tuple.of(3, Arbitraries.just(Kind.STATUS)),
                Tuple.of(3, Arbitraries.just(Kind.QUEUED)),
                Tuple.of(1, Arbitraries.just(Kind.DELETE)),
                Tuple.of(4, Arbitraries.just(Kind.PASS)));
        Arbitrary<Long> micros = Arbitraries.oneOf(
                Arbitraries.of(0L, 0L, 1L, 2L, 999L, 1_000L, 84_000L, 500_000L, 1_000_000L, 30_000_000L),
                Arbitraries.of(86_400_000_000L, 1L << 45, -1L, -40L, -70_000L, -2_000_000L),
                Arbitraries.longs().between(0, 100));
        Arbitrary<String> bucket = Arbitraries.of("a", "a", "a", "b");
        Arbitrary<String> id = Arbitraries.of("letter-4711", "\u00e9\u4e16\u0000\ud83d", "x".repeat(256));
        return Combinators.combine(kind, bucket, micros, Arbitraries.integers().between(1, 6), id, rules())
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }
}
