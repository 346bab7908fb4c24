package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Replay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RedissonClient;

/**
 * The states in Redis. Each question is one call of a script, and a second one if a state stands under rules that have to be looked up
 * first. On a cluster, what is asked of in one question must share a slot.
 */
final class States {

    private static final String DECIDE = Script.of("time.lua", "kernel.lua", "values.lua", "decide.lua");
    private static final String DECIDE_BY_CHANGED_RULES =
            Script.of("time.lua", "kernel.lua", "values.lua", "changed.lua", "decide.lua");
    private static final String SETTLE = Script.of("time.lua", "kernel.lua", "values.lua", "settle.lua");
    private static final long ADMITTED = 1;
    private static final long OTHER_RULES = 2;
    private static final long FOREIGN = 3;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final int MAX_TRIES = 3;

    private final RedissonClient client;
    private final RedisKeys keys;
    private final Rules rules = new Rules();
    private final RuleBook book;
    private final long keepMillis;

    /**
     * States.
     *
     * @param keep how long what is held is kept for its settlement
     */
    States(RedissonClient client, RedisKeys keys, Duration keep) {
        this.client = client;
        this.keys = keys;
        this.book = new RuleBook(client, keys.prefix(), rules);
        this.keepMillis = keep.toMillis();
    }

    /**
     * What Redis has said to a question, and what it takes to settle that.
     *
     * @param question with the answer
     * @param clients as the fleet knows them
     * @param nowNanos when that was, since 1970
     */
    record Verdict(Ask question, List<RedisKeys.Client> clients, List<Object> reply, long nowNanos) {

        /** The figures as they were before. */
        Ask before() {
            Ask look = copyOf(question, false);
            Replay.decide(look, nowNanos, false, 0, states());
            return look;
        }

        private List<Replay.State> states() {
            List<Replay.State> states = new ArrayList<>();
            for (int i = 0; i < question.bundles(); i++) {
                byte[] value = (byte[]) reply.get(2 + i);
                states.add(Wire.state(question.bundle(i), value, clients.get(i).spread(), nowNanos));
            }
            return states;
        }
    }

    /**
     * Decides {@code question}, which nobody else uses. Fails if there is no answer.
     *
     * @param mayOpen whether it may wait or hold
     * @param notBeforeNanos how long it waits elsewhere: its turn here comes no earlier
     */
    CompletionStage<Verdict> decide(Ask question, boolean mayOpen, long notBeforeNanos) {
        return asked(question, mayOpen, notBeforeNanos).thenApply(verdict -> {
            Replay.decide(question, verdict.nowNanos, mayOpen, notBeforeNanos, verdict.states());
            if (question.allowed() != Long.valueOf(ADMITTED).equals(verdict.reply.get(0))) {
                throw new IllegalStateException("The kernels in Redis and here do not agree");
            }
            return verdict;
        });
    }

    /** Says what {@link #decide} would find, and takes nothing. */
    CompletionStage<Ask> look(Ask question, boolean mayOpen, long notBeforeNanos) {
        return asked(copyOf(question, false), false, 0).thenApply(found -> {
            Verdict verdict = new Verdict(question, found.clients, found.reply, found.nowNanos);
            Replay.decide(question, found.nowNanos, mayOpen, notBeforeNanos, verdict.states());
            return question.allowed() ? verdict.before() : question;
        });
    }

    private CompletionStage<Verdict> asked(Ask question, boolean mayOpen, long notBeforeNanos) {
        List<RedisKeys.Client> clients = new ArrayList<>();
        List<CompletableFuture<Void>> declared = new ArrayList<>();
        for (int i = 0; i < question.bundles(); i++) {
            clients.add(keys.client(question.client(i)));
            declared.add(book.declared(question.bundle(i)).toCompletableFuture());
        }
        byte[] head = Wire.head(question, mayOpen, keepMillis, notBeforeNanos);
        return CompletableFuture.allOf(declared.toArray(new CompletableFuture<?>[0]))
                .thenCompose(all -> called(question, clients, head, mayOpen, MAX_TRIES))
                .thenApply(reply -> {
                    checkReadable(question, reply);
                    return new Verdict(question, clients, reply, (Long) reply.get(1) * NANOS_PER_MICRO);
                });
    }

    private void checkReadable(Ask question, List<Object> reply) {
        long verdict = (Long) reply.get(0);
        if (verdict == OTHER_RULES) {
            Bundle bundle = ofUnknownRules(question, reply);
            throw UnreadableStateException.ofUnknownRules(bundle, keys.pattern(bundle));
        } else if (verdict == FOREIGN) {
            Bundle bundle = question.bundle(((Long) reply.get(2)).intValue() - 1);
            throw UnreadableStateException.foreign(bundle, keys.pattern(bundle));
        }
    }

    private Bundle ofUnknownRules(Ask question, List<Object> reply) {
        int last = question.bundles() - 1;
        for (int i = 0; i < last; i++) {
            Bundle bundle = question.bundle(i);
            byte[] value = (byte[]) reply.get(2 + i);
            if (value != null && rules.find(bundle.name(), Wire.version(value)) == null) {
                return bundle;
            }
        }
        return question.bundle(last);
    }

    /* Again, if a state stands under rules that have to be looked up first. */
    private CompletionStage<List<Object>> called(
            Ask question, List<RedisKeys.Client> clients, byte[] head, boolean mayOpen, int tries) {
        List<Object> places = new ArrayList<>();
        List<Object> args = new ArrayList<>();
        List<Bundle> bundles = new ArrayList<>();
        args.add(head);
        boolean changed = false;
        for (int i = 0; i < question.bundles(); i++) {
            Bundle bundle = question.bundle(i);
            bundles.add(bundle);
            places.add(keys.key(clients.get(i), bundle));
            args.add(rules.told(bundle));
            args.add(Wire.question(question, i, clients.get(i).spread(), mayOpen));
            changed |= rules.knowsOthers(bundle);
        }
        return Script.run(client, changed ? DECIDE_BY_CHANGED_RULES : DECIDE, places, args)
                .thenCompose(reply -> (Long) reply.get(0) != OTHER_RULES || tries == 1
                        ? CompletableFuture.completedFuture(reply)
                        : learnt(bundles, reply)
                                .thenCompose(known -> called(question, clients, head, mayOpen, tries - 1)));
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

    /** Settles what is open of {@code verdict} by what its question says was really used. */
    CompletionStage<Void> settle(Verdict verdict) {
        List<Bundle> inForce = new ArrayList<>();
        List<Integer> settles = new ArrayList<>();
        for (int i = 0; i < verdict.question.bundles(); i++) {
            inForce.add(verdict.question.bundle(i));
            if (Replay.taken(verdict.question, i).settles()) {
                settles.add(i);
            }
        }
        return settled(verdict, settles, inForce, MAX_TRIES).thenAccept(reply -> {
            Ask asked = new Ask();
            settles.forEach(i -> asked.add(inForce.get(i), verdict.question.client(i)));
            checkReadable(asked, reply);
        });
    }

    /* Again under the rules that a state stands under by now, if they have changed. */
    private CompletionStage<List<Object>> settled(
            Verdict verdict, List<Integer> settles, List<Bundle> inForce, int tries) {
        Ask question = verdict.question;
        List<Object> places = new ArrayList<>();
        List<Object> args = new ArrayList<>();
        args.add(Wire.turn(question));
        for (int i : settles) {
            Bundle bundle = inForce.get(i);
            RedisKeys.Client client = verdict.clients.get(i);
            places.add(keys.key(client, bundle));
            args.add(rules.told(bundle));
            args.add(
                    bundle == question.bundle(i)
                            ? Wire.settlement(question, i, client.spread(), verdict.nowNanos)
                            : Wire.settlement(question, i, bundle, client.spread()));
        }
        return Script.run(client, SETTLE, places, args).thenCompose(reply -> {
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
                return settled(verdict, settles, inForce, tries - 1);
            });
        });
    }

    /**
     * Charges what was admitted without asking, whether it fits or not.
     *
     * @param permits of each policy of {@code bundle}
     */
    CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits) {
        Ask look = new Ask();
        look.add(bundle, client);
        for (int i = 0; i < look.limits(); i++) {
            look.cost(i, 0);
        }
        // A look puts the state under these rules, if it stands under others.
        return asked(look, false, 0)
                .thenCompose(found -> {
                    RedisKeys.Client who = found.clients.get(0);
                    List<Object> args =
                            List.of(Wire.noTurn(), rules.told(bundle), Wire.debt(bundle, permits, who.spread()));
                    return Script.run(this.client, SETTLE, List.of(keys.key(who, bundle)), args);
                })
                .thenAccept(reply -> checkReadable(look, reply));
    }

    /** The same question; {@code takes}: or one that only looks. */
    static Ask copyOf(Ask ask, boolean takes) {
        Ask copy = new Ask();
        for (int i = 0; i < ask.bundles(); i++) {
            copy.add(ask.bundle(i), ask.client(i));
        }
        for (int i = 0; i < ask.limits(); i++) {
            copy.cost(i, takes ? ask.cost(i) : 0);
            copy.patience(i, ask.patienceNanos(i));
        }
        if (takes && ask.holds()) {
            copy.hold();
        }
        return copy;
    }
}
