package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.LimiterListener;
import dev.weir.core.Replay;
import dev.weir.core.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * The limiter of all processes that share one Redis: its state is there, and each decision is one call of a script, which runs
 * alone. Redis' own clock is the only one. Always on the master.
 *
 * <p>Exact while Redis answers. All limits of a decision are in one call, so on a cluster they must share a slot.
 *
 * <p>Safe for use by many threads. Never blocks: answers come from Redisson's threads.
 */
final class RedisLimiter implements Backend {

    private static final String DECIDE = Script.of("time.lua", "kernel.lua", "values.lua", "decide.lua");
    private static final String DECIDE_BY_CHANGED_RULES =
            Script.of("time.lua", "kernel.lua", "values.lua", "changed.lua", "decide.lua");
    private static final String SETTLE = Script.of("time.lua", "kernel.lua", "values.lua", "settle.lua");
    private static final long OTHER_RULES = 2;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final int MAX_TRIES = 3;

    private final RedissonClient client;
    private final RedisKeys keys;
    private final Rules rules = new Rules();
    private final RuleBook book;
    private final Semaphore opens;
    private final long keepMillis;
    private final LimiterListener listener;

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
        this.client = client;
        this.keys = new RedisKeys(prefix, hasher);
        this.book = new RuleBook(client, prefix, rules);
        this.opens = new Semaphore(maxOpen);
        this.keepMillis = keep.toMillis();
        this.listener = listener;
    }

    /**
     * What was asked, apart from the caller's ask, which may be used again.
     *
     * @param decidedNanos when Redis decided, since 1970
     */
    private record Open(Ask question, List<ClientKey> clients, long decidedNanos) {}

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the answer is the ask's
    public void decide(Ask ask) {
        Ask question = copyOf(ask);
        boolean mayOpen = mayWant(question) && opens.tryAcquire();
        List<ClientKey> clients = new ArrayList<>();
        List<CompletableFuture<Void>> declared = new ArrayList<>();
        for (int i = 0; i < question.bundles(); i++) {
            clients.add(keys.client(question.client(i)));
            declared.add(book.declared(question.bundle(i)).toCompletableFuture());
        }
        CompletableFuture.allOf(declared.toArray(new CompletableFuture<?>[0]))
                .thenCompose(all -> judged(question, clients, mayOpen, MAX_TRIES))
                .whenComplete((reply, failure) -> {
                    RuntimeException problem = failure == null
                            ? answer(ask, question, clients, reply, mayOpen)
                            : new IllegalStateException("Redis has not decided", failure);
                    if (mayOpen && !question.isOpen()) {
                        opens.release();
                    }
                    if (problem == null) {
                        ask.complete(question.allowed());
                    } else {
                        ask.fail(problem);
                    }
                });
    }

    /* Again, if a state stands under rules that have to be looked up first. */
    private CompletionStage<List<Object>> judged(Ask question, List<ClientKey> clients, boolean mayOpen, int tries) {
        List<Object> places = new ArrayList<>();
        List<Object> args = new ArrayList<>();
        args.add(Wire.head(question, mayOpen, keepMillis));
        boolean changed = false;
        for (int i = 0; i < question.bundles(); i++) {
            Bundle bundle = question.bundle(i);
            places.add(keys.key(clients.get(i), bundle));
            args.add(rules.told(bundle));
            args.add(Wire.question(question, i, clients.get(i).low(), mayOpen));
            changed |= rules.knowsOthers(bundle);
        }
        return eval(changed ? DECIDE_BY_CHANGED_RULES : DECIDE, places, args).thenCompose(reply -> {
            if ((Long) reply.get(0) != OTHER_RULES || tries == 1) {
                return CompletableFuture.completedFuture(reply);
            }
            List<Bundle> asked = new ArrayList<>();
            for (int i = 0; i < question.bundles(); i++) {
                asked.add(question.bundle(i));
            }
            return learnt(asked, reply).thenCompose(known -> judged(question, clients, mayOpen, tries - 1));
        });
    }

    /** Looks up the rules that the values of {@code reply} stand under. */
    private CompletionStage<Void> learnt(List<Bundle> bundles, List<Object> reply) {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < bundles.size(); i++) {
            byte[] value = (byte[]) reply.get(2 + i);
            if (value != null) {
                all.add(book.learn(bundles.get(i).name(), Wire.version(value)).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
    }

    /** Works the figures out, up to publishing them; what stands in the way of that, or null. */
    private @Nullable RuntimeException answer(
            Ask ask, Ask question, List<ClientKey> clients, List<Object> reply, boolean mayOpen) {
        if ((Long) reply.get(0) == OTHER_RULES) {
            return new IllegalStateException("A state in Redis stands under rules that nobody has written down");
        }
        try {
            long nowNanos = (Long) reply.get(1) * NANOS_PER_MICRO;
            List<Replay.State> states = new ArrayList<>();
            for (int i = 0; i < question.bundles(); i++) {
                byte[] value = (byte[]) reply.get(2 + i);
                states.add(Wire.state(question.bundle(i), value, clients.get(i).low(), nowNanos));
            }
            Replay.decide(question, nowNanos, mayOpen, states);
            if (question.allowed() != ((Long) reply.get(0) == 1)) {
                return new IllegalStateException("The kernels in Redis and here do not agree");
            }
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
                ask.open(new Open(question, clients, nowNanos));
            }
            listener.decided(question); // the ask is its caller's again once it is completed
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it: what fails stays charged as it was taken
    public void settle(Ask ask) {
        if (ask.close() instanceof Open open) {
            for (int i = 0; i < ask.limits(); i++) {
                open.question.actual(i, ask.actual(i));
            }
            List<Bundle> inForce = new ArrayList<>();
            List<Integer> settles = new ArrayList<>();
            for (int i = 0; i < open.question.bundles(); i++) {
                inForce.add(open.question.bundle(i));
                if (Replay.taken(open.question, i).settles()) {
                    settles.add(i);
                }
            }
            settled(open, settles, inForce, MAX_TRIES).whenComplete((reply, failure) -> opens.release());
        }
    }

    /* Again under the rules that a state stands under by now, if they have changed. */
    private CompletionStage<List<Object>> settled(Open open, List<Integer> settles, List<Bundle> inForce, int tries) {
        List<Object> places = new ArrayList<>();
        List<Object> args = new ArrayList<>();
        args.add(Wire.turn(open.question));
        for (int i : settles) {
            Bundle bundle = inForce.get(i);
            long spread = open.clients.get(i).low();
            places.add(keys.key(open.clients.get(i), bundle));
            args.add(rules.told(bundle));
            args.add(
                    bundle == open.question.bundle(i)
                            ? Wire.settlement(open.question, i, spread, open.decidedNanos)
                            : Wire.settlement(open.question, i, bundle, spread));
        }
        return eval(SETTLE, places, args).thenCompose(reply -> {
            if ((Long) reply.get(0) != OTHER_RULES || tries == 1) {
                return CompletableFuture.completedFuture(reply);
            }
            List<Bundle> asked = settles.stream().map(inForce::get).toList();
            return learnt(asked, reply).thenCompose(all -> {
                for (int k = 0; k < settles.size(); k++) {
                    byte[] value = (byte[]) reply.get(2 + k);
                    Bundle now = value == null ? null : rules.find(asked.get(k).name(), Wire.version(value));
                    inForce.set(settles.get(k), now == null ? asked.get(k) : now);
                }
                return settled(open, settles, inForce, tries - 1);
            });
        });
    }

    @Override
    public void close() {
        // The client is its maker's.
    }

    private CompletionStage<List<Object>> eval(String script, List<Object> places, List<Object> args) {
        return client.getScript(ByteArrayCodec.INSTANCE)
                .evalAsync(RScript.Mode.READ_WRITE, script, RScript.ReturnType.LIST, places, args.toArray());
    }

    private static boolean mayWant(Ask ask) {
        boolean queues = false;
        for (int i = 0; i < ask.limits(); i++) {
            queues |= ask.patienceNanos(i) > 0;
        }
        return ask.holds() || queues;
    }

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
}
