package dev.weir.core;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.QueuePlace.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queue of seed 000, with its figures, to the nanosecond. */
class LeakyBucketQueuesTest {

    private static final Duration SECOND = ofSeconds(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ManualTicker clock = new ManualTicker(Long.MAX_VALUE - 1_000_000_000); // wraps around after a second
    private final LeakyBucketQueues queues = LeakyBucketQueues.builder()
            .time(clock, clock)
            .clock(Clock.fixed(START, ZoneOffset.UTC))
            .build();

    @Test
    void outputRateIsConstant() {
        queues.configure("test", 100, 10, SECOND);
        submit("test", 50);
        clock.advance(ofSeconds(2));
        assertThat(status("test").processed()).isEqualTo(20);
        assertThat(status("test").size()).isEqualTo(30);
    }

    @Test
    void fullQueueRefuses() {
        queues.configure("test", 10, 1, SECOND);
        assertThat(submit("test", 10)).allMatch(QueuePlace::allowed);
        QueuePlace eleventh = queues.submit("test");
        assertThat(eleventh).isEqualTo(new QueuePlace(Answer.FULL, "", 0, ZERO, SECOND));
        assertThat(eleventh.allowed()).isFalse();
        clock.advance(SECOND.minusNanos(1));
        assertThat(queues.submit("test").retryAfter()).isEqualTo(ofNanos(1));
        clock.advanceNanos(1);
        assertThat(queues.submit("test").position()).isEqualTo(10);
    }

    @Test
    void waitIsPlacesAheadTimesTheInterval() {
        queues.configure("test", 100, 10, SECOND);
        List<QueuePlace> places = submit("test", 11);
        for (int i = 0; i < 11; i++) {
            assertThat(places.get(i))
                    .isEqualTo(new QueuePlace(Answer.QUEUED, "req-" + (i + 1), i + 1, ofMillis(100 * i), ZERO));
        }
        clock.advance(ofMillis(50));
        assertThat(queues.submit("test").waiting()).isEqualTo(ofMillis(1_050));
    }

    @Test
    void outputIsSmooth() {
        queues.configure("smooth", 100, 10, SECOND);
        submit("smooth", 50);
        for (int half = 1; half <= 10; half++) {
            clock.advance(ofMillis(500));
            assertThat(status("smooth").processed()).isEqualTo(5 * half);
        }
    }

    @Test
    void queueDrains() {
        queues.configure("drain", 20, 100, SECOND);
        submit("drain", 20);
        assertThat(status("drain").size()).isEqualTo(20);
        clock.advance(ofMillis(500));
        assertThat(status("drain").size()).isZero();
        assertThat(status("drain").processed()).isEqualTo(20);
        assertThat(status("drain").lastLeak()).isEqualTo(START.plusMillis(200));
    }

    @Test
    void burstWaitsWhereATokenBucketWouldLetItThrough() {
        RateLimiter tokens = RateLimiter.of(clock, Limit.of(10, SECOND).withBurst(100));
        queues.configure("leaky", 100, 10, SECOND);
        submit("leaky", 50);
        assertThat(tokens.tryAcquire("token", 50).allowed()).isTrue();
        assertThat(status("leaky").size()).isEqualTo(50);
        assertThat(status("leaky").processed()).isZero();
        clock.advance(SECOND);
        assertThat(status("leaky").processed()).isEqualTo(10);
    }

    // The seed's own slip: time in which nobody waited counted for those who came after it.
    @Test
    void idleTimeIsNoCredit() {
        queues.configure("test", 100, 10, SECOND);
        submit("test", 1);
        clock.advance(Duration.ofHours(1));
        submit("test", 50);
        assertThat(status("test").size()).isEqualTo(50);
        assertThat(status("test").processed()).isEqualTo(1);
        clock.advance(ofMillis(100).minusNanos(1));
        assertThat(status("test").processed()).isEqualTo(1);
        clock.advanceNanos(1);
        assertThat(status("test").processed()).isEqualTo(2);
    }

    @Test
    void lastLeakIsWhenTheLatestWasProcessed() {
        clock.advance(ofSeconds(5));
        queues.configure("test", 100, 10, SECOND);
        Instant configured = START.plusSeconds(5);
        clock.advance(SECOND);
        submit("test", 2);
        clock.advance(ofMillis(99));
        assertThat(status("test").lastLeak()).isEqualTo(configured);
        clock.advance(ofMillis(2));
        assertThat(status("test").lastLeak()).isEqualTo(configured.plusMillis(1_100));
        clock.advance(ofSeconds(7));
        assertThat(status("test").lastLeak()).isEqualTo(configured.plusMillis(1_200));
    }

    @Test
    void statusHasFiguresAndCounters() {
        QueueStatus fresh = queues.configure("test", 3, 4, ofSeconds(2));
        assertThat(fresh).isEqualTo(new QueueStatus("test", 0, 3, 4, ofSeconds(2), START, 0, 0, 0, 0, 0));
        assertThat(fresh.perSecond()).isEqualTo(2.0);
        submit("test", 5);
        clock.advance(ofMillis(1_300));
        Instant leak = START.plusMillis(1_000);
        assertThat(status("test")).isEqualTo(new QueueStatus("test", 1, 3, 4, ofSeconds(2), leak, 5, 3, 2, 2, 0));
    }

    @Test
    void unknownBucketIsAnsweredAsSuch() {
        assertThat(queues.submit("?"))
                .isEqualTo(new QueuePlace(Answer.UNKNOWN_BUCKET, "", 0, ZERO, ofNanos(Long.MAX_VALUE)));
        assertThat(queues.submit("?", "id").requestId()).isEqualTo("id");
        assertThat(queues.submit("?").never()).isTrue();
        assertThat(queues.status("?")).isEmpty();
        assertThat(queues.queued("?")).isEmpty();
        assertThat(queues.delete("?")).isFalse();
    }

    @Test
    void queuedRequestsAreListedInOrder() {
        queues.configure("test", 10, 10, SECOND);
        queues.submit("test", "mine");
        clock.advance(ofMillis(30));
        queues.submit("test");
        queues.submit("test", "mine"); // the same id is another request
        assertThat(queues.queued("test"))
                .containsExactly(
                        new QueuedRequest("mine", START, START, false),
                        new QueuedRequest("req-2", START.plusMillis(30), START.plusMillis(100), false),
                        new QueuedRequest("mine", START.plusMillis(30), START.plusMillis(200), false));
        clock.advance(ofMillis(70));
        assertThat(queues.queued("test")).extracting(QueuedRequest::requestId).containsExactly("req-2", "mine");
    }

    @Test
    void newFiguresHoldForLaterRequestsAndMoveNobody() {
        queues.configure("test", 10, 10, SECOND);
        submit("test", 3);
        clock.advance(ofMillis(150));
        List<QueuedRequest> promised = queues.queued("test");
        QueueStatus changed = queues.configure("test", 4, 1, SECOND);
        assertThat(changed.total()).isEqualTo(3);
        assertThat(changed.processed()).isEqualTo(1);
        assertThat(queues.queued("test")).isEqualTo(promised);
        assertThat(queues.submit("test").waiting()).isEqualTo(ofMillis(150)); // at 300 ms, as was to be expected
        assertThat(queues.submit("test").waiting()).isEqualTo(ofMillis(1_150)); // and a second later
        assertThat(queues.submit("test").answer()).isEqualTo(Answer.FULL);
    }

    @Test
    void loweredCapacityRefusesUntilEnoughHaveLeft() {
        queues.configure("test", 10, 10, SECOND);
        submit("test", 10);
        assertThat(queues.configure("test", 3, 10, SECOND).size()).isEqualTo(10);
        assertThat(queues.submit("test").retryAfter()).isEqualTo(ofMillis(800));
        clock.advance(ofMillis(799));
        assertThat(queues.submit("test").allowed()).isFalse();
        clock.advance(ofMillis(1));
        assertThat(queues.submit("test").position()).isEqualTo(3);
    }

    @Test
    void bucketWithoutCapacityRefusesForEver() {
        queues.configure("test", 0, 10, SECOND);
        assertThat(queues.submit("test").never()).isTrue();
        assertThat(status("test").rejected()).isEqualTo(1);
    }

    @Test
    void deletedBucketStartsAnew() {
        queues.configure("test", 10, 10, SECOND);
        submit("test", 11);
        assertThat(queues.delete("test")).isTrue();
        assertThat(queues.submit("test").answer()).isEqualTo(Answer.UNKNOWN_BUCKET);
        assertThat(queues.status("test")).isEmpty();
        assertThat(queues.queued("test")).isEmpty();
        assertThat(queues.delete("test")).isFalse();
        clock.advance(ofMillis(40));
        QueueStatus anew = queues.configure("test", 10, 10, SECOND);
        assertThat(anew).isEqualTo(new QueueStatus("test", 0, 10, 10, SECOND, START.plusMillis(40), 0, 0, 0, 0, 0));
        assertThat(queues.submit("test").waiting()).isZero();
    }

    @Test
    void bucketsAreNobodyElsesConcern() {
        queues.configure("a", 1, 10, SECOND);
        queues.configure("b", 1, 10, SECOND);
        submit("a", 5);
        assertThat(queues.submit("b").waiting()).isZero();
    }

    @Test
    void clockThatStepsBackBringsNoTurnsCloser() {
        queues.configure("test", 10, 10, SECOND);
        submit("test", 2);
        clock.advance(ofMillis(100));
        assertThat(status("test").processed()).isEqualTo(1);
        clock.advance(ofMillis(-70));
        assertThat(status("test").processed()).isEqualTo(1);
        assertThat(queues.submit("test").waiting()).isEqualTo(ofMillis(100)); // at 200 ms by the time seen last
        clock.advance(ofMillis(170));
        assertThat(status("test").processed()).isEqualTo(2);
    }

    @Test
    void fractionsOfANanosecondAddUp() {
        queues.configure("test", 1_000_000, 3_000_000, SECOND); // one each 333 1/3 ns
        submit("test", 600_000);
        clock.advance(ofMillis(100));
        assertThat(status("test").processed()).isBetween(299_999L, 300_000L);
    }

    @Test
    void turnsTooFarAheadToBeToldFromThePastAreRefused() {
        QueuePlace place = submitAtEverSlowerRates();
        assertThat(place.answer()).isEqualTo(Answer.FULL);
        assertThat(status("test").size()).isLessThan(status("test").capacity());
        assertThat(queues.queued("test"))
                .isSortedAccordingTo((a, b) -> a.turnAt().compareTo(b.turnAt()));
        clock.advance(place.retryAfter());
        assertThat(queues.submit("test").allowed()).isTrue();
    }

    /* Each full queue alone would take less than 2^60 ns, a quarter of what can be told. */
    private QueuePlace submitAtEverSlowerRates() {
        for (int capacity = 1; capacity < 100; capacity++) {
            queues.configure("test", capacity, 1, ofNanos((1L << 60) / capacity));
            QueuePlace place = queues.submit("test");
            if (!place.allowed()) {
                return place;
            }
        }
        throw new AssertionError("All were allowed");
    }

    private List<QueuePlace> submit(String bucket, int count) {
        List<QueuePlace> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(queues.submit(bucket));
        }
        return places;
    }

    private QueueStatus status(String bucket) {
        return queues.status(bucket).orElseThrow();
    }
}
