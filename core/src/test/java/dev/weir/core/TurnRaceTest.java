package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The timer against those who leave, on one turn, over and over: exactly one wins, and the place is back if and only if it was not
 * the timer.
 *
 * <p>The race that seed 001 notes cannot happen. There, each waiter woke the next one, and the timer and the completion of a
 * future could both do so: two were woken for one permit, or none. Here nobody wakes anybody: each turn has a time of its own from
 * the moment at which it is asked for, and one alarm. All that two threads can fight over is the end of one turn, which one
 * compare-and-set decides ({@link Turn}).
 */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class TurnRaceTest {

    private static final int ROUNDS = 4_000;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private record Round(String key, CompletableFuture<Decision> turn) {}

    @Test
    void exactlyOneEndsATurnAndThePlaceIsBackUnlessItWasTheTimer() throws Exception {
        ManualTicker ticker = new ManualTicker();
        RateLimiter limiter = RateLimiter.builder()
                .limits(Limit.of(1, SECOND))
                .ticker(ticker)
                .maxOpen(1)
                .build();
        Round[] current = new Round[1];
        AtomicInteger told = new AtomicInteger();
        AtomicInteger claims = new AtomicInteger();
        List<String> wrong = new ArrayList<>();
        CyclicBarrier begin = new CyclicBarrier(3, () -> current[0] = round(limiter, told, "client " + ticker.read()));
        CyclicBarrier end = new CyclicBarrier(3, () -> {
            CompletableFuture<Decision> turn = current[0].turn;
            boolean came = !turn.isCompletedExceptionally();
            long remaining = limiter.peek(current[0].key).remaining();
            int alarms = ticker.waiting();
            int won = claims.getAndSet(0);
            if (!turn.isDone()
                    || told.getAndSet(0) != 1
                    || alarms != 0
                    || remaining != (came ? 0 : 1)
                    || won != (came ? 0 : 1)) {
                wrong.add(turn + ", " + remaining + " left, " + alarms + " alarms, " + won + " left it");
            }
        });
        Together.run(3, number -> {
            for (int i = 0; i < ROUNDS; i++) {
                begin.await(60, TimeUnit.SECONDS);
                CompletableFuture<Decision> turn = current[0].turn;
                if (number == 0) {
                    ticker.advance(SECOND);
                } else if (number == 1 ? turn.cancel(false) : turn.completeExceptionally(new TimeoutException())) {
                    claims.incrementAndGet();
                }
                end.await(60, TimeUnit.SECONDS);
            }
            return true;
        });
        assertThat(wrong).isEmpty();
    }

    /* One permit is taken, so the turn comes in a second; what remains then tells whether its place is back. */
    private static Round round(RateLimiter limiter, AtomicInteger told, String key) {
        assertThat(limiter.tryAcquire(key).allowed()).isTrue();
        CompletableFuture<Decision> turn = limiter.acquireAsync(key).toCompletableFuture();
        turn.whenComplete((decision, failure) -> told.incrementAndGet());
        assertThat(turn).isNotDone();
        return new Round(key, turn);
    }
}
