package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.LimiterListener;
import dev.weir.core.Ticker;
import dev.weir.redisson.States.Verdict;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * The limiter of all processes that share one Redis: its state is there, and decisions are made by calls of a script, which runs
 * alone. Redis' own clock is the only one. Always on the master. While a call is under way, what else is asked gathers, and travels in the
 * next: see {@link Group}.
 *
 * <p>Exact while Redis answers. On a cluster, a decision over several clients' keys (a user's and everybody's, say) is a call for each,
 * one after the other: see {@link SlotBySlot}.
 *
 * <p>Safe for use by many threads. Never blocks: answers come from Redisson's threads.
 */
final class RedisLimiter implements SharedLimiter {

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");

    /** Over a network that is short, more make smaller groups and nothing faster. */
    private static final int FLIGHTS = 1;

    private final States states;
    private final boolean cluster;
    private final Loans loans;
    private final Semaphore opens;
    private final Duration keep;
    private final LimiterListener listener;
    private final Refusals refusals = new Refusals(Ticker.system());
    private final LostSettlements lost = new LostSettlements();
    /* The bundles of which it was said that they are asked apart. */
    private final Set<List<String>> apart = ConcurrentHashMap.newKeySet();
    /* By the lock of the former. */
    private CompletionStage<@Nullable Void> lastInOrder = CompletableFuture.completedFuture(null);

    /**
     * A limiter.
     *
     * @param client of a single server, of Sentinel or of a cluster; whoever made it closes it
     * @param prefix what the keys begin with
     * @param hasher under the secret that the fleet shares
     * @param maxOpen how many requests of this process may wait or have something to settle at a time
     * @param keep how long what is held is kept for its settlement
     * @param listener told of every decision
     */
    RedisLimiter(
            RedissonClient client,
            String prefix,
            KeyHasher hasher,
            int maxOpen,
            Duration keep,
            LimiterListener listener) {
        this(client, new RedisKeys(prefix, hasher), maxOpen, keep, listener);
    }

    RedisLimiter(RedissonClient client, RedisKeys keys, int maxOpen, Duration keep, LimiterListener listener) {
        this(client, keys, maxOpen, keep, FLIGHTS, listener);
    }

    /**
     * A limiter.
     *
     * @param flights how many calls are under way at a time, 1 or 2, or on a cluster for each slot one; what is asked meanwhile gathers for the
     *     next. 0: each question travels alone
     */
    RedisLimiter(
            RedissonClient client, RedisKeys keys, int maxOpen, Duration keep, int flights, LimiterListener listener) {
        this.cluster = client.getConfig().isClusterConfig();
        this.states = new States(client, keys, keep, Groups.of(client, flights));
        this.loans = new Loans(new Lender(states, Ticker.system()), Ticker.system());
        this.opens = new Semaphore(maxOpen);
        this.keep = keep;
        this.listener = listener;
    }

    /** Whoever is asked for by this waits for as long as it takes. */
    @Override
    public void decide(Ask ask) {
        Known known = known(ask);
        if (known != Known.NOTHING) {
            tell(ask, ask, known == Known.ADMITTED);
            return;
        }
        Ask question = ask.copy(); // the caller may use his again once it is answered, and settle it later
        ask(question, Question.NO_DEADLINE, ask::isGivenUp, failure -> {
            if (failure != null) {
                ask.fail(failure);
                return;
            }
            ask.answerAs(question);
            if (question.isOpen()) {
                ask.open(question);
            }
            tell(question, ask, question.allowed());
        });
        if (question.isGathered()) {
            ask.gathered();
        }
    }

    /* The ask is its caller's again once it is completed. */
    private void tell(Ask answered, Ask ask, boolean allowed) {
        try {
            listener.decided(answered);
        } finally {
            ask.complete(allowed);
        }
    }

    @Override
    public Known known(Ask ask) {
        if (refusals.refuse(ask)) {
            return Known.REFUSED;
        }
        return loans.admit(ask) ? Known.ADMITTED : Known.NOTHING;
    }

    @Override
    public void ask(Ask question, long deadlineNanos, Consumer<@Nullable Throwable> done) {
        ask(question, deadlineNanos, question::isGivenUp, done);
    }

    private void ask(Ask question, long deadlineNanos, BooleanSupplier unwanted, Consumer<@Nullable Throwable> done) {
        boolean mayOpen = mayWant(question) && opens.tryAcquire();
        List<Part> parts = cluster && question.bundles() > 1 ? Part.byClient(question) : List.of();
        if (parts.size() < 2) {
            boolean gathers = states.gather(question, mayOpen, deadlineNanos, unwanted, (verdict, failure) -> {
                if (verdict != null) {
                    note(question, verdict);
                }
                ended(question, mayOpen, failure, done);
            });
            if (gathers) {
                question.gathered();
            }
        } else {
            sayApart(question);
            CompletionStage<Void> unused = decideSlotBySlot(question, parts, mayOpen, deadlineNanos)
                    .handle((answers, failure) -> {
                        ended(question, mayOpen, failure, done);
                        return null;
                    });
        }
    }

    private void ended(Ask question, boolean mayOpen, @Nullable Throwable failure, Consumer<@Nullable Throwable> done) {
        if (mayOpen && (failure != null || !question.isOpen())) {
            opens.release();
        }
        done.accept(failure == null ? null : problem(failure));
    }

    private void note(Ask answered, Verdict verdict) {
        if (answered.isOpen()) {
            answered.open(Map.of(Part.of(answered), verdict));
        } else if (!answered.allowed()) {
            refusals.note(answered, verdict.sentNanos(), !verdict.settles());
        }
    }

    private CompletionStage<?> decideSlotBySlot(Ask question, List<Part> parts, boolean mayOpen, long deadlineNanos) {
        SlotBySlot slots = new SlotBySlot(states, parts, question.holds(), mayOpen, deadlineNanos);
        CompletionStage<Map<Part, Ask>> decided = mayOpen && question.isPatient() ? inOrder(slots) : slots.decided();
        return decided.thenApply(answers -> {
            boolean allowed = true;
            for (Map.Entry<Part, Ask> answer : answers.entrySet()) {
                answer.getKey().tell(answer.getValue(), question);
                allowed &= answer.getValue().allowed();
            }
            question.turn(slots.open().isEmpty() ? 0 : slots.waitNanos());
            if (!slots.open().isEmpty()) {
                question.open(slots.open());
            }
            question.complete(allowed);
            return answers;
        });
    }

    /* One after the other: two that look for a turn in all slots at once would take it from each other, again and again. */
    private CompletionStage<Map<Part, Ask>> inOrder(SlotBySlot slots) {
        synchronized (apart) {
            CompletionStage<Map<Part, Ask>> decided = lastInOrder.thenCompose(ended -> slots.decided());
            lastInOrder = decided.handle((answers, failure) -> null);
            return decided;
        }
    }

    @Override
    public void settle(Ask ask) {
        Object token = ask.close();
        if (token instanceof Ask question) {
            for (int i = 0; i < ask.limits(); i++) {
                question.actual(i, ask.actual(i));
            }
            settle(question);
        } else if (token instanceof Map<?, ?> open) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            open.forEach((part, verdict) -> {
                Verdict taken = (Verdict) verdict;
                ((Part) part).use(ask, taken.question());
                all.add(states.settle(taken).toCompletableFuture());
            });
            // Nobody waits for it.
            CompletionStage<Void> unused = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
                    .whenComplete((done, failure) -> {
                        opens.release();
                        if (failure != null) {
                            lost.note(problem(failure));
                        }
                    });
        }
    }

    @Override
    public Duration keepsOpen() {
        return keep;
    }

    /** Lets the first decisions be as quick as later ones: the script is there, and the code has run. Waits for Redis, for a while. */
    void warmUp() {
        states.warmUp();
    }

    @Override
    public CompletionStage<Void> probe() {
        return states.probe();
    }

    @Override
    public CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id) {
        return states.owe(bundle, client, permits, id);
    }

    @Override
    public void close() {
        // The client is its maker's.
    }

    private void sayApart(Ask question) {
        List<String> bundles = new ArrayList<>();
        for (int i = 0; i < question.bundles(); i++) {
            bundles.add(question.bundle(i).name());
        }
        if (apart.add(bundles)) {
            LOGGER.log(
                    Level.INFO,
                    "On this cluster, a decision over {0} takes one call after the other, since their clients lie in different slots."
                            + " If one refuses, the others get back what they have taken",
                    bundles);
        }
    }

    private static boolean mayWant(Ask ask) {
        boolean queues = false;
        for (int i = 0; i < ask.limits(); i++) {
            queues |= ask.patienceNanos(i) > 0;
        }
        return ask.holds() || queues;
    }

    /* What this module says itself is said as it is. */
    private static Throwable problem(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IllegalStateException
                ? cause
                : new IllegalStateException("Redis has not decided", cause);
    }
}
