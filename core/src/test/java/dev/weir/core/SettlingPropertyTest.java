package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever is reserved, waited for, settled, cancelled and abandoned: what was really used keeps the limit. What a settlement
 * charges above its reservation is a use, too, at the moment at which it is settled; whoever is admitted afterwards is
 * admitted beside it. The model is a list of uses.
 */
class SettlingPropertyTest {

    private static final long PERIOD = 1_000;
    private static final long OVERRUN = 3;
    private static final long DEADLINE = 2_500;

    private enum What {
        TAKE,
        RESERVE,
        WAIT,
        SETTLE,
        CANCEL
    }

    /** {@code permits} are asked for, or are what the open one of number {@code which} has used. */
    private record Step(long afterNanos, What what, int which, long permits) {}

    /** A use of {@code permits} at a moment; of what is open, as many as were reserved. */
    private static final class Use {
        final long atNanos;
        long permits;

        Use(long atNanos, long permits) {
            this.atNanos = atNanos;
            this.permits = permits;
        }
    }

    /** What may be settled or left until its end. */
    private record Open(Use use, Reservation reservation, CompletableFuture<Decision> turn, long endNanos) {}

    private ManualTicker ticker;
    private List<Use> uses;
    private List<Open> opens;
    private Limit limit;
    private long lastWake;

    @Property(tries = 700)
    void realUsesKeepTheLimit(
            @ForAll Algorithm algorithm, @ForAll("permits") long permits, @ForAll("steps") List<Step> steps) {
        ticker = new ManualTicker();
        uses = new ArrayList<>();
        opens = new ArrayList<>();
        Limit plain = Limit.of(permits, Duration.ofNanos(PERIOD)).withAlgorithm(algorithm);
        limit = algorithm.hasWindows() ? plain.withAlignedWindows() : plain;
        RateLimiter limiter = RateLimiter.builder()
                .limits(limit)
                .ticker(ticker)
                .sleeper(tellingSleeper())
                .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .overrun(OVERRUN)
                .reservationTimeout(Duration.ofNanos(DEADLINE))
                .build();
        for (Step step : steps) {
            ticker.advanceNanos(step.afterNanos);
            long now = ticker.read();
            switch (step.what) {
                case TAKE -> {
                    if (limiter.tryAcquire("alice", step.permits).allowed()) {
                        admitted(now, step.permits);
                    }
                }
                case RESERVE -> {
                    Reservation reservation = limiter.reserve("alice", step.permits);
                    if (reservation.allowed()) {
                        long taken = Math.max(1, step.permits);
                        opens.add(new Open(admitted(now, taken), reservation, null, now + DEADLINE));
                    }
                }
                case WAIT -> {
                    CompletableFuture<Decision> turn =
                            limiter.acquireAsync("alice", step.permits).toCompletableFuture();
                    if (!turn.isDone()) {
                        long at = now + lastWake;
                        opens.add(new Open(admitted(at, step.permits), null, turn, at));
                    } else if (turn.join().allowed()) {
                        admitted(now, step.permits);
                    }
                }
                case SETTLE, CANCEL -> settle(step, now);
                default -> throw new AssertionError(step.what);
            }
        }
    }

    /** Alarms are the ticker's; the last one's wait is noted, since a turn that has not come does not tell it. */
    private Sleeper tellingSleeper() {
        return new Sleeper() {
            @Override
            public void sleep(long nanos) {
                throw new AssertionError("nobody sleeps here");
            }

            @Override
            public Wake wake(long nanos, Runnable task) {
                lastWake = nanos;
                return ticker.wake(nanos, task);
            }
        };
    }

    private void settle(Step step, long now) {
        if (opens.isEmpty()) {
            return;
        }
        Open open = opens.remove(step.which % opens.size());
        boolean inTime = now - open.endNanos < 0;
        if (open.turn != null) {
            assertThat(open.turn.cancel(false)).isEqualTo(inTime);
            open.use.permits = inTime ? 0 : open.use.permits;
            return;
        }
        long actual = step.what == What.CANCEL ? 0 : step.permits;
        open.reservation.settle(actual);
        if (inTime) {
            long above = Math.min(OVERRUN, actual - open.use.permits);
            open.use.permits = Math.min(actual, open.use.permits);
            if (above > 0) {
                uses.add(new Use(now, above));
            }
        }
    }

    /** Notes a use, and checks every window that ends with it. */
    private Use admitted(long at, long permits) {
        Use use = new Use(at, permits);
        if (permits == 0) {
            return use; // uses nothing, whatever others have used
        }
        switch (limit.algorithm()) {
            case FIXED_WINDOW -> {
                uses.add(use);
                assertThat(sum(other -> window(other.atNanos) == window(at))).isLessThanOrEqualTo(limit.permits());
            }
            case SLIDING_WINDOW_COUNTER -> {
                uses.add(use);
                long current = sum(other -> window(other.atNanos) == window(at));
                long previous = sum(other -> window(other.atNanos) == window(at) - 1);
                long left = PERIOD - at % PERIOD;
                assertThat(current * PERIOD + previous * left).isLessThanOrEqualTo(limit.permits() * PERIOD);
            }
            case SLIDING_WINDOW_LOG -> {
                uses.add(use);
                assertThat(sum(other -> at - other.atNanos < PERIOD)).isLessThanOrEqualTo(limit.permits());
            }
            case LEAKY_BUCKET_QUEUE -> {
                assertEveryWindowUntil(at, 0);
                uses.add(use);
            }
            default -> {
                uses.add(use);
                assertEveryWindowUntil(at, limit.burst());
            }
        }
        return use;
    }

    private void assertEveryWindowUntil(long at, long burst) {
        Gcra kernel = Gcra.of(limit);
        for (Use first : uses) {
            if (first.permits == 0) {
                continue; // given back: as if it had never come
            }
            long used = sum(other -> other.atNanos >= first.atNanos);
            assertThat((used - burst) * kernel.emissionInterval)
                    .as("%s permits from %s to %s", used, first.atNanos, at)
                    .isLessThan(kernel.number(at - first.atNanos + 1)); // turns are rounded up to whole nanoseconds
        }
    }

    private long sum(Predicate<Use> which) {
        return uses.stream().filter(which).mapToLong(use -> use.permits).sum();
    }

    private static long window(long at) {
        return at / PERIOD;
    }

    @Provide
    Arbitrary<Long> permits() {
        return Arbitraries.longs().between(1, 6);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> after = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0L)),
                Tuple.of(6, Arbitraries.longs().between(0, PERIOD)),
                Tuple.of(1, Arbitraries.longs().between(0, 3 * PERIOD)));
        return Combinators.combine(
                        after,
                        Arbitraries.of(What.class),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.longs().between(0, 7))
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }
}
