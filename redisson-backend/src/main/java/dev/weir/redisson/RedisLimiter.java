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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
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

    private static final String DECIDE = Script.of("time.lua", "kernel.lua", "values.lua", "changed.lua", "decide.lua");
    private static final String SETTLE = Script.of("time.lua", "kernel.lua", "values.lua", "settle.lua");
    private static final long OTHER_RULES = 2;
    private static final long NANOS_PER_MICRO = 1_000;

    private final RedissonClient client;
    private final RedisKeys keys;
    private final Rules rules = new Rules();
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
    public void decide(Ask ask) {
        Ask question = copyOf(ask);
        boolean mayOpen = mayWant(question) && opens.tryAcquire();
        List<ClientKey> clients = new ArrayList<>();
        List<Object> places = new ArrayList<>();
        List<Object> args = new ArrayList<>();
        args.add(Wire.head(question, mayOpen, keepMillis));
        for (int i = 0; i < question.bundles(); i++) {
            Bundle bundle = question.bundle(i);
            ClientKey known = keys.client(question.client(i));
            clients.add(known);
            places.add(keys.key(known, bundle));
            args.add(rules.told(bundle));
            args.add(Wire.question(question, i, known.low(), mayOpen));
        }
        eval(DECIDE, places, args).whenComplete((reply, failure) -> {
            try {
                if (failure != null) {
                    throw new IllegalStateException("Redis has not decided", failure);
                }
                answer(ask, question, clients, reply, mayOpen);
            } catch (RuntimeException e) {
                if (mayOpen) {
                    opens.release();
                }
                ask.fail(e);
            }
        });
    }

    private void answer(Ask ask, Ask question, List<ClientKey> clients, List<Object> reply, boolean mayOpen) {
        if ((Long) reply.get(0) == OTHER_RULES) {
            throw new IllegalStateException("Another process has judged by rules that this one does not know");
        }
        long nowNanos = (Long) reply.get(1) * NANOS_PER_MICRO;
        List<Replay.State> states = new ArrayList<>();
        for (int i = 0; i < question.bundles(); i++) {
            byte[] value = (byte[]) reply.get(2 + i);
            states.add(Wire.state(question.bundle(i), value, clients.get(i).low(), nowNanos));
        }
        Replay.decide(question, nowNanos, mayOpen, states);
        boolean admitted = (Long) reply.get(0) == 1;
        if (admitted != question.allowed()) {
            throw new IllegalStateException(
                    "The kernels in Redis and here do not agree: " + question.allowed() + " here");
        }
        if (mayOpen && !question.isOpen()) {
            opens.release();
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
        ask.complete(admitted);
        listener.decided(ask);
    }

    @Override
    public void settle(Ask ask) {
        if (ask.close() instanceof Open open) {
            for (int i = 0; i < ask.limits(); i++) {
                open.question.actual(i, ask.actual(i));
            }
            List<Bundle> inForce = new ArrayList<>();
            for (int i = 0; i < open.question.bundles(); i++) {
                inForce.add(open.question.bundle(i));
            }
            settle(open, inForce, true);
        }
    }

    /* Once more under the rules that a state stands under by now, if they have changed. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails here is told to nobody but the listener
    private void settle(Open open, List<Bundle> inForce, boolean first) {
        List<Integer> settles = new ArrayList<>();
        List<Object> places = new ArrayList<>();
        List<Object> args = new ArrayList<>();
        args.add(Wire.turn(open.question));
        for (int i = 0; i < inForce.size(); i++) {
            if (Replay.taken(open.question, i).settles()) {
                Bundle bundle = inForce.get(i);
                long spread = open.clients.get(i).low();
                settles.add(i);
                places.add(keys.key(open.clients.get(i), bundle));
                args.add(rules.told(bundle));
                args.add(
                        bundle == open.question.bundle(i)
                                ? Wire.settlement(open.question, i, spread, open.decidedNanos)
                                : Wire.settlement(open.question, i, bundle, spread));
            }
        }
        eval(SETTLE, places, args).whenComplete((reply, failure) -> {
            if (failure == null && first && (Long) reply.get(0) == OTHER_RULES) {
                for (int k = 0; k < settles.size(); k++) {
                    byte[] value = (byte[]) reply.get(2 + k);
                    int i = settles.get(k);
                    Bundle other =
                            value == null ? null : rules.find(inForce.get(i).name(), Wire.version(value));
                    inForce.set(i, other == null ? inForce.get(i) : other);
                }
                settle(open, inForce, false);
                return;
            }
            opens.release();
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
