package dev.weir.core;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link LeakyBucketQueues} refuses to be told, and in which words. */
class LeakyBucketBoundsTest {

    private static final Duration SECOND = ofSeconds(1);

    private final ManualTicker clock = new ManualTicker();
    private final LeakyBucketQueues queues = LeakyBucketQueues.builder()
            .time(clock, clock)
            .maxBuckets(3)
            .maxPlaces(100)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1|1|PT1S|capacity is -1, must be from 0 to 100: all buckets together may have 100 places, of which others have 0",
                "101|1|PT1S|capacity is 101, must be from 0 to 100: all buckets together may have 100 places, of which others have 0",
                "1|0|PT1S|permits is 0, must be from 1 to 10^15",
                "1|-5|PT1S|permits is -5, must be from 1 to 10^15",
                "1|1000000000000001|PT1S|permits is 1000000000000001, must be from 1 to 10^15",
                "1|1|PT0S|period is PT0S, must be from 1 microsecond to 2^60 nanoseconds (36 years)",
                "1|1|PT-1S|period is PT-1S, must be from 1 microsecond to 2^60 nanoseconds (36 years)",
                "1|1000000000000000|PT1S|1000000000000000 permits per PT1S are too many to be kept within one part in a million",
                "100|1|PT87600H|A burst of 100 at 1 permits per PT87600H takes longer to refill than"
            })
    void figuresOutOfRangeAreNamed(int capacity, long permits, Duration period, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queues.configure("test", capacity, permits, period))
                .withMessageContaining(message);
        assertThat(queues.status("test")).isEmpty();
    }

    @Test
    void capacityThatWouldTakeTooLongIsNamedWithTheMostThereMayBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queues.configure("test", 100, 1, Duration.ofHours(87_600)))
                .withMessageEndingWith("Lower the burst (of a queue, its capacity) to 3");
        assertThat(queues.configure("test", 3, 1, Duration.ofHours(87_600)).capacity())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "")
    void namesMayNotBeEmpty(String name) {
        String found = name == null ? "null" : "empty";
        assertRefused("bucket is " + found, () -> queues.configure(name, 1, 1, SECOND));
        assertRefused("bucket is " + found, () -> queues.submit(name));
        assertRefused("bucket is " + found, () -> queues.submit(name, () -> "task"));
        assertRefused("bucket is " + found, () -> queues.status(name));
        assertRefused("bucket is " + found, () -> queues.queued(name));
        assertRefused("bucket is " + found, () -> queues.delete(name));
        assertRefused("requestId is " + found, () -> queues.submit("test", name));
        assertRefused("requestId is " + found, () -> queues.submit("test", name, () -> "task"));
    }

    @Test
    void namesMayNotBeEndless() {
        queues.configure("x".repeat(256), 1, 1, SECOND);
        assertRefused("bucket is 257 characters long", () -> queues.submit("x".repeat(257)));
        assertRefused("requestId is 257 characters long", () -> queues.submit("test", "x".repeat(257)));
    }

    @Test
    void allBucketsShareThePlaces() {
        queues.configure("a", 60, 1, SECOND);
        queues.configure("b", 40, 1, SECOND);
        assertRefused("capacity is 61, must be from 0 to 60", () -> queues.configure("a", 61, 1, SECOND));
        queues.configure("b", 10, 1, SECOND);
        queues.configure("a", 90, 1, SECOND);
        queues.delete("a");
        assertThat(queues.configure("b", 100, 1, SECOND).capacity()).isEqualTo(100);
    }

    @Test
    void placesThatAreTakenStayReservedWhenTheCapacityIsLowered() {
        queues.configure("a", 60, 1, SECOND);
        for (int i = 0; i < 60; i++) {
            queues.submit("a");
        }
        queues.configure("a", 0, 1, SECOND);
        assertRefused("must be from 0 to 40", () -> queues.configure("b", 41, 1, SECOND));
        clock.advance(SECOND);
        queues.configure("a", 0, 1, SECOND);
        assertThat(queues.configure("b", 41, 1, SECOND).capacity()).isEqualTo(41);
    }

    @Test
    void bucketsAreBounded() {
        for (String name : new String[] {"a", "b", "c", "a"}) {
            queues.configure(name, 1, 1, SECOND);
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> queues.configure("d", 1, 1, SECOND))
                .withMessage("There are 3 buckets, and may be no more. Delete one, or raise maxBuckets");
        queues.delete("b");
        assertThat(queues.configure("d", 1, 1, SECOND).capacity()).isEqualTo(1);
    }

    @Test
    void boundsHaveBounds() {
        LeakyBucketQueuesBuilder builder = LeakyBucketQueues.builder();
        assertRefused("maxBuckets is 0, must be from 1 to 1000000000", () -> builder.maxBuckets(0));
        assertRefused("maxPlaces is -1, must be from 1 to 1000000000", () -> builder.maxPlaces(-1));
        assertRefused("maxTasks is 2000000000, must be from 1 to 1000000000", () -> builder.maxTasks(2_000_000_000));
    }

    @Test
    void defaultsLetAMillionWait() {
        try (LeakyBucketQueues defaults = LeakyBucketQueues.of()) {
            assertThat(defaults.configure("test", 1_000_000, 1_000_000, SECOND).capacity())
                    .isEqualTo(1_000_000);
            assertRefused("must be from 0 to 1000000", () -> defaults.configure("test", 1_000_001, 1, SECOND));
        }
    }

    private static void assertRefused(String message, Runnable call) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
    }
}
