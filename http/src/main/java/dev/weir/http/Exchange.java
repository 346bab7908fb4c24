package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Outcome;
import dev.weir.core.PolicySet;
import dev.weir.core.Sleeper;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request's way past its limits, through however many front ends: the filter, the feature before authentication, and
 * after it. Kept with the request, so that no limit is charged twice, one policy set judges all of it, and there is one set
 * of header fields.
 *
 * <p>For each point the front end calls {@link #judge}; if that {@link #isDone}, the answer can be read at once, else
 * {@link #onDone} or {@link #await} tells when. One thread at a time; the answer may be completed by another.
 */
public final class Exchange {

    private static final String ATTRIBUTE = "dev.weir.exchange";

    private enum Verdict {
        ADMITTED,
        REFUSED,
        /** No answer, or an error in a resolver: refused, and said to be our fault. */
        UNAVAILABLE
    }

    private record Judged(Endpoint endpoint, Point point, Plan plan, Ask ask) {}

    private record Member(Judged judged, Plan.Slot slot, int endpointAt) {}

    private final Weir weir;
    /* One set for the whole request; a later one only for an endpoint that was registered after the request began. */
    private PolicySet policies;
    private final Identity identity;
    private final List<Judged> judged = new ArrayList<>(2);
    private Verdict verdict = Verdict.ADMITTED;
    /* Made when an answer does not come at once; completed by the answer or by who gives up, whoever is first. */
    private @Nullable CompletableFuture<Verdict> later;
    private boolean apiKeySettled;
    /* The tier by which limits were judged before authentication, or null. */
    private @Nullable String tierBefore;
    private WaitMode waitMode = WaitMode.HOLDS_THREAD;
    private boolean hasPlaceToWait;
    /* The admitted request that waits for its turn; taken out once, by the turn or by who gives up. */
    private final AtomicReference<@Nullable Judged> waiting = new AtomicReference<>();
    private volatile Sleeper.Wake alarm = () -> {};
    private List<Sleeper.Wake> deadlines = List.of();
    /* Where fields stand already: whoever writes later replaces them. */
    private @Nullable ResponseView written;

    private Exchange(Weir weir, RequestView request) {
        this.weir = weir;
        this.policies = weir.policies().current();
        this.identity = new Identity(weir.clientRules(), request);
    }

    /** The exchange that another front end has begun for {@code request}, or null. */
    public static @Nullable Exchange of(RequestView request) {
        return request.attribute(ATTRIBUTE) instanceof Exchange known ? known : null;
    }

    /** The exchange of {@code request}, a new one if this is the first front end that it meets. */
    static Exchange of(Weir weir, RequestView request) {
        if (request.attribute(ATTRIBUTE) instanceof Exchange known && known.weir == weir) {
            known.identity.nowSeenBy(request);
            return known;
        }
        Exchange created = new Exchange(weir, request);
        request.attribute(ATTRIBUTE, created);
        return created;
    }

    /** Judges as {@link #judge(Endpoint, Point, WaitMode)} for who keeps its thread. */
    public void judge(Endpoint endpoint, Point point) {
        judge(endpoint, point, WaitMode.HOLDS_THREAD);
    }

    /**
     * Judges the limits of {@code endpoint} at {@code point}, unless this request has been judged by them already. A request that
     * is admitted for later is not done until its turn has come.
     */
    public void judge(Endpoint endpoint, Point point, WaitMode mode) {
        waitMode = mode;
        later = null;
        verdict = Verdict.ADMITTED;
        for (Judged earlier : judged) {
            if (earlier.endpoint == endpoint && earlier.point == point) {
                verdict = earlier.ask.allowed() ? Verdict.ADMITTED : Verdict.REFUSED;
                return;
            }
        }
        try {
            if (!endpoint.isIn(policies)) {
                policies = weir.policies().current();
            }
            if (!apiKeySettled && identity.bringsApiKey() && endpoint.readsApiKey(point, identity.hasVerifier())) {
                settleApiKeyThenAsk(endpoint, point);
            } else {
                ask(endpoint, point);
            }
        } catch (RuntimeException e) {
            failed(endpoint, null, e);
        }
    }

    /** Whether the answer to the last {@link #judge} is there, and the turn has come if it was for later. */
    public boolean isDone() {
        return (later == null || later.isDone()) && waiting.get() == null;
    }

    /**
     * Runs {@code callback} when the answer is there, or when the deadline has passed without one; if the request is admitted for
     * later, when its turn has come, which no deadline cuts short.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a callback of a front end answers its own exceptions
    public void onDone(Runnable callback) {
        if (later == null) {
            atTurn(callback);
        } else {
            later.completeOnTimeout(Verdict.UNAVAILABLE, weir.deadline().toNanos(), TimeUnit.NANOSECONDS)
                    .thenRun(() -> atTurn(callback));
        }
    }

    private void atTurn(Runnable callback) {
        Judged waits = waiting.get();
        if (waits == null) {
            callback.run();
            return;
        }
        alarm = weir.waits().sleeper().wake(waits.ask.waitNanos(), () -> {
            if (turnHasCome()) {
                callback.run();
            }
        });
    }

    /** Waits for the answer, until the deadline at most, and then for the turn. */
    public void await() {
        CompletableFuture<Verdict> answer = later;
        try {
            if (answer != null) {
                answer.get(weir.deadline().toNanos(), TimeUnit.NANOSECONDS);
            }
            Judged waits = waiting.get();
            if (waits != null) {
                weir.waits().sleeper().sleep(waits.ask.waitNanos());
                turnHasCome();
            }
        } catch (TimeoutException e) {
            Objects.requireNonNull(answer).complete(Verdict.UNAVAILABLE);
        } catch (InterruptedException e) {
            giveUp();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A verdict is never completed with an exception", e);
        }
    }

    /** Gives the place of a request back that will not be served: its client has gone, or the server stops. */
    public void giveUp() {
        CompletableFuture<Verdict> answer = later;
        if (answer != null) {
            answer.complete(Verdict.UNAVAILABLE);
        }
        Judged waits = waiting.getAndSet(null);
        if (waits != null) {
            alarm.cancel();
            verdict = Verdict.UNAVAILABLE;
            later = null;
            judged.remove(waits);
            giveBack(waits.ask);
            weir.waits().leave(waitMode);
        }
    }

    /* Whether the request goes on now: not if somebody has given it up. */
    private boolean turnHasCome() {
        Judged waits = waiting.getAndSet(null);
        if (waits != null) {
            weir.waits().leave(waitMode);
            if (!waits.plan.settles()) {
                weir.backend().settle(waits.ask);
            }
        }
        return waits != null;
    }

    private void giveBack(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            ask.actual(i, 0);
        }
        weir.backend().settle(ask);
    }

    /**
     * Settles what was taken at an estimate by what {@code answer} says. Where nobody calls this, the estimates are charged.
     *
     * @param answer what the endpoint has returned, or null
     * @return whether there was anything to settle, so that the fields may tell something else now
     */
    public boolean settle(@Nullable Object answer) {
        boolean any = false;
        for (Judged each : judged) {
            if (each.ask.isOpen() && each.plan.settles()) {
                try {
                    each.plan.settle(each.ask, answer);
                } catch (RuntimeException e) {
                    weir.failed(each.endpoint, each.ask, e);
                }
                weir.backend().settle(each.ask);
                any = true;
            }
        }
        deadlines.forEach(Sleeper.Wake::cancel);
        deadlines = List.of();
        return any;
    }

    /** Whether the request may go on. */
    public boolean isAdmitted() {
        return verdict() == Verdict.ADMITTED;
    }

    /** Whether any limit has been judged, so that there are fields to write. */
    public boolean hasOutcomes() {
        return !judged.isEmpty();
    }

    /** Whether the filter has charged its default limits, taking the servlet for one that has no limits of its own. */
    public boolean hasChargedDefaults() {
        return judged.stream().anyMatch(each -> each.endpoint.isDefault());
    }

    /** What to answer to a request that is not admitted. */
    public Refusal refusal() {
        if (verdict() == Verdict.UNAVAILABLE) {
            return Refusal.unavailable();
        }
        Judged refused = refused();
        return Refusal.quotaExceeded(
                refused.plan.refusalBody(refused.ask), weir.fields().retryAfter(outcomes(true), chargedWaitNanos()));
    }

    /* The last one: an application that dispatches on after a refusal may have been admitted elsewhere since. */
    private Judged refused() {
        for (int i = judged.size() - 1; i >= 0; i--) {
            if (!judged.get(i).ask.allowed()) {
                return judged.get(i);
            }
        }
        throw new IllegalStateException("This exchange has not been refused");
    }

    /* What other points have charged stays charged: until there is enough again, the same request would be refused there. */
    private long chargedWaitNanos() {
        long longest = 0;
        for (Judged each : judged) {
            for (int i = 0; each.ask.allowed() && i < each.ask.limits(); i++) {
                longest = Math.max(longest, DraftFields.untilNanos(each.ask.outcome(i), each.ask.cost(i)));
            }
        }
        return longest;
    }

    /** Whose limits these are. */
    public Weir weir() {
        return weir;
    }

    /**
     * Writes the fields that tell about all limits judged so far, in the configured styles. What was written before, by this
     * front end or one outside of it, is replaced where it stands.
     *
     * @param response where to write if nothing has been written yet
     */
    public void writeFields(ResponseView response) {
        Verdict current = verdict();
        if (!judged.isEmpty() && current != Verdict.UNAVAILABLE) {
            ResponseView target = written == null ? response : written;
            weir.fields().write(target, written != null, policyLine(), outcomes(current == Verdict.REFUSED));
            written = target;
        }
    }

    /** Takes back the fields of the draft, as far as the container lets a field be removed. */
    public void withdrawFields() {
        if (written != null) {
            weir.fields().withdraw(written);
        }
    }

    /** Where fields have been written, or null if nowhere yet. */
    public @Nullable ResponseView writtenTo() {
        return written;
    }

    private Verdict verdict() {
        return later == null ? verdict : later.getNow(Verdict.UNAVAILABLE);
    }

    private void settleApiKeyThenAsk(Endpoint endpoint, Point point) {
        Ask gate = weir.newKeys().question(policies, identity);
        whenAnswered(endpoint, gate, () -> {
            Ask learnt = weir.newKeys().settle(gate, policies, identity);
            apiKeySettled = true;
            if (learnt == null) {
                ask(endpoint, point);
            } else {
                whenAnswered(endpoint, learnt, () -> ask(endpoint, point));
            }
        });
    }

    /**
     * What to ask at {@code point}. Authentication may change the tier; what was judged before it was then for another tier, so
     * after it all limits of the new one are.
     */
    private Plan plan(Endpoint endpoint, Point point) {
        String tier = endpoint.tierFor(identity);
        if (point == Point.BEFORE_AUTHENTICATION) {
            tierBefore = tier;
        }
        boolean changed = point == Point.AFTER_AUTHENTICATION && tierBefore != null && !tier.equals(tierBefore);
        return endpoint.plan(policies, tier, changed ? Point.ONLY : point);
    }

    private void ask(Endpoint endpoint, Point point) {
        Plan plan = plan(endpoint, point);
        if (plan.isEmpty()) {
            settle(Verdict.ADMITTED);
            return;
        }
        Ask ask = new Ask();
        plan.fill(ask, identity);
        hasPlaceToWait = plan.mayWait() && weir.waits().enter(waitMode);
        if (hasPlaceToWait) {
            plan.fillPatience(ask);
        }
        whenAnswered(endpoint, ask, () -> {
            Judged answered = new Judged(endpoint, point, plan, ask);
            judged.add(answered);
            if (!ask.allowed()) {
                weir.refusalLog().refused(ask);
            }
            boolean waits = ask.allowed() && ask.waitNanos() > 0;
            if (waits) {
                waiting.set(answered);
            } else {
                leavePlaceToWait();
            }
            if (plan.settles() && ask.isOpen()) {
                deadlines = new ArrayList<>(deadlines);
                deadlines.add(weir.settleLater(ask));
            }
            if (!settle(ask.allowed() ? Verdict.ADMITTED : Verdict.REFUSED)) {
                giveUp(); // the answer has come too late
            }
        });
    }

    private void leavePlaceToWait() {
        if (hasPlaceToWait) {
            hasPlaceToWait = false;
            weir.waits().leave(waitMode);
        }
    }

    private void whenAnswered(Endpoint endpoint, Ask ask, Runnable next) {
        weir.backend().decide(ask);
        if (ask.isDone()) {
            proceed(endpoint, ask, next);
        } else {
            if (later == null) {
                later = new CompletableFuture<>();
            }
            ask.onDone(() -> proceed(endpoint, ask, next));
        }
    }

    private void proceed(Endpoint endpoint, Ask ask, Runnable next) {
        Throwable failure = ask.failure();
        if (failure != null) {
            failed(endpoint, ask, failure);
            return;
        }
        try {
            next.run();
        } catch (RuntimeException e) {
            failed(endpoint, ask, e);
        }
    }

    private void failed(Endpoint endpoint, @Nullable Ask ask, Throwable cause) {
        if (waiting.get() == null) {
            leavePlaceToWait();
        }
        weir.failed(endpoint, ask, cause);
        settle(Verdict.UNAVAILABLE);
    }

    /* Whether anybody still wants to know. */
    private boolean settle(Verdict answer) {
        verdict = answer;
        CompletableFuture<Verdict> wanted = later;
        return wanted == null || wanted.complete(answer);
    }

    private String policyLine() {
        if (judged.size() == 1) {
            return judged.get(0).plan.policyLine();
        }
        StringBuilder line = new StringBuilder();
        for (Member member : members()) {
            line.append(line.length() == 0 ? "" : ", ").append(member.slot.policyItem());
        }
        return line.toString();
    }

    private List<Outcome> outcomes(boolean violatedOnly) {
        List<Outcome> outcomes = new ArrayList<>(4);
        for (Member member : members()) {
            int index = member.slot.index();
            if (!violatedOnly || member.judged.ask.violated(index)) {
                outcomes.add(member.judged.ask.outcome(index));
            }
        }
        return outcomes;
    }

    /** All limits judged: endpoint by endpoint, each in the order of declaration, whichever point they were judged at. */
    private List<Member> members() {
        List<Member> members = new ArrayList<>(4);
        for (Judged each : judged) {
            int endpointAt = 0;
            while (judged.get(endpointAt).endpoint != each.endpoint) {
                endpointAt++;
            }
            for (Plan.Slot slot : each.plan.slots()) {
                int at = members.size();
                while (at > 0
                        && members.get(at - 1).endpointAt == endpointAt
                        && members.get(at - 1).slot.order() > slot.order()) {
                    at--;
                }
                members.add(at, new Member(each, slot, endpointAt));
            }
        }
        return members;
    }
}
