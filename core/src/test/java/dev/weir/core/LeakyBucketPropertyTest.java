package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A queue against a list of times, for all histories: every answer, every figure, and when every task runs. */
class LeakyBucketPropertyTest {

    private static final long MAX_STEP = 1L << 56; // sixty of them are told apart by the clock

    private enum Kind {
        SUBMIT,
        ADVANCE,
        CANCEL,
        CONFIGURE
    }

    /** {@code amount} is how many requests, eighths of an interval, requests ago, or places. */
    private record Event(Kind kind, int amount, int offNanos, Limit limit) {}

    /** One bucket, and the model beside it. */
    private static final class Story {
        private final ManualTicker clock;
        private final LeakyBucketQueues queues;
        private final SlowQueue model = new SlowQueue();
        private final List<QueuedTask<Boolean>> tasks = new ArrayList<>();
        private final List<SlowQueue.Run> runs = new ArrayList<>();
        private BigInteger now = BigInteger.ZERO;
        private Limit limit; // whose burst is of no account

        Story(long start, Limit limit) {
            clock = new ManualTicker(start);
            queues = LeakyBucketQueues.builder()
                    .time(clock, clock)
                    .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                    .executor(Runnable::run)
                    .build();
            this.limit = limit;
            configure((int) limit.burst(), limit);
        }

        void tell(Event event) {
            switch (event.kind) {
                case SUBMIT -> submit(event.amount);
                case ADVANCE -> advance(event.amount, event.offNanos);
                case CANCEL -> cancel(event.amount);
                case CONFIGURE -> configure((int) Math.min(event.amount, event.limit.burst()), event.limit);
            }
            QueueStatus status = queues.status("test").orElseThrow();
            assertThat(figures(status)).as("%s", event).isEqualTo(model.figures(now));
            assertThat(status.rejected()).isEqualTo(status.total() - status.allowed());
            assertThat(status.allowed()).isEqualTo(status.processed() + status.cancelled() + status.size());
            assertThat(queues.queued("test")).hasSize(status.size());
        }

        private void submit(int count) {
            for (int i = 0; i < count; i++) {
                int number = tasks.size();
                BigInteger submitted = now;
                long before = clock.read();
                tasks.add(queues.submit("test", () -> runs.add(new SlowQueue.Run(number, at(submitted, before)))));
                QueuePlace place = tasks.get(number).place();
                SlowQueue.Answer answer =
                        new SlowQueue.Answer(place.position(), nanos(place.waiting()), nanos(place.retryAfter()));
                assertThat(answer).isEqualTo(model.submit(number, now));
            }
        }

        private BigInteger at(BigInteger submitted, long before) {
            return submitted.add(BigInteger.valueOf(clock.read() - before));
        }

        private void advance(int eighths, int offNanos) {
            long interval = AnyLimit.intervalNanos(limit);
            long step = Math.max(0, Math.min(MAX_STEP, interval / 8 * eighths) + offNanos);
            clock.advanceNanos(step);
            now = now.add(BigInteger.valueOf(step));
            model.advance(now);
            assertThat(runs).isEqualTo(model.runs());
        }

        private void cancel(int ago) {
            int number = tasks.size() - ago;
            if (number >= 0) {
                tasks.get(number).outcome().cancel(false);
                model.cancel(number, now);
            }
        }

        private void configure(int capacity, Limit limit) {
            this.limit = limit;
            queues.configure("test", capacity, limit.permits(), limit.period());
            model.configure(capacity, limit);
        }

        private static SlowQueue.Figures figures(QueueStatus status) {
            return new SlowQueue.Figures(
                    status.size(),
                    status.total(),
                    status.allowed(),
                    status.processed(),
                    status.cancelled(),
                    nanos(Duration.between(Instant.EPOCH, status.lastLeak())));
        }

        private static BigInteger nanos(Duration duration) {
            return BigInteger.valueOf(duration.toNanos());
        }
    }

    @Property(tries = 500)
    void everyAnswerAndEveryTaskIsThatOfTheListOfTimes(
            @ForAll("starts") long start, @ForAll("limits") Limit limit, @ForAll("histories") List<Event> events) {
        Story story = new Story(start, limit);
        events.forEach(story::tell);
        story.tell(new Event(Kind.ADVANCE, 400, 0, limit));
    }

    @Provide
    Arbitrary<Long> starts() {
        return History.starts();
    }

    @Provide
    Arbitrary<Limit> limits() {
        return AnyLimit.open();
    }

    @Provide
    Arbitrary<List<Event>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just(Kind.SUBMIT)),
                Tuple.of(8, Arbitraries.just(Kind.ADVANCE)),
                Tuple.of(4, Arbitraries.just(Kind.CANCEL)),
                Tuple.of(1, Arbitraries.just(Kind.CONFIGURE)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.frequencyOf(
                                Tuple.of(9, Arbitraries.integers().between(1, 20)),
                                Tuple.of(1, Arbitraries.integers().between(20, 200))),
                        Arbitraries.integers().between(-1, 1),
                        AnyLimit.open())
                .as(Event::new)
                .list()
                .ofMaxSize(60);
    }
}
