package dev.weir.core;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuarantee;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * One turn has one outcome, whoever of the timer and of those who leave comes first, and all are told the same. Whoever hears of it
 * finds it settled: its place given back if it was left and only then, and room for another to wait. ({@link TurnRaceTest} has
 * the same on threads and a clock that moves.)
 */
class TurnLincheckTest {

    private static final Limit LIMIT = Limit.of(1, Duration.ofHours(1));
    private static final Decision OTHER = RateLimiter.of(LIMIT).peek("nobody");

    /** One permit of one is taken, so the turn comes in an hour, and all is as new in two; in one if its place is given back. */
    public static class OneTurn {
        private final Sleepers.Alarm alarm = new Sleepers.Alarm();
        private final RateLimiter limiter = RateLimiter.builder()
                .limits(LIMIT)
                .ticker(new ManualTicker())
                .sleeper(alarm)
                .maxOpen(1)
                .build();
        private final CompletableFuture<Decision> turn;
        private final AtomicInteger told = new AtomicInteger();
        private volatile boolean heardTooEarly;

        public OneTurn() {
            limiter.tryAcquire("alice");
            turn = limiter.acquireAsync("alice").toCompletableFuture();
            turn.whenComplete((decision, failure) -> {
                told.incrementAndGet();
                heardTooEarly = !isSettled();
            });
        }

        @Operation
        public void come() {
            alarm.ring();
        }

        @Operation
        public boolean cancel() {
            return turn.cancel(false);
        }

        @Operation
        public boolean complete() {
            return turn.complete(OTHER);
        }

        @Operation
        public boolean fail() {
            return turn.completeExceptionally(new IllegalStateException("another end"));
        }

        @Operation
        public String outcome() {
            if (!turn.isDone()) {
                return "waits";
            }
            if (turn.isCancelled()) {
                return "cancelled";
            }
            return turn.isCompletedExceptionally() ? "failed" : turn.join() == OTHER ? "completed" : "came";
        }

        @Validate
        public void isHeardOfOnceAndWhenSettled() {
            if (told.get() != (turn.isDone() ? 1 : 0) || heardTooEarly || turn.isDone() && !isSettled()) {
                throw new IllegalStateException(
                        outcome() + ", told " + told + " times, " + (heardTooEarly ? "" : "not ") + "too early");
            }
        }

        private boolean isSettled() {
            long hours = limiter.peek("alice").resetAfter().toHours();
            Reservation another = limiter.reserve("bob", 0);
            another.cancel();
            return hours == (outcome().equals("came") ? 2 : 1) && another.allowed();
        }
    }

    /** The same, with no thread but one. */
    public static class Specification {
        private String outcome = "waits";

        public void come() {
            first("came");
        }

        public boolean cancel() {
            return first("cancelled") || outcome.equals("cancelled");
        }

        public boolean complete() {
            return first("completed");
        }

        public boolean fail() {
            return first("failed");
        }

        public String outcome() {
            return outcome;
        }

        private boolean first(String what) {
            boolean first = outcome.equals("waits");
            outcome = first ? what : outcome;
            return first;
        }
    }

    @Test
    void oneOutcomeForAll() {
        check(LincheckRuns.chosen().addGuarantee(looking()));
        check(LincheckRuns.observed());
    }

    /* Done when nobody else settles any more, as it shows. */
    private static ManagedStrategyGuarantee looking() {
        return forClasses(OneTurn.class.getName()).methods("isSettled").ignore();
    }

    private static void check(Options<?, ?> options) {
        options.threads(3)
                .actorsPerThread(1)
                .actorsBefore(0)
                .sequentialSpecification(Specification.class)
                .check(OneTurn.class);
    }
}
