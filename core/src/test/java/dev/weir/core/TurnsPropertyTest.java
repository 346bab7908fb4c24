package dev.weir.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** The promises about who waits, holds, gives back and owes, for all limits and histories, by brute force. */
class TurnsPropertyTest {

    private static final long LONGEST_STEP = 1L << 54;

    enum What {
        ASK,
        WAIT,
        HOLD,
        HOLD_AND_WAIT,
        CANCEL,
        GO_ON,
        USE_LESS,
        USE_MORE,
        LOOK,
        SWEEP,
        CHANGE,
        STRANGERS
    }

    /**
     * A step of a story.
     *
     * @param time how much time has passed since the one before: none, if it is not above 0; else a third of it, in eighths of the
     *     pace of limit {@code pick}, and up to a nanosecond more or less
     * @param costs of each limit, those of the client's bundle first
     * @param patience how patient, for each limit, from 0 (not) to 4 (any wait)
     * @param looks whether to look at what is left before and after asking
     */
    record Step(
            What what,
            int time,
            int pick,
            String bundles,
            int client,
            List<Integer> costs,
            List<Integer> patience,
            boolean looks) {}

    /**
     * Two versions of a bundle, each client's; another bundle that all share; and what happens.
     *
     * @param forgets whether there is room for two entries only
     */
    record Story(
            List<Limit> limits,
            List<Limit> changed,
            List<Limit> global,
            boolean forgets,
            long startNanos,
            List<Step> steps) {}

    @Property(tries = 4_000)
    void bucketsAndQueuesKeepThePromises(@ForAll("buckets") Story story) {
        play(story);
    }

    @Property(tries = 4_000)
    void windowsAndLogsKeepThePromises(@ForAll("windows") Story story) {
        play(story);
    }

    @Property(tries = 4_000)
    void allKindsTogetherKeepThePromises(@ForAll("mixtures") Story story) {
        play(story);
    }

    @Property(tries = 4_000)
    void changedLimitsKeepThePromises(@ForAll("changes") Story story) {
        play(story);
    }

    @Property(tries = 4_000)
    void aCacheOfTwoKeepsThePromises(@ForAll("evictions") Story story) {
        play(story);
    }

    private static void play(Story story) {
        Watched watched = new Watched(story.startNanos, story.forgets);
        Bundle[] versions = {
            Asks.bundle("per-client", story.limits.toArray(Limit[]::new)),
            Asks.bundle("per-client", story.changed.toArray(Limit[]::new))
        };
        Bundle global = Asks.bundle("global", story.global.toArray(Limit[]::new));
        for (Step step : story.steps) {
            Limit pace = story.limits.get(step.pick % story.limits.size());
            watched.ticker.advanceNanos(nanos(step, pace));
            switch (step.what) {
                case ASK -> watched.decide(question(step, versions[0], global, false, false), step.looks);
                case HOLD -> watched.decide(question(step, versions[0], global, false, true), step.looks);
                case WAIT, HOLD_AND_WAIT -> {
                    boolean holds = step.what == What.HOLD_AND_WAIT;
                    Ask patient = question(step, versions[0], global, true, holds);
                    if (step.looks) {
                        watched.decideTwice(impatient(question(step, versions[0], global, false, holds)), patient);
                    } else {
                        watched.decide(patient, false);
                    }
                }
                case CANCEL -> watched.settle(step.pick, 0);
                case GO_ON -> watched.settle(step.pick, -1);
                case USE_LESS -> watched.settle(step.pick, 1 + step.client * 2);
                case USE_MORE -> watched.settle(step.pick, 8 + step.client * 8);
                case LOOK -> watched.look(question(step, versions[0], global, false, false));
                case SWEEP -> watched.limiter.sweep();
                case CHANGE -> {
                    Bundle old = versions[0];
                    versions[0] = versions[1];
                    versions[1] = old;
                }
                case STRANGERS -> {
                    for (int i = 0; i < 8 && story.forgets; i++) {
                        Asks.decide(watched.limiter, versions[0], Asks.client(1_000 + i / 2));
                    }
                }
            }
        }
        watched.assertWithinBounds();
        if (!story.forgets) {
            watched.assertAllComesToAnEnd();
        }
    }

    private static Ask question(Step step, Bundle perClient, Bundle global, boolean patient, boolean holds) {
        Ask ask = new Ask();
        for (char bundle : step.bundles.toCharArray()) {
            boolean own = bundle == 'c';
            int first = ask.add(own ? perClient : global, own ? Asks.client(step.client) : ClientKey.GLOBAL);
            for (int i = first; i < ask.limits(); i++) {
                int at = i - first + (own ? 0 : 3);
                Limit limit = ask.policy(i).limit();
                ask.cost(i, Math.min(step.costs.get(at), limit.burst() + 1));
                if (patient) {
                    ask.patience(i, patience(limit, step.patience.get(at)));
                }
            }
        }
        if (holds) {
            ask.hold();
        }
        return ask;
    }

    private static Ask impatient(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            ask.patience(i, 0);
        }
        return ask;
    }

    private static long patience(Limit limit, int degree) {
        long pace = Math.min(LONGEST_STEP, pace(limit));
        return switch (degree) {
            case 0 -> 0;
            case 1 -> pace / 2;
            case 2 -> 2 * pace;
            case 3 -> 10 * pace;
            default -> Long.MAX_VALUE;
        };
    }

    private static long nanos(Step step, Limit pace) {
        int off = Math.floorMod(step.time, 3) - 1;
        return step.time <= 0 ? 0 : Math.max(0, Math.min(LONGEST_STEP, pace(pace) / 8 * (step.time / 3)) + off);
    }

    private static long pace(Limit limit) {
        return AnyLimit.intervalNanos(limit);
    }

    @Provide
    Arbitrary<Story> buckets() {
        return stories(bucket(), false, false);
    }

    @Provide
    Arbitrary<Story> windows() {
        return stories(window(), false, false);
    }

    @Provide
    Arbitrary<Story> mixtures() {
        return stories(Arbitraries.oneOf(bucket(), window()), false, false);
    }

    @Provide
    Arbitrary<Story> changes() {
        return stories(Arbitraries.oneOf(bucket(), window()), true, false);
    }

    @Provide
    Arbitrary<Story> evictions() {
        return stories(Arbitraries.oneOf(bucket(), window()), false, true);
    }

    private static Arbitrary<Limit> bucket() {
        return Combinators.combine(AnyLimit.open(), Arbitraries.of(false, false, true))
                .as((limit, queues) -> queues ? limit.withAlgorithm(Algorithm.LEAKY_BUCKET_QUEUE) : limit);
    }

    private static Arbitrary<Limit> window() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 12),
                        Arbitraries.of(1_000L, 1_013L, 1_000_000_000L, 7_000_000_001L),
                        Arbitraries.of(
                                Algorithm.FIXED_WINDOW, Algorithm.SLIDING_WINDOW_COUNTER, Algorithm.SLIDING_WINDOW_LOG))
                .as((permits, nanos, algorithm) ->
                        Limit.of(permits, Duration.ofNanos(nanos)).withAlgorithm(algorithm));
    }

    private static Arbitrary<Story> stories(Arbitrary<Limit> limit, boolean changes, boolean forgets) {
        return Combinators.combine(
                        limit.list().ofMinSize(1).ofMaxSize(3),
                        bucket().list().ofSize(3),
                        limit.list().ofMinSize(1).ofMaxSize(2),
                        History.starts(),
                        steps(changes, forgets).list().ofMaxSize(60))
                .as((limits, others, global, start, steps) ->
                        new Story(limits, changed(limits, others), global, forgets, start, steps));
    }

    /* A window is changed in its permits only: where windows move, their bounds do not hold across the change. */
    private static List<Limit> changed(List<Limit> limits, List<Limit> others) {
        List<Limit> changed = new ArrayList<>();
        for (Limit limit : limits) {
            Limit other = others.get(changed.size());
            changed.add(
                    limit.algorithm().isBucket()
                            ? other
                            : Limit.of(other.burst(), limit.period()).withAlgorithm(limit.algorithm()));
        }
        return changed;
    }

    private static Arbitrary<Step> steps(boolean changes, boolean forgets) {
        Arbitrary<What> what = Arbitraries.frequency(
                Tuple.of(5, What.ASK),
                Tuple.of(8, What.WAIT),
                Tuple.of(4, What.HOLD),
                Tuple.of(3, What.HOLD_AND_WAIT),
                Tuple.of(5, What.CANCEL),
                Tuple.of(3, What.GO_ON),
                Tuple.of(3, What.USE_LESS),
                Tuple.of(2, What.USE_MORE),
                Tuple.of(2, What.LOOK),
                Tuple.of(1, What.SWEEP),
                Tuple.of(changes ? 2 : 0, What.CHANGE),
                Tuple.of(forgets ? 6 : 0, What.STRANGERS));
        Arbitrary<Integer> degrees =
                Arbitraries.frequency(Tuple.of(1, 0), Tuple.of(1, 1), Tuple.of(1, 2), Tuple.of(2, 3), Tuple.of(3, 4));
        return Combinators.combine(
                        what,
                        Arbitraries.integers().between(-48, 72),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.frequency(Tuple.of(5, "c"), Tuple.of(1, "g"), Tuple.of(2, "cg")),
                        Arbitraries.frequency(Tuple.of(4, 1), Tuple.of(1, 2)),
                        costs().list().ofSize(5),
                        degrees.list().ofSize(5),
                        Arbitraries.of(true, false))
                .as(Step::new);
    }

    private static Arbitrary<Integer> costs() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0)),
                Tuple.of(5, Arbitraries.just(1)),
                Tuple.of(4, Arbitraries.integers().between(2, 13)));
    }
}
