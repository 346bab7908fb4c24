package dev.weir.redisson;

import dev.weir.core.LimiterListener;
import dev.weir.core.Sleeper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Whether there is use in asking, by how the last questions have ended: a circuit breaker, which lets a few through now and then while it is
 * open. What it finds is said once for each change, not for each request.
 */
final class Health {

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");

    private static final int WINDOW = 50;
    private static final int FEWEST_CALLS = 10;
    private static final int PROBES = 5;
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Between two looks whether it answers again: each keeps a few requests waiting until their deadline. */
    private static final Duration PAUSE = Duration.ofMillis(250);
    /** How long it has to answer before that is said: a limiter that comes and goes is not news each time. */
    private static final long STEADY_MILLIS = 1_000;

    private final CircuitBreaker breaker = CircuitBreaker.of(
            "weir",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(WINDOW)
                    .minimumNumberOfCalls(FEWEST_CALLS)
                    .permittedNumberOfCallsInHalfOpenState(PROBES)
                    .waitDurationInOpenState(PAUSE)
                    .build());
    private final AtomicLong lastCounted = new AtomicLong(System.nanoTime() - TOGETHER_NANOS);
    private volatile long lastInTime = System.nanoTime();
    private final Supplier<CompletionStage<Void>> probe;
    private final ScheduledExecutorService scheduler;
    private final LimiterListener listener;
    /* What was said last, and whether it may soon be said to be over. */
    private final AtomicBoolean degraded = new AtomicBoolean();
    private final AtomicBoolean recovering = new AtomicBoolean();
    private final AtomicBoolean probing = new AtomicBoolean();

    /**
     * Health, good so far.
     *
     * @param probe finds out whether there would be answers
     * @param scheduler for probing, and for saying a while later that it is good again
     * @param listener told when that changes
     */
    Health(Supplier<CompletionStage<Void>> probe, ScheduledExecutorService scheduler, LimiterListener listener) {
        this.probe = probe;
        this.scheduler = scheduler;
        this.listener = listener;
    }

    /** Whether to ask. Who is told so says how it ended. */
    boolean mayAsk() {
        return breaker.tryAcquirePermission();
    }

    boolean isPoor() {
        return breaker.getState() != CircuitBreaker.State.CLOSED;
    }

    /** There was an answer in time; a refusal is one, too. */
    void answered(long startNanos) {
        if (counts()) {
            long now = System.nanoTime();
            lastInTime = now;
            breaker.onSuccess(now - startNanos, TimeUnit.NANOSECONDS);
            noteState();
        }
    }

    /** There was none in time. That others had theirs meanwhile says that the deadline was short, and nothing else. */
    void late(long startNanos, Throwable why) {
        if (isPoor() || lastInTime - startNanos < 0) {
            failed(startNanos, why);
        }
    }

    /** There was none. */
    void failed(long startNanos, Throwable why) {
        if (counts()) {
            breaker.onError(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS, why);
            noteState();
        }
    }

    /* Many travel in one call, and end as it does: of those who end at the same moment one counts. While it is open all who are let
    through do, since the breaker waits for them. */
    private boolean counts() {
        if (isPoor()) {
            return true;
        }
        long now = System.nanoTime();
        long last = lastCounted.get();
        return now - last >= TOGETHER_NANOS && lastCounted.compareAndSet(last, now);
    }

    /* Whoever hears of it from the breaker makes it tell every outcome. */
    private void noteState() {
        if (isPoor()) {
            probeLater();
            if (!degraded.get() && degraded.compareAndSet(false, true)) {
                LOGGER.log(Level.WARNING, "Redis gives no decisions: limits fail as their policies say, until it does");
                listener.degraded(true);
            }
        } else if (degraded.get() && recovering.compareAndSet(false, true)) {
            Future<?> unused = scheduler.schedule(this::sayRecovered, STEADY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /* So it is found again also where nobody asks. */
    private void probeLater() {
        if (!probing.get() && probing.compareAndSet(false, true)) {
            Future<?> unused = scheduler.schedule(this::probe, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void probe() {
        probing.set(false);
        if (!isPoor()) {
            return;
        }
        probeLater();
        if (mayAsk()) {
            long start = System.nanoTime();
            CompletableFuture<?> answer = probe.get().toCompletableFuture().copy();
            // Not orTimeout, whose thread never ends and keeps the class loader of the application that began it.
            Sleeper.Wake tooLate =
                    Sleeper.system().wake(PAUSE.toNanos(), () -> answer.completeExceptionally(new TimeoutException()));
            CompletionStage<Void> unused = answer.handle((done, failure) -> {
                tooLate.cancel();
                if (failure == null) {
                    answered(start);
                } else {
                    failed(start, failure);
                }
                return null;
            });
        }
    }

    private void sayRecovered() {
        recovering.set(false);
        if (!isPoor() && degraded.compareAndSet(true, false)) {
            LOGGER.log(Level.INFO, "Redis gives decisions again");
            listener.degraded(false);
        }
    }
}
