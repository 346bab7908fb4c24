package dev.weir.redisson;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.QueuePlace;
import dev.weir.core.QueuePlace.Answer;
import dev.weir.core.QueueStatus;
import dev.weir.core.QueuedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scenarios of seed 000 with its figures, in a real Redis that is told the time; and what a clock that steps back does. */
class QueueSeedTest {

    private static final Duration SECOND = ofSeconds(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static SingleRedis redis;

    private ToldQueues queues;

    @BeforeAll
    static void start() throws Exception {
        redis = new SingleRedis();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.client.getKeys().flushall();
        queues = new ToldQueues(redis.client, START.getEpochSecond() * 1_000_000);
    }

    @Test
    void outputRateIsConstant() {
        queues.configure("test", 100, 10, SECOND);
        queues.submit("test", 50);
        assertThat(status("test").processed()).isZero();
        queues.advance(ofSeconds(2));
        assertThat(status("test").processed()).isEqualTo(20);
        assertThat(status("test").size()).isEqualTo(30);
    }

    @Test
    void fullQueueRefuses() {
        queues.configure("test", 10, 1, SECOND);
        assertThat(queues.submit("test", 10)).allMatch(QueuePlace::allowed);
        assertThat(queues.submit("test")).isEqualTo(new QueuePlace(Answer.FULL, "", 0, ZERO, SECOND));
        queues.advance(SECOND);
        assertThat(queues.submit("test").position()).isEqualTo(10);
    }

    @Test
    void waitIsPlacesAheadTimesTheInterval() {
        queues.configure("test", 100, 10, SECOND);
        List<QueuePlace> places = queues.submit("test", 11);
        for (int i = 0; i < 11; i++) {
            assertThat(places.get(i))
                    .isEqualTo(new QueuePlace(Answer.QUEUED, "req-" + (i + 1), i + 1, ofMillis(100 * i), ZERO));
        }
    }

    @Test
    void outputIsSmooth() {
        queues.configure("smooth", 100, 10, SECOND);
        queues.submit("smooth", 50);
        for (int half = 1; half <= 5; half++) {
            queues.advance(ofMillis(500));
            assertThat(status("smooth").processed()).isEqualTo(5 * half);
        }
    }

    @Test
    void queueDrains() {
        queues.configure("drain", 20, 100, SECOND);
        queues.submit("drain", 20);
        assertThat(status("drain").size()).isEqualTo(20);
        queues.advance(ofMillis(500));
        assertThat(status("drain").size()).isZero();
        assertThat(status("drain").processed()).isEqualTo(20);
        assertThat(status("drain").lastLeak()).isEqualTo(START.plusMillis(200));
    }

    @Test
    void burstWaitsWhereATokenBucketWouldLetItThrough() {
        queues.configure("leaky", 100, 10, SECOND);
        queues.submit("leaky", 50);
        assertThat(status("leaky").size()).isEqualTo(50);
        assertThat(status("leaky").processed()).isZero();
        queues.advance(SECOND);
        assertThat(status("leaky").processed()).isEqualTo(10);
    }

    @Test
    void idleTimeIsNoCredit() {
        queues.configure("test", 100, 10, SECOND);
        queues.submit("test", 1);
        queues.advance(Duration.ofHours(1));
        queues.submit("test", 50);
        assertThat(status("test").size()).isEqualTo(50);
        assertThat(status("test").processed()).isEqualTo(1);
    }

    @Test
    void clockThatStepsBackALittleIsWaitedFor() {
        queues.configure("test", 10, 10, SECOND);
        queues.submit("test", 2);
        queues.advance(ofMillis(100));
        assertThat(status("test").processed()).isEqualTo(1);
        queues.advance(ofMillis(-70));
        assertThat(status("test").processed()).isEqualTo(1);
        assertThat(queues.submit("test").waiting()).isEqualTo(ofMillis(100));
        queues.advance(ofMillis(170));
        assertThat(status("test").processed()).isEqualTo(2);
    }

    @Test
    void clockThatStepsBackAYearLocksNobodyOutAndMovesNoTurn() {
        Duration year = Duration.ofDays(365);
        queues.configure("test", 3, 10, SECOND);
        queues.submit("test", 3);
        queues.advance(ofMillis(150));
        assertThat(queues.submit("test").position()).isEqualTo(3); // its turn is in 150 ms
        List<QueuedRequest> promised = queues.queued("test");
        queues.advance(year.negated());
        assertThat(queues.submit("test").retryAfter()).isEqualTo(ofMillis(50));
        assertThat(queues.queued("test")).isEqualTo(earlier(promised, year));
        assertThat(status("test").lastLeak()).isEqualTo(START.plusMillis(100).minus(year));
        queues.advance(ofMillis(50));
        assertThat(queues.submit("test").waiting()).isEqualTo(ofMillis(200));
        queues.advance(SECOND);
        assertThat(status("test").processed()).isEqualTo(5);
        assertThat(queues.submit("test").waiting()).isZero();
    }

    @Test
    void listOfSeveralPagesIsThatOfTheMomentOfTheLast() {
        queues.configure("test", 100, 10, SECOND);
        queues.submit("test", 10);
        queues.before = () -> queues.advance(ofMillis(150)); // so the pages are read at 150, 300 and 450 ms
        assertThat(queues.queued("test"))
                .extracting(QueuedRequest::requestId)
                .containsExactly("req-5", "req-6", "req-7", "req-8", "req-9", "req-10");
        queues.before = () -> queues.advance(SECOND);
        assertThat(queues.queued("test")).isEmpty();
    }

    @Test
    void listOfAQueueThatIsMadeAnewMeanwhileIsThatOfTheNewOne() {
        queues.configure("test", 100, 10, SECOND);
        queues.submit("test", 2 * ToldQueues.PAGE);
        int[] calls = {0};
        queues.before = () -> {
            if (++calls[0] == 2) { // between two pages
                queues.delete("test");
                queues.advance(ofMillis(1));
                queues.configure("test", 100, 10, SECOND);
                queues.submit("test", "new");
            }
        };
        assertThat(queues.queued("test"))
                .containsExactly(new QueuedRequest("new", START.plusMillis(1), START.plusMillis(1), false));
    }

    private static List<QueuedRequest> earlier(List<QueuedRequest> requests, Duration step) {
        return requests.stream()
                .map(request -> new QueuedRequest(
                        request.requestId(),
                        request.enteredAt().minus(step),
                        request.turnAt().minus(step),
                        false))
                .toList();
    }

    private QueueStatus status(String bucket) {
        return queues.status(bucket).orElseThrow();
    }
}
