package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.LimiterListener;
import dev.weir.core.OnFailure;
import dev.weir.core.Sweeper;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.redisson.SharedLimiter.Known;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a limiter elsewhere is never the outage. Each ask is answered by its deadline: by the limiter, or else as the
 * policies' {@link Fallback} says. While the limiter fails, a circuit breaker keeps asks from it, and lets a few through now and then; so
 * it is found again by itself and without a stampede.
 *
 * <p>A refusal is an answer like any other: only errors and missed deadlines count for the breaker. What the stand-in has admitted for a
 * client is charged before the first decision that the limiter gives for it again.
 */
final class Guard implements Backend {

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");

    private static final int WINDOW = 50;
    private static final int FEWEST_CALLS = 10;
    private static final int PROBES = 5;
    /** Between two looks whether it answers again: each keeps a few requests waiting until their deadline. */
    private static final Duration PAUSE = Duration.ofMillis(250);
    /** How long it has to answer before that is said: a limiter that comes and goes is not news each time. */
    private static final long STEADY_MILLIS = 1_000;
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(30);
    /** A stand-in that nobody has needed for so long, while there were answers, is replaced by one that begins with what is known then. */
    private static final long OVER_NANOS = Duration.ofMinutes(1).toNanos();

    private final SharedLimiter limiter;
    private final Ticker ticker;
    private final LimiterListener listener;
    private final CircuitBreaker breaker;
    private final LastKnown known;
    private final Share share = new Share();
    private final ScheduledThreadPoolExecutor scheduler;
    private final Deadlines deadlines;
    private final Arrears arrears = new Arrears();
    /* What was said last, and whether it may soon be said to be over. */
    private final AtomicBoolean degraded = new AtomicBoolean();
    private final AtomicBoolean recovering = new AtomicBoolean();
    private volatile boolean answeredSince;
    /* By the object's lock: the stand-in of this outage, or of the last one; null before the first. */
    private @Nullable Outage outage;

    /**
     * A guard.
     *
     * @param limiter which this closes; its own listener hears nothing
     * @param ticker of the stand-in
     * @param listener told of decisions, and of what stands in the way of them
     */
    Guard(SharedLimiter limiter, Ticker ticker, LimiterListener listener) {
        this.limiter = limiter;
        this.ticker = ticker;
        this.listener = listener;
        this.known = new LastKnown(ticker);
        this.breaker = CircuitBreaker.of(
                "weir",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(WINDOW)
                        .minimumNumberOfCalls(FEWEST_CALLS)
                        .permittedNumberOfCallsInHalfOpenState(PROBES)
                        .waitDurationInOpenState(PAUSE)
                        .build());
        this.scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "weir-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        this.deadlines = new Deadlines(scheduler);
    }

    @Override
    public boolean keepsDeadlines() {
        return true;
    }

    @Override
    public Duration keepsOpen() {
        return limiter.keepsOpen();
    }

    @Override
    public boolean isDegraded() {
        return !limiter.isReached() || isOpen();
    }

    @Override
    public void decide(Ask ask) {
        Known here = limiter.known(ask);
        if (here != Known.NOTHING) {
            tell(ask, ask, here == Known.ADMITTED);
            return;
        }
        if (!limiter.isReached()) {
            fallBack(ask, new IllegalStateException("Redis has not been reached yet"));
            return;
        }
        if (!breaker.tryAcquirePermission()) {
            fallBack(ask, new IllegalStateException("Redis gives no decisions at the moment"));
            return;
        }
        Pending pending = new Pending(ask);
        deadlines.add(pending);
        if (arrears.areNone()) {
            pending.ask();
        } else {
            CompletionStage<Void> unused = paid(pending.question).whenComplete((done, failure) -> {
                if (failure != null) {
                    pending.failed(failure);
                } else if (!pending.hasEnded()) {
                    pending.ask();
                }
            });
        }
        if (pending.question.isGathered()) {
            ask.gathered();
        }
    }

    /** One ask under way. Either its answer comes first, or its deadline does. */
    private final class Pending implements Deadlines.Pending {
        private final Ask ask;
        private final Ask question;
        private final long startNanos = System.nanoTime();
        private final long deadlineNanos;
        private final AtomicBoolean ended = new AtomicBoolean();

        Pending(Ask ask) {
            this.ask = ask;
            this.question = States.copyOf(ask, true);
            this.deadlineNanos = startNanos + fallback(ask).deadline().toNanos();
        }

        void ask() {
            limiter.ask(question, deadlineNanos, failure -> {
                if (failure == null) {
                    answered();
                } else {
                    failed(failure);
                }
            });
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public boolean hasEnded() {
            return ended.get();
        }

        private boolean end() {
            return ended.compareAndSet(false, true);
        }

        private void answered() {
            if (end()) {
                breaker.onSuccess(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
                noteState();
                known.note(question);
                answeredSince = true;
                publish();
            } else {
                giveBack(question); // it has come too late
            }
        }

        private void publish() {
            for (int i = 0; i < question.limits(); i++) {
                ask.answer(
                        i,
                        question.remaining(i),
                        question.retryAfterNanos(i),
                        question.resetAfterNanos(i),
                        question.windowNanos(i));
            }
            ask.turn(question.waitNanos());
            if (question.isOpen()) {
                ask.open(question);
            }
            tell(question, ask, question.allowed());
        }

        void failed(Throwable failure) {
            if (end()) {
                breaker.onError(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS, failure);
                noteState();
                fallBack(ask, failure);
            }
        }

        @Override
        public void late() {
            if (end()) {
                IllegalStateException late = new IllegalStateException(
                        "Redis has not decided within " + fallback(ask).deadline());
                breaker.onError(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS, late);
                noteState();
                question.giveUp(); // who has not been sent by now is not charged
                fallBack(ask, late);
            }
        }
    }

    @Override
    public void settle(Ask ask) {
        Object token = ask.close();
        if (token instanceof Outage.Taken taken) {
            taken.by().settle(taken, ask);
        } else if (token instanceof Ask question) {
            for (int i = 0; i < ask.limits(); i++) {
                question.actual(i, ask.actual(i));
            }
            limiter.settle(question);
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        limiter.close();
    }

    private void giveBack(Ask question) {
        for (int i = 0; i < question.limits(); i++) {
            question.actual(i, 0);
        }
        limiter.settle(question);
    }

    private void fallBack(Ask ask, Throwable cause) {
        OnFailure mode = fallback(ask).onFailure();
        listener.fellBack(ask, mode, cause);
        switch (mode) {
            case OPEN -> {
                for (int i = 0; i < ask.limits(); i++) {
                    ask.answer(i, ask.policy(i).limit().burst(), 0, 0);
                }
                tell(ask, ask, true);
            }
            case LOCAL -> {
                boolean allowed = standIn().decide(ask);
                if (allowed) {
                    arrears.add(ask);
                }
                tell(ask, ask, allowed);
            }
            case CLOSED -> ask.fail(cause);
        }
    }

    private void tell(Ask answered, Ask ask, boolean allowed) {
        try {
            listener.decided(answered);
        } finally {
            ask.complete(allowed);
        }
    }

    private synchronized Outage standIn() {
        Outage now = outage;
        if (now == null || (answeredSince && now.isOver(OVER_NANOS))) {
            now = new Outage(ticker, share, known, arrears);
            outage = now;
            Sweeper.start(now.limiter(), scheduler, SWEEP_EVERY);
        }
        answeredSince = false;
        return now;
    }

    /** Has what was admitted meanwhile charged to those whom {@code question} asks for. */
    private CompletionStage<Void> paid(Ask question) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < question.bundles(); i++) {
            Bundle bundle = question.bundle(i);
            ClientKey client = question.client(i);
            long[] owed = arrears.take(bundle, client);
            if (owed != null) {
                all.add(limiter.owe(bundle, client, owed)
                        .whenComplete((done, failure) -> {
                            if (failure != null) {
                                arrears.add(bundle, client, owed);
                            }
                        })
                        .toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
    }

    private static Fallback fallback(Ask ask) {
        Fallback strictest = ask.bundle(0).fallback();
        for (int i = 1; i < ask.bundles(); i++) {
            strictest = strictest.and(ask.bundle(i).fallback());
        }
        return strictest;
    }

    /* Whoever hears of it from the breaker makes it tell every outcome. */
    private void noteState() {
        if (isOpen()) {
            if (!degraded.get() && degraded.compareAndSet(false, true)) {
                LOGGER.log(Level.WARNING, "Redis gives no decisions: limits fail as their policies say, until it does");
                listener.degraded(true);
            }
        } else if (degraded.get() && recovering.compareAndSet(false, true)) {
            Future<?> unused = scheduler.schedule(this::sayRecovered, STEADY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void sayRecovered() {
        recovering.set(false);
        if (!isOpen() && degraded.compareAndSet(true, false)) {
            LOGGER.log(Level.INFO, "Redis gives decisions again");
            listener.degraded(false);
        }
    }

    private boolean isOpen() {
        return breaker.getState() != CircuitBreaker.State.CLOSED;
    }
}
