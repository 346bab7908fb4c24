package dev.weir.compatibility.deferred;

import dev.weir.core.Ask;
import dev.weir.core.LocalLimiter;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import java.util.Iterator;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers as a back end across a network does: later, from another thread, while rules come in that replace the policies
 * under way. The state is a local limiter's, and each replacement is equal to what it replaces, so the answers are those
 * that a local back end would have given.
 */
final class DeferredBackend implements Backend {

    private static final int DECISIONS_PER_REPLACEMENT = 3;

    private final LocalLimiter limiter;
    private final Policies policies;
    private final ScheduledExecutorService scheduler;
    private final AtomicLong decisions = new AtomicLong();
    private volatile boolean closed;

    DeferredBackend(BackendContext context) {
        limiter = new LocalLimiter(LocalLimiter.DEFAULT_MAX_ENTRIES, context.ticker(), context.listener());
        policies = context.policies();
        scheduler = context.scheduler();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the answer is the ask's
    public void decide(Ask ask) {
        try {
            scheduler.schedule(() -> answer(ask), decisions.get() % 3 * 100, TimeUnit.MICROSECONDS);
        } catch (RejectedExecutionException e) {
            ask.fail(new IllegalStateException("The back end is closed", e));
        }
        if (decisions.incrementAndGet() % DECISIONS_PER_REPLACEMENT == 0) {
            replacePolicies();
        }
    }

    @Override
    public void settle(Ask ask) {
        if (ask.close() instanceof Ask question) {
            for (int i = 0; i < ask.limits(); i++) {
                question.actual(i, ask.actual(i));
            }
            limiter.settle(question);
            answer(ask, question);
        }
    }

    /* It always answers, and a busy machine is no reason for a test to see something else. */
    @Override
    public boolean keepsDeadlines() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
        limiter.close();
    }

    private void answer(Ask ask) {
        if (closed) {
            ask.fail(new IllegalStateException("The back end is closed"));
            return;
        }
        Ask question = copyOf(ask);
        limiter.decide(question);
        answer(ask, question);
        ask.turn(question.waitNanos());
        if (question.isOpen()) {
            ask.open(question);
        }
        ask.complete(question.allowed());
    }

    private static void answer(Ask ask, Ask question) {
        for (int i = 0; i < ask.limits(); i++) {
            ask.answer(
                    i,
                    question.remaining(i),
                    question.retryAfterNanos(i),
                    question.resetAfterNanos(i),
                    question.windowNanos(i));
        }
    }

    /* The caller waits on his own ask; a limiter answers at once and tells nobody. */
    private static Ask copyOf(Ask ask) {
        Ask question = new Ask();
        for (int i = 0; i < ask.bundles(); i++) {
            question.add(ask.bundle(i), ask.client(i));
        }
        for (int i = 0; i < ask.limits(); i++) {
            question.cost(i, ask.cost(i));
            question.patience(i, ask.patienceNanos(i));
        }
        if (ask.holds()) {
            question.hold();
        }
        return question;
    }

    /* Another version with the same figures. */
    private void replacePolicies() {
        policies.replace(set -> {
            Iterator<Policy> known = set.policies().iterator();
            return known.hasNext() ? set.with(known.next()) : set;
        });
    }
}
