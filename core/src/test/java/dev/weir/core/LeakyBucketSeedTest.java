package dev.weir.core;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The scenarios of seed 000 on the real clock, side by side. Where the seed trusts a sleep to take its time and allows for a
 * request or two, this looks at what the clock says just before and just after.
 */
class LeakyBucketSeedTest {

    private static final Duration SECOND = ofSeconds(1);

    /** What a queue said at some moment between two, in seconds from a start that itself was between two. */
    private record Reading(double atLeast, QueueStatus status, double atMost) {}

    private static final LeakyBucketQueues QUEUES = LeakyBucketQueues.of();
    private static final List<QueuedTask<Long>> TASKS = new ArrayList<>();
    private static final List<Reading> EACH_HALF_SECOND = new ArrayList<>();
    private static List<QueuePlace> places;
    private static Reading atOnce;
    private static QueueStatus full;
    private static QueueStatus drained;
    private static Duration burstTook;
    private static long startNanos;

    @BeforeAll
    static void letTwoAndAHalfSecondsPass() throws Exception {
        QUEUES.configure("smooth", 100, 10, SECOND);
        QUEUES.configure("drain", 20, 100, SECOND);
        QUEUES.configure("tasks", 100, 10, SECOND);

        burst("drain", 20);
        full = QUEUES.status("drain").orElseThrow();
        startNanos = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            TASKS.add(QUEUES.submit("tasks", System::nanoTime));
        }
        places = burst("smooth", 50);
        long startedNanos = System.nanoTime();
        burstTook = Duration.ofNanos(startedNanos - startNanos);
        atOnce = read(startedNanos);
        for (int half = 1; half <= 5; half++) {
            long untilNanos = startedNanos + half * 500_000_000L;
            TimeUnit.NANOSECONDS.sleep(untilNanos - System.nanoTime());
            EACH_HALF_SECOND.add(read(startedNanos));
            drained = QUEUES.status("drain").orElseThrow();
        }
    }

    @AfterAll
    static void stop() {
        QUEUES.close();
    }

    @Test
    void burstIsQueuedAndNotProcessed() {
        assertThat(full.size() + full.processed()).isEqualTo(20);
        assertProcessedAtTheLeakRate(atOnce);
        assertThat(atOnce.status.size() + atOnce.status.processed()).isEqualTo(50);
    }

    @Test
    void eleventhWaitsForASecond() {
        assertThat(places.get(0).waiting()).isZero();
        assertThat(places.get(10).waiting()).isBetween(SECOND.minus(burstTook), SECOND);
    }

    @Test
    void outputIsConstantAndSmooth() {
        assertThat(EACH_HALF_SECOND).allSatisfy(LeakyBucketSeedTest::assertProcessedAtTheLeakRate);
    }

    @Test
    void queueDrains() {
        assertThat(drained.size()).isZero();
        assertThat(drained.processed()).isEqualTo(20);
    }

    @Test
    void fullQueueRefuses() {
        QUEUES.configure("reject", 10, 1, ofSeconds(60));
        assertThat(burst("reject", 10)).allMatch(QueuePlace::allowed);
        assertThat(QUEUES.submit("reject").allowed()).isFalse();
    }

    @Test
    void tasksRunAtTheirTurnsAndNotBefore() throws Exception {
        for (int i = 0; i < 20; i++) {
            long ranNanos = TASKS.get(i).outcome().get(60, TimeUnit.SECONDS);
            assertThat(ranNanos - startNanos).as("task %s", i).isGreaterThanOrEqualTo(i * 100_000_000L);
        }
    }

    private static void assertProcessedAtTheLeakRate(Reading reading) {
        assertThat(reading.status.processed())
                .as("from %s to %s s", reading.atLeast, reading.atMost)
                .isBetween((long) (10 * reading.atLeast), (long) (10 * reading.atMost));
    }

    private static Reading read(long startedNanos) {
        double atLeast = (System.nanoTime() - startedNanos) / 1e9;
        QueueStatus status = QUEUES.status("smooth").orElseThrow();
        return new Reading(atLeast, status, (System.nanoTime() - startNanos) / 1e9);
    }

    private static List<QueuePlace> burst(String bucket, int count) {
        List<QueuePlace> burst = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            burst.add(QUEUES.submit(bucket));
        }
        return burst;
    }
}
