package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Fallback;
import dev.weir.core.LimiterListener;
import dev.weir.core.OnFailure;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import dev.weir.redisson.SharedLimiter.Known;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
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

    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(Pending.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SharedLimiter limiter;
    private final Nodes nodes;
    private final LimiterListener listener;
    private final Arrears arrears;
    private final StandIn standIn;
    private final Health health;
    private final Troubles troubles = new Troubles();
    private final ScheduledThreadPoolExecutor scheduler;
    private final Deadlines deadlines;

    /**
     * A guard.
     *
     * @param limiter which this closes; its own listener hears nothing
     * @param nodes among which the stand-in has its share; this closes it too
     * @param ticker of the stand-in
     * @param maxClients how many clients the stand-in remembers, 1 or more
     * @param listener told of decisions, and of what stands in the way of them
     */
    Guard(SharedLimiter limiter, Nodes nodes, Ticker ticker, long maxClients, LimiterListener listener) {
        this.limiter = limiter;
        this.nodes = nodes;
        this.listener = listener;
        this.arrears = new Arrears(maxClients);
        this.scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "weir-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        this.deadlines = new Deadlines(scheduler);
        this.health = new Health(limiter::probe, scheduler, listener);
        this.standIn = new StandIn(maxClients, nodes, arrears, ticker, scheduler, listener);
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
        return !limiter.isReached() || health.isPoor();
    }

    @Override
    public void decide(Ask ask) {
        Known here = limiter.known(ask);
        if (here == Known.ADMITTED) {
            standIn.note(ask); // of who is seldom asked for elsewhere nothing else is heard
        }
        if (here != Known.NOTHING) {
            tell(ask, ask, here == Known.ADMITTED);
            return;
        }
        if (!limiter.isReached()) {
            fallBack(ask, new IllegalStateException("Redis has not been reached yet"), by -> charge(by, ask));
            return;
        }
        if (!health.mayAsk()) {
            fallBack(ask, new IllegalStateException("Redis gives no decisions at the moment"), by -> charge(by, ask));
            return;
        }
        Pending pending = new Pending(ask);
        deadlines.add(pending);
        if (arrears.areNone()) {
            pending.ask();
        } else {
            CompletionStage<Void> unused = paid(pending.question).whenComplete((done, failure) -> {
                if (failure != null) {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
                    pending.failed(cause == null ? failure : cause);
                } else if (pending.hasEnded()) {
                    pending.endedLate(false);
                } else {
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

        @SuppressWarnings("unused") // by ENDED
        private volatile boolean ended;

        /* By the object's lock, once the deadline is past: how the caller was answered; and whether the limiter has charged all the same. */
        private StandIn.@Nullable Answer stoodIn;
        private @Nullable Boolean charged;

        Pending(Ask ask) {
            this.ask = ask;
            this.question = ask.copy();
            this.deadlineNanos = startNanos + fallback(ask).deadline().toNanos();
        }

        void ask() {
            try {
                limiter.ask(question, deadlineNanos, failure -> {
                    if (failure == null) {
                        answered();
                    } else {
                        failed(failure);
                    }
                });
            } catch (RuntimeException e) {
                failed(e);
            }
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public boolean hasEnded() {
            return ended;
        }

        private boolean end() {
            return ENDED.compareAndSet(this, false, true);
        }

        private void answered() {
            if (!end()) {
                boolean open = question.isOpen();
                if (open) {
                    giveBack(question);
                }
                endedLate(question.allowed() && !open);
            } else {
                try {
                    health.answered(startNanos);
                    standIn.note(question);
                } finally {
                    publish();
                }
            }
        }

        private void publish() {
            ask.answerAs(question);
            if (question.isOpen()) {
                ask.open(question);
            }
            tell(question, ask, question.allowed());
        }

        void failed(Throwable failure) {
            if (end()) {
                Throwable why = Question.isPast(deadlineNanos) ? tooLate() : failure;
                try {
                    if (failure instanceof UnreadableStateException) {
                        health.answered(startNanos); // of one client only
                        troubles.say(failure);
                    } else if (why == failure) {
                        health.failed(startNanos, why);
                    } else {
                        health.late(startNanos, why);
                    }
                } finally {
                    fallBack(ask, why, by -> charge(by, question));
                }
            } else {
                endedLate(false);
            }
        }

        @Override
        public void late() {
            if (end()) {
                Throwable why = tooLate();
                question.giveUp(); // who has not been sent by now is not charged
                try {
                    health.late(startNanos, why);
                } finally {
                    fallBack(ask, why, this::answeredElsewhere);
                }
            }
        }

        private Throwable tooLate() {
            return new IllegalStateException(
                    "Redis has not decided within " + fallback(ask).deadline());
        }

        /* For one request one charge is enough: so who was admitted elsewhere owes nothing here before it is known what became of it. */
        private void answeredElsewhere(StandIn.Answer by) {
            Boolean chargedHere;
            synchronized (this) {
                stoodIn = by;
                chargedHere = charged;
            }
            if (chargedHere != null) {
                balance(by, chargedHere);
            }
        }

        /** The limiter has answered after the deadline, or never will. */
        void endedLate(boolean chargedHere) {
            StandIn.Answer by;
            synchronized (this) {
                charged = chargedHere;
                by = stoodIn;
            }
            if (by != null) {
                balance(by, chargedHere);
            }
        }

        private void balance(StandIn.Answer by, boolean chargedHere) {
            if (!chargedHere) {
                charge(by, question);
            } else if (by != StandIn.Answer.ADMITTED && by != StandIn.Answer.ADMITTED_FREELY && takes(question)) {
                listener.chargedLate(question);
            }
        }
    }

    private void charge(StandIn.Answer by, Ask ask) {
        if (by == StandIn.Answer.ADMITTED) {
            arrears.add(ask);
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
        nodes.close();
        limiter.close();
        deadlines.close(); // whoever is under way still is answered
        scheduler.shutdownNow();
    }

    private void giveBack(Ask question) {
        for (int i = 0; i < question.limits(); i++) {
            question.actual(i, 0);
        }
        limiter.settle(question);
    }

    /** Answers {@code ask}; {@code before} that, it says how. */
    private void fallBack(Ask ask, Throwable cause, Consumer<StandIn.Answer> before) {
        OnFailure mode = fallback(ask).onFailure();
        try {
            listener.fellBack(ask, mode, cause);
        } finally {
            standIn(ask, mode, cause, before);
        }
    }

    private void standIn(Ask ask, OnFailure mode, Throwable cause, Consumer<StandIn.Answer> before) {
        StandIn.Answer answer;
        try {
            answer = standIn.answer(ask, mode);
            before.accept(answer);
        } catch (RuntimeException e) {
            e.addSuppressed(cause);
            ask.fail(e);
            return;
        }
        switch (answer) {
            case ADMITTED, ADMITTED_FREELY -> tell(ask, ask, true);
            case REFUSED -> tell(ask, ask, false);
            case FAILED -> ask.fail(cause);
        }
    }

    private void tell(Ask answered, Ask ask, boolean allowed) {
        try {
            listener.decided(answered);
        } finally {
            ask.complete(allowed);
        }
    }

    /** Has what was admitted meanwhile charged to those whom {@code question} asks for. */
    private CompletionStage<Void> paid(Ask question) {
        CompletableFuture<?>[] all = new CompletableFuture<?>[question.bundles()];
        for (int i = 0; i < all.length; i++) {
            all[i] = arrears.paid(question.bundle(i), question.client(i), limiter::owe)
                    .toCompletableFuture();
        }
        return CompletableFuture.allOf(all);
    }

    private static boolean takes(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            if (ask.cost(i) > 0) {
                return true;
            }
        }
        return false;
    }

    private static Fallback fallback(Ask ask) {
        Fallback strictest = ask.bundle(0).fallback();
        for (int i = 1; i < ask.bundles(); i++) {
            strictest = strictest.and(ask.bundle(i).fallback());
        }
        return strictest;
    }
}
