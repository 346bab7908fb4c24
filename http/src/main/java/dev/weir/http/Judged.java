package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Sleeper;
import org.jspecify.annotations.Nullable;

/**
 * One question of an {@link Exchange} to the back end and what it has taken, from the place to wait in, which comes before the
 * question, to the settlement. Each of these ends once, whoever comes first: the turn, the deadline, the client that goes away,
 * the endpoint that settles.
 */
final class Judged {

    private final Weir weir;
    private final Endpoint endpoint;
    private final Point point;
    private final Plan plan;
    private final Ask ask = new Ask();
    private Waits.@Nullable Place place;
    private volatile Sleeper.Wake settlesInTheEnd = () -> {};
    /* By the object's lock. */
    private boolean settled;

    private Judged(Weir weir, Endpoint endpoint, Point point, Plan plan) {
        this.weir = weir;
        this.endpoint = endpoint;
        this.point = point;
        this.plan = plan;
    }

    /** A question, with a place to wait in if it may wait and there is one. May throw what a resolver throws. */
    static Judged question(Weir weir, Endpoint endpoint, Point point, Plan plan, Identity identity, WaitMode mode) {
        Judged question = new Judged(weir, endpoint, point, plan);
        plan.fill(question.ask, identity);
        if (plan.mayWait()) {
            question.place = weir.waits().enter(mode);
            plan.fillPatience(question.ask, question.place != null);
        }
        return question;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Point point() {
        return point;
    }

    Plan plan() {
        return plan;
    }

    Ask ask() {
        return ask;
    }

    /** Whether it is admitted for later. */
    boolean waits() {
        return ask.allowed() && ask.waitNanos() > 0;
    }

    /** Gives the place to wait in back, if there is one. */
    void leavePlace() {
        if (place != null) {
            place.leave();
        }
    }

    /** The answer is there, and somebody wants it. */
    void accept() {
        if (!ask.allowed()) {
            weir.refusalLog().refused(ask);
        }
        if (plan.settles() && ask.isOpen()) {
            long endNanos = ask.waitNanos() + Waits.SETTLE_WITHIN.toNanos();
            settlesInTheEnd = weir.waits().sleeper().wake(endNanos, this::settle);
        }
    }

    /** The request goes on now. */
    void turnHasCome() {
        leavePlace();
        if (!plan.settles()) {
            settle();
        }
    }

    /** Nobody goes on: gives back what was taken, as far as the back end can. */
    void giveBack() {
        leavePlace();
        settlesInTheEnd.cancel();
        if (ask.isOpen() && settlesNow()) {
            for (int i = 0; i < ask.limits(); i++) {
                ask.actual(i, 0);
            }
            settleNow();
        }
    }

    /**
     * Settles an estimate by {@code answer}.
     *
     * @return whether there was anything to settle
     */
    boolean settle(@Nullable Object answer) {
        settlesInTheEnd.cancel();
        if (!plan.settles() || !ask.isOpen() || !settlesNow()) {
            return false;
        }
        try {
            plan.settle(ask, answer);
        } catch (RuntimeException e) {
            weir.failed(endpoint, ask, e);
        }
        settleNow();
        return true;
    }

    /** Settles as it was asked. */
    private void settle() {
        if (ask.isOpen() && settlesNow()) {
            settleNow();
        }
    }

    private synchronized boolean settlesNow() {
        boolean first = !settled;
        settled = true;
        return first;
    }

    /* A back end that cannot settle is no reason to keep a request from going on. */
    private void settleNow() {
        try {
            weir.backend().settle(ask);
        } catch (RuntimeException e) {
            weir.failed(endpoint, ask, e);
        }
    }
}
