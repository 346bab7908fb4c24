package dev.weir.redisson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Decision;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.ManualTicker;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.WindowAnchor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The kernels in Lua, on each server there is, give the answers of those in Java, number for number. Each run plays the same histories;
 * {@code -Djqwik.tries.default=1000000} asks for more of them.
 */
class SameDecisionsTest {

    private static final ClientKey ALICE = new ClientKey(ClientKey.Kind.USER, 1, 2);
    /** The middle of 2026, in microseconds. */
    private static final long START = 1_780_000_000_000_000L;

    /** The most that a limit may have: a few more bits, and a double is no whole number any more. */
    private static final long MANY = 1_000_000_000_000_000L;

    private static final String SEED = "20260601";

    private static final List<SingleRedis> SERVERS = new ArrayList<>();

    /**
     * A step of a history.
     *
     * @param micros how much time has passed
     * @param costs of each limit, those of the client's bundle first
     * @param patience of each limit, in nanoseconds; 0 for none
     * @param kind which of the two bundles are asked, or whether one that is open is settled
     * @param pick which of those that are open
     * @param eighths how many eighths of it were used
     */
    record Step(long micros, List<Long> costs, List<Long> patience, Kind kind, int pick, int eighths) {}

    enum Kind {
        ASK,
        ASK_BOTH,
        HOLD,
        HOLD_BOTH,
        SETTLE,
        CHANGE
    }

    private record Open(Ask here, Ask there, long decidedMicros) {}

    @BeforeContainer
    static void start() throws Exception {
        for (ServerProgram program : ServerProgram.all()) {
            SERVERS.add(new SingleRedis(program));
        }
    }

    @AfterContainer
    static void stop() throws Exception {
        for (SingleRedis redis : SERVERS) {
            redis.close();
        }
    }

    @Property(seed = SEED)
    void anyHistory(
            @ForAll("limits") List<Limit> limits,
            @ForAll("limits") List<Limit> shared,
            @ForAll("steps") List<Step> steps) {
        play(limits, limits, shared, steps);
    }

    /* Two limits at least: where there is one of one number, a change of limits moves that by a unit here, to be noticed. */
    @Property(seed = SEED)
    void anyHistoryOfChanges(
            @ForAll("severalLimits") List<Limit> limits,
            @ForAll("severalLimits") List<Limit> changed,
            @ForAll("limits") List<Limit> shared,
            @ForAll("steps") List<Step> steps) {
        play(limits, changed, shared, steps);
    }

    /* What comes within a moment is asked in one call, cut where it was not to be known before: at a settlement, or a change. */
    @Property(seed = SEED)
    void anyHistoryInGroups(
            @ForAll("limits") List<Limit> limits,
            @ForAll("limits") List<Limit> shared,
            @ForAll("groupedSteps") List<Step> steps) {
        playInGroups(limits, limits, shared, steps);
    }

    @Property(seed = SEED)
    void anyHistoryOfChangesInGroups(
            @ForAll("severalLimits") List<Limit> limits,
            @ForAll("severalLimits") List<Limit> changed,
            @ForAll("limits") List<Limit> shared,
            @ForAll("groupedSteps") List<Step> steps) {
        playInGroups(limits, changed, shared, steps);
    }

    private static void playInGroups(List<Limit> limits, List<Limit> changed, List<Limit> shared, List<Step> steps) {
        for (SingleRedis redis : SERVERS) {
            redis.client.getKeys().flushall();
        }
        Bundle own = bundle("own", limits);
        Bundle other = changed == limits ? own : bundle("own", changed);
        Bundle all = bundle("all", shared);
        ToldTimeLimiter redisLimiter =
                new ToldTimeLimiter(SERVERS.stream().map(redis -> redis.client).toList(), own, other, all);
        ManualTicker ticker = new ManualTicker(START * 1_000);
        LocalLimiter local =
                new LocalLimiter(100, 1_000, ticker, new WindowAnchor(0, Instant.EPOCH), LimiterListener.NONE);
        List<Open> open = new ArrayList<>();
        List<Ask> heres = new ArrayList<>();
        List<Ask> theres = new ArrayList<>();
        long now = START;
        for (Step step : steps) {
            if (step.micros > 0 || step.kind == Kind.CHANGE || step.kind == Kind.SETTLE) {
                decideTogether(redisLimiter, heres, theres, now, open);
            }
            now += step.micros;
            ticker.advanceNanos(step.micros * 1_000);
            if (step.kind == Kind.CHANGE) {
                Bundle before = own;
                own = other;
                other = before;
            } else if (step.kind == Kind.SETTLE) {
                settleOne(step, local, redisLimiter, open, now);
            } else {
                Ask here = question(own, all, step);
                local.decide(here);
                heres.add(here);
                theres.add(question(own, all, step));
            }
        }
        decideTogether(redisLimiter, heres, theres, now, open);
    }

    private static void decideTogether(
            ToldTimeLimiter redisLimiter, List<Ask> heres, List<Ask> theres, long now, List<Open> open) {
        if (!theres.isEmpty()) {
            redisLimiter.decideTogether(theres, now);
        }
        for (int i = 0; i < theres.size(); i++) {
            assertThat(Decision.of(theres.get(i))).isEqualTo(Decision.of(heres.get(i)));
            if (heres.get(i).isOpen()) {
                open.add(new Open(heres.get(i), theres.get(i), now));
            }
        }
        heres.clear();
        theres.clear();
    }

    private static void settleOne(
            Step step, LocalLimiter local, ToldTimeLimiter redisLimiter, List<Open> open, long now) {
        if (!open.isEmpty()) {
            Open one = open.remove(step.pick % open.size());
            use(one.here, step.eighths);
            use(one.there, step.eighths);
            local.settle(one.here);
            redisLimiter.settle(one.there, one.decidedMicros, now);
            assertThat(Decision.of(one.there)).isEqualTo(Decision.of(one.here));
        }
    }

    private static void play(List<Limit> limits, List<Limit> changed, List<Limit> shared, List<Step> steps) {
        for (SingleRedis redis : SERVERS) {
            redis.client.getKeys().flushall();
        }
        Bundle own = bundle("own", limits);
        Bundle other = changed == limits ? own : bundle("own", changed);
        Bundle all = bundle("all", shared);
        ToldTimeLimiter redisLimiter =
                new ToldTimeLimiter(SERVERS.stream().map(redis -> redis.client).toList(), own, other, all);
        ManualTicker ticker = new ManualTicker(START * 1_000);
        LocalLimiter local =
                new LocalLimiter(100, 1_000, ticker, new WindowAnchor(0, Instant.EPOCH), LimiterListener.NONE);
        List<Open> open = new ArrayList<>();
        long now = START;
        for (Step step : steps) {
            now += step.micros;
            ticker.advanceNanos(step.micros * 1_000);
            if (step.kind == Kind.CHANGE) {
                Bundle before = own;
                own = other;
                other = before;
                continue;
            }
            if (step.kind == Kind.SETTLE) {
                settleOne(step, local, redisLimiter, open, now);
                continue;
            }
            Ask here = question(own, all, step);
            local.decide(here);
            Ask there = question(own, all, step);
            redisLimiter.decide(there, now);
            assertThat(Decision.of(there)).isEqualTo(Decision.of(here));
            if (here.isOpen()) {
                open.add(new Open(here, there, now));
            }
        }
    }

    private static void use(Ask ask, int eighths) {
        for (int i = 0; i < ask.limits(); i++) {
            boolean asTaken = eighths % 2 == 1 && i % 2 == 1;
            ask.actual(i, asTaken ? ask.cost(i) : ask.cost(i) * eighths / 8);
        }
    }

    private static Ask question(Bundle own, Bundle all, Step step) {
        Ask ask = new Ask();
        ask.add(own, ALICE);
        if (step.kind == Kind.ASK_BOTH || step.kind == Kind.HOLD_BOTH) {
            ask.add(all, ClientKey.GLOBAL);
        }
        if (step.kind == Kind.HOLD || step.kind == Kind.HOLD_BOTH) {
            ask.hold();
        }
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, step.costs.get(i));
            if (step.patience.get(i) > 0) {
                ask.patience(i, step.patience.get(i));
            }
        }
        return ask;
    }

    private static Bundle bundle(String name, List<Limit> limits) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add(name + names.size());
            policies.declare(new Policy(names.get(names.size() - 1), limit));
        }
        return policies.current().bundle(name, names);
    }

    @Provide
    Arbitrary<List<Limit>> limits() {
        return limit().list().ofMinSize(1).ofMaxSize(3);
    }

    @Provide
    Arbitrary<List<Limit>> severalLimits() {
        return limit().list().ofMinSize(2).ofMaxSize(3);
    }

    private static Arbitrary<Limit> limit() {
        return Combinators.combine(
                        Arbitraries.of(
                                Algorithm.GCRA,
                                Algorithm.LEAKY_BUCKET_QUEUE,
                                Algorithm.FIXED_WINDOW,
                                Algorithm.SLIDING_WINDOW_COUNTER,
                                Algorithm.SLIDING_WINDOW_LOG),
                        Arbitraries.oneOf(
                                Arbitraries.longs().between(0, 12),
                                Arbitraries.of(999L, 80_000L, 999_999_999L, 1L << 40, MANY)),
                        Arbitraries.of(
                                1L, 7L, 1_000L, 1_000_000L, 60_000_000L, 86_400_000_000L, 1_123_200_000_000_000L),
                        Arbitraries.oneOf(
                                Arbitraries.longs().between(1, 12),
                                Arbitraries.of(1_000_000L, 1L << 32, 1L << 41, MANY)))
                .as(SameDecisionsTest::limit)
                .filter(made -> made != null);
    }

    private static Limit limit(Algorithm algorithm, long permits, long micros, long burst) {
        try {
            Limit limit = Limit.of(permits, Duration.ofNanos(micros * 1_000)).withAlgorithm(algorithm);
            return algorithm.isBucket()
                    ? limit.withBurst(burst)
                    : algorithm.hasWindows() ? limit.withAlignedWindows() : limit;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return steps(anyMicros(), 25, Kind.class.getEnumConstants());
    }

    private static Arbitrary<Long> anyMicros() {
        return Arbitraries.oneOf(
                Arbitraries.of(0L, 0L, 1L, 3L, 999L, 1_000L, 500_000L, 1_000_000L, 30_000_000L, 86_400_000_000L),
                Arbitraries.longs().between(0, 100));
    }

    @Provide
    Arbitrary<List<Step>> groupedSteps() {
        Arbitrary<Long> micros = Arbitraries.frequencyOf(Tuple.of(6, Arbitraries.just(0L)), Tuple.of(1, anyMicros()));
        return steps(
                micros,
                50,
                Kind.ASK,
                Kind.ASK,
                Kind.ASK_BOTH,
                Kind.ASK_BOTH,
                Kind.HOLD,
                Kind.HOLD_BOTH,
                Kind.SETTLE,
                Kind.CHANGE);
    }

    private static Arbitrary<List<Step>> steps(Arbitrary<Long> micros, int most, Kind... kinds) {
        Arbitrary<Long> cost = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 13), Arbitraries.of(1L, 1L, 500L, 1L << 39, MANY - 1, MANY));
        Arbitrary<Long> patience = Arbitraries.of(0L, 0L, 1_000L, 1_000_000L, 2_000_000_000L, Long.MAX_VALUE);
        return Combinators.combine(
                        micros,
                        cost.list().ofSize(6),
                        patience.list().ofSize(6),
                        Arbitraries.of(kinds),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(0, 0, 1, 4, 8, 8, 9, 20))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(most);
    }
}
