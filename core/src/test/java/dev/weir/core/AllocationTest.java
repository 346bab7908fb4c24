package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A decision on an ask that has been used before allocates nothing. */
class AllocationTest {

    private static final int CALLS = 100_000;
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Bundle ONE = Asks.bundle("one", Limit.of(1_000, SECOND));
    private static final Bundle THREE =
            Asks.bundle("three", Limit.of(1_000, SECOND), Limit.of(80_000, SECOND), Limit.of(9_999, SECOND));

    static Stream<Arguments> questions() {
        Ask two = Asks.ask(ONE, Asks.ALICE);
        Asks.add(two, THREE, ClientKey.GLOBAL);
        return Stream.of(
                Arguments.of("one limit", Asks.ask(ONE, Asks.ALICE), ONE),
                Arguments.of("three limits", Asks.ask(THREE, Asks.ALICE), THREE),
                Arguments.of("two bundles", two, ONE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("questions")
    void decidingAllocatesNothing(String name, Ask ask, Bundle bundle) {
        ManualTicker ticker = new ManualTicker();
        LocalLimiter limiter = Asks.limiter(ticker);
        long allowed = 0;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            allowed = 0;
            long before = allocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                limiter.decide(ask);
                allowed += ask.allowed() ? 1 : 0;
                ticker.advanceNanos(700_000);
            }
            least = Math.min(least, allocatedBytes() - before);
        }
        assertThat(allowed).as("admitted").isBetween(CALLS / 2L, CALLS - 1L);
        assertThat(least).as("bytes for %s calls", CALLS).isLessThan(CALLS / 10);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("questions")
    void askingAgainAllocatesNothing(String name, Ask ask, Bundle bundle) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = allocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                ask.clear().add(bundle, i % 2 == 0 ? Asks.ALICE : Asks.BOB);
                ask.cost(0, i);
            }
            least = Math.min(least, allocatedBytes() - before);
        }
        assertThat(least).as("bytes for %s calls", CALLS).isLessThan(CALLS / 10);
    }

    /* By reflection: the module under test does not read java.management, and need not. */
    private static long allocatedBytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getThreadAllocatedBytes", long.class)
                    .invoke(threads, Thread.currentThread().getId());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("This Java does not count what a thread allocates", e);
        }
    }
}
