package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.Algorithm;
import dev.weir.core.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which limit an annotation makes, how it counts, and how long a request may wait. */
class FiguresTest {

    @SuppressWarnings("unused")
    static class Fixture {
        @RateLimited(permits = 10, per = "1s")
        void plain() {}

        @RateLimited(permits = 10, per = "1s", maxWait = "500ms")
        void shaped() {}

        @RateLimited(permits = 10, per = "1s", maxWait = "1h")
        void shapedForLong() {}

        @RateLimited(permits = 10, per = "1s", maxWait = "1ns")
        void shapedForShort() {}

        @RateLimited(permits = 10, per = "1s", burst = 50, algorithm = dev.weir.annotation.Algorithm.LEAKY_BUCKET_QUEUE)
        void queue() {}

        @RateLimited(
                permits = 10,
                per = "1s",
                burst = 50,
                algorithm = dev.weir.annotation.Algorithm.LEAKY_BUCKET_QUEUE,
                maxWait = "2s")
        void boundedQueue() {}

        @RateLimited(permits = 10, per = "1h", algorithm = dev.weir.annotation.Algorithm.FIXED_WINDOW)
        void window() {}

        @RateLimited(permits = 10, per = "1h", algorithm = dev.weir.annotation.Algorithm.FIXED_WINDOW, aligned = true)
        void alignedWindow() {}

        @RateLimited(
                permits = 10,
                per = "1h",
                algorithm = dev.weir.annotation.Algorithm.SLIDING_WINDOW_COUNTER,
                aligned = true,
                maxWait = "1m")
        void alignedCounter() {}

        @RateLimited(permits = 10, per = "1h", cost = 10, algorithm = dev.weir.annotation.Algorithm.SLIDING_WINDOW_LOG)
        void log() {}

        @RateLimited(permits = 0, per = "1m", maxWait = "1s")
        void closed() {}
    }

    @ParameterizedTest(name = "{0}: {1}, burst {2}, aligned {3}, waits {4} ns")
    @CsvSource({
        "plain,          GCRA,                   10, false, 0",
        "shaped,         GCRA,                   10, false, 500000000",
        "shapedForLong,  GCRA,                   10, false, 3600000000000",
        "shapedForShort, GCRA,                   10, false, 1",
        "queue,          LEAKY_BUCKET_QUEUE,     50, false, 9223372036854775807",
        "boundedQueue,   LEAKY_BUCKET_QUEUE,     50, false, 2000000000",
        "window,         FIXED_WINDOW,           10, false, 0",
        "alignedWindow,  FIXED_WINDOW,           10, true,  0",
        "alignedCounter, SLIDING_WINDOW_COUNTER, 10, true,  60000000000",
        "log,            SLIDING_WINDOW_LOG,     10, false, 0",
        "closed,         GCRA,                    0, false, 1000000000",
    })
    void attributesAreWhatTheLimitSays(
            String method, Algorithm algorithm, long burst, boolean aligned, long maxWaitNanos) {
        Figures figures = figures(method);
        assertThat(figures.limit().algorithm()).isEqualTo(algorithm);
        assertThat(figures.limit().burst()).isEqualTo(burst);
        assertThat(figures.limit().aligned()).isEqualTo(aligned);
        assertThat(figures.maxWaitNanos()).isEqualTo(maxWaitNanos);
    }

    @Test
    void figuresAreThoseOfTheAnnotation() {
        assertThat(figures("plain").limit()).isEqualTo(Limit.of(10, Duration.ofSeconds(1)));
    }

    @Test
    void annotationsKnowTheSameAlgorithmsAsLimits() {
        assertThat(names(dev.weir.annotation.Algorithm.values())).isEqualTo(names(Algorithm.values()));
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void onlyWindowsCanBeAlignedAndOnlyBucketsBurst(Algorithm algorithm) {
        boolean window = algorithm == Algorithm.FIXED_WINDOW || algorithm == Algorithm.SLIDING_WINDOW_COUNTER;
        assertThat(algorithm.hasWindows()).isEqualTo(window);
        assertThat(algorithm.isBucket()).isEqualTo(!window && algorithm != Algorithm.SLIDING_WINDOW_LOG);
    }

    private static Figures figures(String method) {
        List<String> problems = new ArrayList<>();
        Figures figures = Figures.of(annotation(method), new Report("", problems));
        assertThat(problems).isEmpty();
        return figures;
    }

    private static RateLimited annotation(String method) {
        try {
            return Fixture.class.getDeclaredMethod(method).getAnnotation(RateLimited.class);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toList();
    }
}
