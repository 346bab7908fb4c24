package dev.weir.redisson;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Replay;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;

/**
 * The states in Redis. A question travels in one call of a script, alone or with others, and in a second one if a state stands under rules
 * that have to be looked up first. On a cluster, what is asked of in one call must share a slot.
 */
final class States implements Lender.Lending {

    /* What need not be there need not be run through either, at each call. */
    private static final String BUCKETS = Script.of("time.lua", "buckets.lua");
    private static final String DECIDE = Script.of("time.lua", "kernel.lua", "values.lua", "decide.lua");
    private static final String DECIDE_WITH_LOGS =
            Script.of("time.lua", "kernel.lua", "log.lua", "values.lua", "decide.lua");
    private static final String DECIDE_BY_CHANGED_RULES =
            Script.of("time.lua", "kernel.lua", "log.lua", "values.lua", "changed.lua", "decide.lua");
    private static final String SETTLE = Script.of("time.lua", "kernel.lua", "log.lua", "values.lua", "settle.lua");
    private static final String LEND = Script.of("time.lua", "kernel.lua", "log.lua", "values.lua", "lend.lua");
    /* Ends the key of what tells that a debt has been charged, before its id. */
    private static final String DEBT = ":debt:";
    private static final String PROBE = Script.of("probe.lua");
    /** Ends the key of the loans of a state. */
    private static final String LOANS = ":loans";

    private static final long OTHER_RULES = 2; // of settle.lua
    private static final long FOREIGN = 3; // of settle.lua
    private static final int MAX_TRIES = 3;
    /** Who looks for a debt's sake keeps nobody behind him for longer. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int WARM_UPS = 200;
    private static final Duration WARM_UP = Duration.ofMillis(500);

    private final RedissonClient client;
    private final RedisKeys keys;
    private final Rules rules = new Rules();
    private final RuleBook book;
    private final long keepMillis;
    private final Groups groups;

    /**
     * States.
     *
     * @param keep how long what is held is kept for its settlement
     * @param groups which questions travel together, told how calls are sent
     */
    States(RedissonClient client, RedisKeys keys, Duration keep, Function<Groups.Sender, Groups> groups) {
        this.client = client;
        this.keys = keys;
        this.book = new RuleBook(client, keys.prefix(), rules);
        this.keepMillis = keep.toMillis();
        this.groups = groups.apply(this::sent);
    }

    /**
     * What Redis has said to a question, and what it takes to settle that.
     *
     * @param question with the answer
     * @param clients as the fleet knows them
     * @param values what stood at each of its keys before; null for nothing
     * @param trouble why it was not judged, as decide.lua says; 0 if it was
     * @param nowNanos when that was, since 1970
     * @param sentNanos when it was asked, by {@link System#nanoTime}
     * @param settles whether anything of these keys may be given back later
     */
    record Verdict(
            Ask question,
            List<RedisKeys.Client> clients,
            List<byte @Nullable []> values,
            int trouble,
            long nowNanos,
            long sentNanos,
            boolean settles) {

        /** The figures as they were before. */
        Ask before() {
            Ask look = question.look();
            Replay.decide(look, nowNanos, false, 0, states());
            return look;
        }

        private List<Replay.State> states() {
            List<Replay.State> states = new ArrayList<>();
            for (int i = 0; i < question.bundles(); i++) {
                states.add(Wire.state(
                        question.bundle(i), values.get(i), clients.get(i).spread(), nowNanos));
            }
            return states;
        }
    }

    /**
     * Decides {@code ask}, which nobody else uses, in one call with others that are asked meanwhile, in the order in which they came.
     * Fails if there is no answer.
     *
     * @param mayOpen whether it may wait or hold
     * @param deadlineNanos until when somebody waits, by {@link System#nanoTime}, or {@link Question#NO_DEADLINE}: who comes later fails
     *     with a {@link CancellationException}, and is not charged
     * @param unwanted whether whoever asked has been answered otherwise: who has not been sent by then fails likewise
     * @param done told what comes of it, or why nothing does
     * @return whether it waits for a call that carries others', too
     */
    boolean gather(
            Ask ask,
            boolean mayOpen,
            long deadlineNanos,
            BooleanSupplier unwanted,
            BiConsumer<? super @Nullable Verdict, ? super @Nullable Throwable> done) {
        Question question = question(ask, mayOpen, 0, deadlineNanos, unwanted);
        CompletionStage<Verdict> unused = question.answer().whenComplete((verdict, failure) -> {
            if (failure != null || verdict.trouble == 0) {
                done.accept(verdict, failure);
            } else {
                CompletionStage<Verdict> unusedToo =
                        readable(question, MAX_TRIES).whenComplete(done);
            }
        });
        return !asks(question);
    }

    /** Whether the question is on its way: not so if it gathers. */
    private boolean asks(Question question) {
        Group group = groups.of(question.tag());
        if (group == null || question.notBeforeNanos() > 0) {
            callAlone(question);
            return true;
        }
        return group.add(question);
    }

    /**
     * Decides {@code ask}, which nobody else uses; in a call of its own if it waits elsewhere. Fails if there is no answer.
     *
     * @param mayOpen whether it may wait or hold
     * @param notBeforeNanos how long it waits elsewhere: its turn here comes no earlier
     * @param deadlineNanos as {@link #gather} has it
     */
    CompletionStage<Verdict> decide(Ask ask, boolean mayOpen, long notBeforeNanos, long deadlineNanos) {
        Question question = question(ask, mayOpen, notBeforeNanos, deadlineNanos, () -> false);
        asks(question);
        return readable(question, MAX_TRIES);
    }

    /** Says what {@link #decide} would find, and takes nothing. */
    CompletionStage<Ask> look(Ask question, boolean mayOpen, long notBeforeNanos, long deadlineNanos) {
        return decide(question.look(), false, 0, deadlineNanos).thenApply(found -> {
            Verdict verdict = new Verdict(
                    question, found.clients, found.values, 0, found.nowNanos, found.sentNanos, found.settles);
            Replay.decide(question, found.nowNanos, mayOpen, notBeforeNanos, verdict.states());
            return question.allowed() ? verdict.before() : question;
        });
    }

    private Question question(
            Ask ask, boolean mayOpen, long notBeforeNanos, long deadlineNanos, BooleanSupplier unwanted) {
        if (ask.bundles() == 1) {
            RedisKeys.Client known = keys.client(ask.client(0));
            String place = keys.key(known, ask.bundle(0));
            return new Question(ask, mayOpen, notBeforeNanos, deadlineNanos, List.of(known), List.of(place), unwanted);
        }
        List<RedisKeys.Client> clients = new ArrayList<>(ask.bundles());
        List<String> places = new ArrayList<>(ask.bundles());
        for (int i = 0; i < ask.bundles(); i++) {
            RedisKeys.Client known = keys.client(ask.client(i));
            clients.add(known);
            places.add(keys.key(known, ask.bundle(i)));
        }
        return new Question(ask, mayOpen, notBeforeNanos, deadlineNanos, clients, places, unwanted);
    }

    /** Completes if decisions could be written now, where one key lives. */
    CompletionStage<Void> probe() {
        return Script.run(client, PROBE, List.of(keys.prefix() + ":probe"), List.of())
                .thenApply(done -> null);
    }

    /** Looks some times for a client that is none. */
    void warmUp() {
        Policies policies = new Policies();
        policies.declare(new Policy("weir.warm-up", Limit.of(1, Duration.ofSeconds(1))));
        Bundle bundle = policies.current().bundle("weir.warm-up", List.of("weir.warm-up"));
        long ends = System.nanoTime() + WARM_UP.toNanos();
        for (int i = 0; i < WARM_UPS && System.nanoTime() - ends < 0; i++) {
            Ask look = new Ask();
            look.add(bundle, ClientKey.GLOBAL);
            look.cost(0, 0);
            Call call = new Call();
            call.add(question(look, false, 0, Question.NO_DEADLINE, () -> false));
            try {
                sentAsDeclared(call, new ServerClock())
                        .toCompletableFuture()
                        .get(WARM_UP.toMillis(), TimeUnit.MILLISECONDS)
                        .run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException e) {
                return; // whoever asks will see what is wrong
            }
        }
    }

    private void callAlone(Question question) {
        Call call = new Call();
        call.add(question);
        CompletionStage<Void> unused = sent(call, groups.clock(question.tag())).thenAccept(Runnable::run);
    }

    /* Asked again, if a state stands under rules that have to be looked up first. */
    private CompletionStage<Verdict> readable(Question question, int tries) {
        return question.answer().thenCompose(verdict -> {
            if (verdict.trouble == 0) {
                return question.answer();
            }
            if (verdict.trouble == Call.LATE) {
                if (Question.isPast(question.deadlineNanos())) {
                    throw new CancellationException(
                            "Its deadline had passed when Redis came to it; it was not charged");
                }
                Question again = question.again(); // it was somebody else's deadline, who might be in the way again
                callAlone(again);
                return readable(again, tries);
            }
            if (verdict.trouble < Call.OTHER_RULES) {
                Bundle bundle = verdict.question.bundle(Call.foreign(verdict.trouble));
                throw UnreadableStateException.foreign(bundle, keys.pattern(bundle));
            }
            if (tries == 1) {
                Bundle bundle = ofUnknownRules(verdict);
                throw UnreadableStateException.ofUnknownRules(bundle, keys.pattern(bundle));
            }
            Question again = question.again();
            return learnt(bundles(verdict.question), verdict.values).thenCompose(known -> {
                asks(again);
                return readable(again, tries - 1);
            });
        });
    }

    private Bundle ofUnknownRules(Verdict verdict) {
        int last = verdict.question.bundles() - 1;
        for (int i = 0; i < last; i++) {
            Bundle bundle = verdict.question.bundle(i);
            byte[] value = verdict.values.get(i);
            if (value != null && rules.find(bundle.name(), Wire.version(value)) == null) {
                return bundle;
            }
        }
        return verdict.question.bundle(last);
    }

    /* Completes when there is a reply, or none comes, with what is then to be done: to answer all. Another call may be sent before. */
    private CompletionStage<Runnable> sent(Call call, ServerClock clock) {
        List<CompletableFuture<Void>> declared = new ArrayList<>();
        boolean all = true;
        for (Bundle bundle : call.bundles()) {
            CompletableFuture<Void> done = book.declared(bundle).toCompletableFuture();
            declared.add(done);
            all &= done.isDone() && !done.isCompletedExceptionally();
        }
        if (all) {
            return sentAsDeclared(call, clock);
        }
        return CompletableFuture.allOf(declared.toArray(new CompletableFuture<?>[0]))
                .handle((done, failure) -> {
                    Call rest = call;
                    for (int i = 0; i < declared.size(); i++) {
                        rest = rest.without(call.bundles().get(i), declared.get(i));
                    }
                    return rest;
                })
                .thenCompose(rest -> sentAsDeclared(rest, clock));
    }

    private CompletionStage<Runnable> sentAsDeclared(Call call, ServerClock clock) {
        if (call.isEmpty()) {
            return CompletableFuture.completedFuture(() -> {});
        }
        List<Object> args = call.args(rules::told, keepMillis, clock);
        long sentNanos = System.nanoTime();
        return reply(call, args).handle((reply, failure) -> {
            if (failure == null) {
                clock.learn((Long) reply.get(0), sentNanos, System.nanoTime());
                return () -> call.answer(reply, sentNanos);
            }
            return () -> call.fail(failure);
        });
    }

    private CompletionStage<List<Object>> reply(Call call, List<Object> args) {
        List<Object> places = call.keys();
        if (!call.isPlain()) {
            return Script.run(client, decide(call), places, args);
        }
        CompletionStage<List<Object>> reply = Script.run(client, BUCKETS, places, args);
        return reply.thenCompose(
                said -> Call.isLeftToOthers(said) ? Script.run(client, decide(call), places, args) : reply);
    }

    private String decide(Call call) {
        String script = DECIDE;
        for (Bundle bundle : call.bundles()) {
            if (rules.knowsOthers(bundle)) {
                return DECIDE_BY_CHANGED_RULES;
            } else if (hasLogs(bundle)) {
                script = DECIDE_WITH_LOGS;
            }
        }
        return script;
    }

    private static boolean hasLogs(Bundle bundle) {
        for (Policy policy : bundle.policies()) {
            if (policy.limit().algorithm() == Algorithm.SLIDING_WINDOW_LOG) {
                return true;
            }
        }
        return false;
    }

    /** Looks up the rules that the values of {@code reply} stand under. */
    private CompletionStage<Void> learnt(List<Bundle> bundles, List<byte @Nullable []> values) {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < bundles.size(); i++) {
            byte[] value = values.get(i);
            if (value != null) {
                all.add(book.learn(bundles.get(i).name(), Wire.version(value)).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
    }

    @Override
    public long spread(ClientKey client) {
        return keys.client(client).spread();
    }

    @Override
    public long microsIn(ClientKey client, Duration wait) {
        return groups.clock(keys.client(client).name()).microsAt(System.nanoTime() + wait.toNanos());
    }

    @Override
    public CompletionStage<List<Object>> lend(Bundle bundle, ClientKey client, byte[] told, byte[] offers) {
        String key = keys.key(keys.client(client), bundle);
        return book.declared(bundle)
                .thenCompose(declared -> Script.run(
                        this.client, LEND, List.of(key, key + LOANS), List.of(rules.told(bundle), told, offers)));
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
        return settled(verdict, settles, inForce, MAX_TRIES)
                .thenAccept(
                        reply -> checkSettled(settles.stream().map(inForce::get).toList(), reply));
    }

    private void checkSettled(List<Bundle> bundles, List<Object> reply) {
        long verdict = (Long) reply.get(0);
        if (verdict == OTHER_RULES) {
            Bundle bundle = bundles.get(0);
            throw UnreadableStateException.ofUnknownRules(bundle, keys.pattern(bundle));
        } else if (verdict == FOREIGN) {
            Bundle bundle = bundles.get(((Long) reply.get(2)).intValue() - 1);
            throw UnreadableStateException.foreign(bundle, keys.pattern(bundle));
        }
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
            return learnt(asked, values(reply)).thenCompose(all -> {
                for (int k = 0; k < settles.size(); k++) {
                    byte[] value = (byte[]) reply.get(2 + k);
                    Bundle now = value == null ? null : rules.find(asked.get(k).name(), Wire.version(value));
                    inForce.set(settles.get(k), now == null ? asked.get(k) : now);
                }
                return settled(verdict, settles, inForce, tries - 1);
            });
        });
    }

    private static List<byte @Nullable []> values(List<Object> reply) {
        List<byte @Nullable []> values = new ArrayList<>();
        for (Object value : reply.subList(2, reply.size())) {
            values.add((byte[]) value);
        }
        return values;
    }

    private static List<Bundle> bundles(Ask ask) {
        List<Bundle> bundles = new ArrayList<>();
        for (int i = 0; i < ask.bundles(); i++) {
            bundles.add(ask.bundle(i));
        }
        return bundles;
    }

    /**
     * Charges what was admitted without asking, whether it fits or not.
     *
     * @param permits of each policy of {@code bundle}
     * @param id what was charged under it is not charged again, for some minutes
     */
    CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id) {
        Ask look = new Ask();
        look.add(bundle, client);
        for (int i = 0; i < look.limits(); i++) {
            look.cost(i, 0);
        }
        // A look puts the state under these rules, if it stands under others.
        return decide(look, false, 0, System.nanoTime() + PATIENCE_NANOS)
                .thenCompose(found -> {
                    RedisKeys.Client who = found.clients.get(0);
                    String key = keys.key(who, bundle);
                    List<Object> args = List.of(
                            Wire.noTurn(),
                            rules.told(bundle),
                            Wire.debt(bundle, permits, who.spread()),
                            Long.toHexString(id).getBytes(StandardCharsets.US_ASCII));
                    List<Object> places = List.of(key, key + DEBT + Long.toHexString(id));
                    return Script.run(this.client, SETTLE, places, args);
                })
                .thenAccept(reply -> checkSettled(List.of(bundle), reply));
    }
}
