package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever limit can be declared, however large or small its figures: nothing overflows, and every answer is true. */
class CornersPropertyTest {

    private static final long MOST = Limit.MAX_PERMITS;
    private static final long LONGEST = Limit.MAX_SPAN_NANOS;

    /** {@code costEighths} eighths of the burst and {@code more} permits, {@code stepEighths} eighths of a period and a little later. */
    private record Step(long costEighths, long more, long stepEighths, long littleNanos, boolean settles) {}

    private long lastWake;

    @Property(tries = 1_500)
    void everyAnswerIsInRangeAndEveryWaitIsExact(
            @ForAll("limits") Limit limit, @ForAll("starts") long start, @ForAll("steps") List<Step> steps) {
        ManualTicker ticker = new ManualTicker(start);
        RateLimiter limiter = RateLimiter.builder()
                .limits(limit)
                .ticker(ticker)
                .sleeper(tellingSleeper())
                .build();
        for (Step step : steps) {
            long cost = Limit.plus(limit.burst() / 8 * step.costEighths, step.more);
            ticker.advanceNanos(limit.period().toNanos() / 8 * step.stepEighths + step.littleNanos);
            check(limit, limiter.peek("alice"));
            if (step.settles) {
                check(limit, limiter.reserve("alice", cost).settle(step.more));
            }
            Decision decision = limiter.tryAcquire("alice", cost);
            check(limit, decision);
            boolean canEver = !limit.isClosed() && cost <= limit.burst();
            assertThat(decision.never()).isEqualTo(!canEver);
            if (canEver && !decision.allowed()) {
                long wait = decision.deciding().retryAfterNanos();
                boolean full = limit.algorithm() == Algorithm.LEAKY_BUCKET_QUEUE && decision.remaining() < cost;
                if (!full) { // into a full queue patience does not get anybody
                    assertWaiting(limiter, cost, wait, limit);
                }
                ticker.advanceNanos(wait - 1);
                assertThat(limiter.tryAcquire("alice", cost).deciding().retryAfterNanos())
                        .as("wait of %s", wait)
                        .isEqualTo(1);
                ticker.advanceNanos(1);
                Decision due = limiter.tryAcquire("alice", cost);
                assertThat(due.allowed()).as("after a wait of %s", wait).isTrue();
                check(limit, due);
            }
        }
    }

    /* Who is patient enough gets the turn that was announced, who is not is told so; and a turn that is given back leaves nothing. */
    private void assertWaiting(RateLimiter limiter, long cost, long wait, Limit limit) {
        Decision before = limiter.peek("alice");
        CompletableFuture<Decision> tooSoon =
                limiter.acquireAsync("alice", cost, Duration.ofNanos(wait - 1)).toCompletableFuture();
        assertThat(tooSoon).isDone();
        assertThat(tooSoon.join().allowed()).isFalse();
        CompletableFuture<Decision> turn =
                limiter.acquireAsync("alice", cost, Duration.ofNanos(wait)).toCompletableFuture();
        if (turn.isDone()) { // so far ahead that time could not be told from the past
            assertThat(turn.join().allowed()).isFalse();
            assertThat(wait).isGreaterThan(Kernel.of(limit).longestWaitNanos());
        } else {
            assertThat(lastWake).isEqualTo(wait);
            assertThat(limiter.peek("alice").remaining()).isLessThanOrEqualTo(limit.burst());
            turn.cancel(false);
        }
        assertThat(limiter.peek("alice")).isEqualTo(before);
    }

    private static void check(Limit limit, Decision decision) {
        Outcome outcome = decision.deciding();
        assertThat(outcome.remaining()).isBetween(0L, limit.burst());
        assertThat(outcome.retryAfterNanos()).isGreaterThanOrEqualTo(0);
        assertThat(outcome.resetAfterNanos()).isGreaterThanOrEqualTo(0);
        assertThat(outcome.windowNanos()).isGreaterThanOrEqualTo(0);
        if (!limit.isClosed() && limit.algorithm() != Algorithm.SLIDING_WINDOW_COUNTER) {
            assertThat(outcome.remaining() == limit.burst())
                    .as("%s", outcome)
                    .isEqualTo(outcome.resetAfterNanos() == 0);
        }
    }

    private Sleeper tellingSleeper() {
        return new Sleeper() {
            @Override
            public void sleep(long nanos) {
                throw new AssertionError("nobody sleeps here");
            }

            @Override
            public Wake wake(long nanos, Runnable task) {
                lastWake = nanos;
                return () -> {};
            }
        };
    }

    /* All that can be declared, with as many tries as it takes: refused for their figures, and for nothing else. */
    @Provide
    Arbitrary<Limit> limits() {
        return Combinators.combine(
                        Arbitraries.of(Algorithm.class),
                        upTo(0, MOST),
                        upTo(1_000, LONGEST),
                        upTo(0, MOST),
                        Arbitraries.of(true, false))
                .as((algorithm, permits, period, burst, aligned) -> {
                    try {
                        return new Limit(
                                permits,
                                Duration.ofNanos(period),
                                algorithm.isBucket() ? burst : permits,
                                algorithm,
                                Limit.REQUESTS,
                                aligned && algorithm.hasWindows());
                    } catch (IllegalArgumentException e) {
                        assertThat(e).hasMessageMatching("(?s).*(Lower the burst|Write at most 1000 permits).*");
                        return null;
                    }
                })
                .filter(10_000, limit -> limit != null);
    }

    /** Of every order of magnitude, and next to both ends. */
    private static Arbitrary<Long> upTo(long least, long most) {
        Arbitrary<Long> ends = Arbitraries.of(least, least + 1, least + 2, most - 1, most, most / 2, most / 3);
        Arbitrary<Long> any = Combinators.combine(
                        Arbitraries.integers().between(0, 60),
                        Arbitraries.longs().between(0, 1_000_000_000).withoutEdgeCases())
                .as((bits, mantissa) ->
                        Math.min(most, Math.max(least, bits < 30 ? mantissa >> bits : mantissa << (bits - 30))));
        return Arbitraries.oneOf(ends, any, any);
    }

    @Provide
    Arbitrary<Long> starts() {
        return Arbitraries.oneOf(
                Arbitraries.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, LONGEST, -LONGEST),
                Arbitraries.longs().withoutEdgeCases());
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(0L, 0L, 1L, 3L, 7L, 8L),
                        Arbitraries.of(0L, 1L, 1L, 2L, 7L, Long.MAX_VALUE),
                        Arbitraries.of(0L, 0L, 1L, 4L, 8L, 9L),
                        Arbitraries.of(0L, 0L, 1L, 999L, 3_600_000_000_000L),
                        Arbitraries.of(true, false, false))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }
}
