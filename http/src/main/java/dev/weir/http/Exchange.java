package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.PolicySet;
import dev.weir.core.Sleeper;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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

    /** The request attribute under which an exchange is kept, or what stands for it. */
    public static final String ATTRIBUTE = "dev.weir.exchange";

    private enum Verdict {
        ADMITTED,
        REFUSED,
        /** No answer, or an error in a resolver: refused, and said to be our fault. */
        UNAVAILABLE
    }

    /** What has come of a question: null for none, or if it has failed. */
    private record Answer(Verdict verdict, @Nullable Judged judged) {
        static final Answer NO_LIMIT = new Answer(Verdict.ADMITTED, null);
        static final Answer NONE = new Answer(Verdict.UNAVAILABLE, null);
    }

    private final Weir weir;
    /* One set for the whole request; a later one only for an endpoint that was registered after the request began. */
    private PolicySet policies;
    private final Identity identity;
    private final Judgements judged = new Judgements();
    private Verdict verdict = Verdict.ADMITTED;
    /*
     * Made when an answer does not come at once; completed by the answer, the deadline or who gives up, whoever is first. What
     * it holds is taken over by the front end's thread, so that an answer nobody waits for any more touches nothing of this.
     */
    private @Nullable CompletableFuture<Answer> later;
    /* Made with it. */
    private @Nullable Mailbox mailbox;
    private boolean apiKeySettled;
    /* The tier by which limits were judged before authentication, or null. */
    private @Nullable String tierBefore;
    private WaitMode waitMode = WaitMode.HOLDS_THREAD;
    /* The admitted request that waits for its turn; taken out once, by the turn or by who gives up. */
    private final AtomicReference<@Nullable Judged> waiting = new AtomicReference<>();
    private volatile Sleeper.Wake alarm = () -> {};
    private volatile boolean givenUp;
    /* Where fields stand already: whoever writes later replaces them. */
    private @Nullable ResponseView written;

    private Exchange(Weir weir, RequestView request) {
        this.weir = weir;
        this.policies = weir.policies().current();
        this.identity = new Identity(weir.clientRules(), request);
    }

    /** The exchange that a passage stands for, with what has come of that. */
    private Exchange(Passage passage) {
        this.weir = passage.limit().weir();
        this.policies = passage.limit().set();
        this.identity = new Identity(weir.clientRules(), passage);
        Judged by = passage.judged(identity);
        if (by != null) {
            judged.add(by);
        }
        verdict = by == null ? Verdict.UNAVAILABLE : passage.isAdmitted() ? Verdict.ADMITTED : Verdict.REFUSED;
        written = by == null ? null : passage.response();
    }

    /** The exchange that another front end has begun for {@code request}, or null. */
    public static @Nullable Exchange of(RequestView request) {
        Object known = request.attribute(ATTRIBUTE);
        if (known instanceof Passage passage) {
            Exchange created = new Exchange(passage);
            request.attribute(ATTRIBUTE, created);
            return created;
        }
        return known instanceof Exchange exchange ? exchange : null;
    }

    /** The exchange of {@code request}, a new one if this is the first front end that it meets. */
    static Exchange of(Weir weir, RequestView request) {
        Exchange known = of(request);
        if (known != null && known.weir == weir) {
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
        takeOver();
        waitMode = mode;
        later = null;
        verdict = Verdict.ADMITTED;
        Judged earlier = judged.find(endpoint, point);
        if (earlier != null) {
            verdict = earlier.ask().allowed() ? Verdict.ADMITTED : Verdict.REFUSED;
            return;
        }
        try {
            if (!endpoint.isIn(policies)) {
                policies = weir.policies().current();
            }
            if (!apiKeySettled && identity.bringsApiKey() && endpoint.readsApiKey(point, identity.hasVerifier())) {
                settleApiKeyThenAsk(endpoint, point);
            } else {
                ask(endpoint, point, null);
            }
        } catch (RuntimeException e) {
            failed(endpoint, null, e, later);
        }
    }

    /** Whether the answer to the last {@link #judge} is there, and the turn has come if it was for later. */
    public boolean isDone() {
        takeOver();
        return later == null && waiting.get() == null;
    }

    /**
     * Runs {@code callback} when the answer is there, or when the deadline has passed without one; if the request is admitted for
     * later, when its turn has come, which no deadline cuts short. Not for a request that is given up before.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a callback of a front end answers its own exceptions
    public void onDone(Runnable callback) {
        takeOver();
        if (later == null) {
            atTurn(callback);
        } else {
            if (mailbox != null) {
                mailbox.leave();
            }
            CompletableFuture<Answer> answer = later;
            // Not by the future's own timer: its thread never ends, and keeps the class loader of the application that
            // began it.
            Sleeper.Wake deadline =
                    Sleeper.system().wake(weir.deadline().toNanos(), () -> answer.complete(Answer.NONE));
            answer.thenRunAsync(
                    () -> {
                        deadline.cancel();
                        takeOver();
                        if (!givenUp) {
                            atTurn(callback);
                        }
                    },
                    weir.executor()); // the deadline's thread is everybody's
        }
    }

    private void atTurn(Runnable callback) {
        Judged waits = waiting.get();
        if (waits == null) {
            callback.run();
            return;
        }
        alarm = weir.waits().sleeper().wake(waits.ask().waitNanos(), () -> {
            if (turnHasCome()) {
                callback.run();
            }
        });
        if (givenUp) {
            alarm.cancel(); // given up before there was anything to cancel
        }
    }

    /** Waits for the answer, until the deadline at most, and then for the turn. */
    public void await() {
        try {
            if (later != null && mailbox != null) {
                awaitAnswer(later, mailbox);
            }
            takeOver();
            Judged waits = waiting.get();
            if (waits != null) {
                weir.waits().sleeper().sleep(waits.ask().waitNanos());
                turnHasCome();
            }
        } catch (InterruptedException e) {
            giveUp();
            takeOver();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAnswer(CompletableFuture<Answer> answer, Mailbox box) throws InterruptedException {
        long deadline = System.nanoTime() + weir.deadline().toNanos();
        try {
            while (!answer.isDone()) {
                if (!box.next(deadline - System.nanoTime())) {
                    answer.complete(Answer.NONE);
                }
            }
        } finally {
            box.leave();
        }
    }

    /**
     * Gives the place of a request back that will not be served: its client has gone, or the server stops. From any thread, at
     * any time; a request that goes on already is not stopped.
     */
    public void giveUp() {
        givenUp = true;
        CompletableFuture<Answer> answer = later;
        Mailbox box = mailbox;
        if (answer != null && box != null) {
            answer.complete(Answer.NONE);
            box.execute(() -> {}); // wakes who waits for it
        }
        Judged waits = waiting.getAndSet(null);
        if (waits != null) {
            alarm.cancel();
            verdict = Verdict.UNAVAILABLE;
            judged.remove(waits);
            waits.giveBack();
        }
    }

    /* Whether the request goes on now: not if somebody has given it up. */
    private boolean turnHasCome() {
        Judged waits = waiting.getAndSet(null);
        if (waits != null) {
            waits.turnHasCome();
        }
        return waits != null;
    }

    /* By the front end's thread, or by the one that calls it back. */
    private void takeOver() {
        if (mailbox != null) {
            mailbox.doAll();
        }
        CompletableFuture<Answer> answer = later;
        if (answer != null && answer.isDone()) {
            later = null;
            accept(answer.join());
        }
    }

    private void accept(Answer answer) {
        verdict = answer.verdict;
        Judged by = answer.judged;
        if (by == null) {
            return;
        }
        judged.add(by);
        by.accept();
        if (by.waits()) {
            waiting.set(by);
        }
        if (givenUp) {
            giveUp(); // again, now that there is something to give back
        }
    }

    /**
     * Settles what was taken at an estimate by what {@code answer} says. Where nobody calls this, the estimates are charged.
     *
     * @param answer what the endpoint has returned, or null
     * @return whether there was anything to settle, so that the fields may tell something else now
     */
    public boolean settle(@Nullable Object answer) {
        takeOver();
        return judged.settle(answer);
    }

    /** Whether the request may go on. */
    public boolean isAdmitted() {
        return verdict() == Verdict.ADMITTED;
    }

    /** Whether any limit has been judged, so that there are fields to write. */
    public boolean hasOutcomes() {
        takeOver();
        return !judged.isEmpty();
    }

    /** Whether the filter has charged its default limits, taking the servlet for one that has no limits of its own. */
    public boolean hasChargedDefaults() {
        takeOver();
        return judged.haveDefaults();
    }

    /** What to answer to a request that is not admitted. */
    public Refusal refusal() {
        if (verdict() == Verdict.UNAVAILABLE) {
            return Refusal.unavailable();
        }
        Judged refused = judged.refused();
        return Refusal.quotaExceeded(
                refused.plan().refusalBody(refused.ask()),
                weir.fields().retryAfter(judged.outcomes(true), judged.chargedWaitNanos()));
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
            weir.fields()
                    .write(target, written != null, judged.policyLine(), judged.outcomes(current == Verdict.REFUSED));
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
        takeOver();
        return later == null ? verdict : Verdict.UNAVAILABLE;
    }

    private void settleApiKeyThenAsk(Endpoint endpoint, Point point) {
        Ask gate = weir.newKeys().question(policies, identity);
        whenAnswered(endpoint, gate, null, wanted -> {
            Ask learnt = weir.newKeys().settle(gate, policies, identity);
            apiKeySettled = true;
            if (learnt == null) {
                ask(endpoint, point, wanted);
            } else {
                whenAnswered(endpoint, learnt, wanted, stillWanted -> ask(endpoint, point, stillWanted));
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

    @SuppressWarnings("FutureReturnValueIgnored") // leaving a place fails nowhere
    private void ask(Endpoint endpoint, Point point, @Nullable CompletableFuture<Answer> wanted) {
        if (wanted != null && wanted.isDone()) {
            return; // nobody wants to know any more
        }
        Plan plan = plan(endpoint, point);
        if (plan.isEmpty()) {
            answered(Answer.NO_LIMIT, wanted);
            return;
        }
        Judged question = Judged.question(weir, endpoint, point, plan, identity, waitMode);
        Ask ask = question.ask();
        try {
            whenAnswered(
                    endpoint,
                    ask,
                    wanted,
                    by -> answered(new Answer(ask.allowed() ? Verdict.ADMITTED : Verdict.REFUSED, question), by));
        } catch (RuntimeException e) {
            question.leavePlace();
            throw e;
        }
        CompletableFuture<Answer> coming = wanted == null ? later : wanted;
        if (coming == null) {
            leavePlace(question, question.waits());
        } else {
            coming.thenAccept(answer -> leavePlace(question, answer.judged == question && question.waits()));
        }
    }

    private static void leavePlace(Judged question, boolean waits) {
        if (!waits) {
            question.leavePlace();
        }
    }

    /**
     * Asks, and goes on with {@code next} when there is an answer.
     *
     * @param wanted where the answer is waited for already, or null if nobody had to wait so far; {@code next} is told the same
     */
    private void whenAnswered(
            Endpoint endpoint,
            Ask ask,
            @Nullable CompletableFuture<Answer> wanted,
            Consumer<@Nullable CompletableFuture<Answer>> next) {
        weir.backend().decide(ask);
        if (ask.isDone()) {
            proceed(endpoint, ask, wanted, next);
            return;
        }
        CompletableFuture<Answer> coming = wanted == null ? new CompletableFuture<>() : wanted;
        Mailbox here = wanted == null || mailbox == null ? new Mailbox(weir.executor()) : mailbox;
        if (wanted == null) {
            mailbox = here;
            later = coming;
        }
        ask.onDone(() -> here.execute(() -> proceed(endpoint, ask, coming, next)));
    }

    private void proceed(
            Endpoint endpoint,
            Ask ask,
            @Nullable CompletableFuture<Answer> wanted,
            Consumer<@Nullable CompletableFuture<Answer>> next) {
        Throwable failure = ask.failure();
        if (failure != null) {
            failed(endpoint, ask, failure, wanted);
            return;
        }
        try {
            next.accept(wanted);
        } catch (RuntimeException e) {
            failed(endpoint, ask, e, wanted);
        }
    }

    private void failed(
            Endpoint endpoint, @Nullable Ask ask, Throwable cause, @Nullable CompletableFuture<Answer> wanted) {
        weir.failed(endpoint, ask, cause);
        answered(Answer.NONE, wanted);
    }

    private void answered(Answer answer, @Nullable CompletableFuture<Answer> wanted) {
        if (wanted == null) {
            accept(answer);
        } else if (!wanted.complete(answer) && answer.judged != null) {
            answer.judged.giveBack(); // it has come too late
        }
    }
}
