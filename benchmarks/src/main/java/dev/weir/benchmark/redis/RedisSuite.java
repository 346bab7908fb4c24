package dev.weir.benchmark.redis;

import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Suite;
import dev.weir.core.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Decisions over Redis: Weir as users get it, beside its own script with a call for each decision, beside its peers, and beside the least
 * that a call of a script can be. All in one process, by turns, over one client, with a Redis that it starts.
 */
public final class RedisSuite implements Suite {

    /** Refuses nobody here. */
    static final Limit ADMITS_ALL = Limit.of(1_000_000_000, Duration.ofDays(365));

    /** Refuses nobody here who is not asked for all the time; and no state expires between two asks. */
    static final Limit STAYS = Limit.of(1_000_000, Duration.ofDays(365));

    /* Held here, since its level is forgotten with it. */
    private static final Logger REDISSON = Logger.getLogger("org.redisson");

    /** Measures something on a stage of its own. */
    @FunctionalInterface
    private interface Part {
        void run(Stage stage, Contest contest) throws InterruptedException;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public void run(Effort effort, Report report) throws Exception {
        measure(effort, report);
    }

    /** Measures, and reports; all figures of the ways. */
    List<Way> measure(Effort effort, Report report) throws Exception {
        REDISSON.setLevel(Level.WARNING);
        Options options = Options.of(effort);
        report.section("Decisions over Redis");
        report.text(text(options));
        List<Way> all = new ArrayList<>();
        List<Part> parts = List.of(
                (stage, contest) -> many(stage, contest, options, report),
                (stage, contest) -> hot(stage, contest, options, report),
                (stage, contest) -> one(stage, contest, options, report),
                (stage, contest) -> new Refused(stage, options, report).run(contest),
                (stage, contest) -> new Borrowed(stage, options, report).run(contest),
                (stage, contest) -> new ServerTime(stage, options, report).run(contest),
                (stage, contest) -> new Bytes(stage, options, report).run());
        for (Part part : parts) {
            try (Stage stage = new Stage()) {
                stage.warmUp();
                Contest contest = new Contest(stage, options, report);
                part.run(stage, contest);
                all.addAll(contest.all());
            }
        }
        return all;
    }

    private static String text(Options options) {
        return String.format(
                Locale.ROOT,
                """
            A Redis of its own for each part, on this machine, asked over one Redisson client, configured as the back end does for `weir.redis`. Ways
            take turns, after as many rounds as it takes until hardly anything is left to compile, %d at most; %d rounds of %d ms are measured.
            Repeat it by `benchmarks/compare --only redis`.

            | way | what it is |
            | --- | --- |
            | trivial | `return 1` by `EVALSHA` with one key: the least that a call of a script can be |
            | RRateLimiter | Redisson's own limiter: `tryAcquire(1)`, of 1,000,000,000 per second |
            | Bucket4j | on the same Redisson client, compare and swap: `getProxy(key, …).tryConsume(1)`, of 1,000,000,000 per second |
            | plain | Weir's script, a call for each decision: nothing gathers, there is neither deadline nor stand-in |
            | weir | the back end as users get it; callers have a thread each and wait |
            | weir, async | the same; nobody waits, each answer sends the next ask |

            Columns: decisions a second; how long a caller waited (of ways that take turns, the medians of the rounds); then per decision the CPU of the
            client's whole process, the script's time (`INFO commandstats`), the CPU of the server's process, calls of scripts, and all commands
            that Redis ran, those in scripts included. *Fell back* are decisions that the stand-in gave since Redis had not decided within the deadline of
            %d ms; they do not count, and where there are many, the machine was too busy for the figures to mean much. Commands leave out `INFO`, which is
            the program's, `PING`, by which Redisson keeps connections open, and the process' own sign of life every ten seconds.
            """,
                options.warmUps(),
                options.rounds(),
                options.round().toMillis(),
                options.deadline().toMillis());
    }

    private static void many(Stage stage, Contest contest, Options options, Report report) throws InterruptedException {
        int threads = options.threads();
        report.part("Many clients");
        report.text(String.format(
                Locale.ROOT,
                "%d threads, or as many asks in the air, for %,d clients at random, each with a state that lives through the run.",
                threads,
                options.clients()));
        Traffic traffic = Traffic.of("many", STAYS, 0, options.deadline(), 0, options.clients());
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("trivial", stage.trivial(threads, traffic));
        ways.put("RRateLimiter", stage.rRateLimiter(threads, traffic));
        ways.put("Bucket4j", stage.bucket4j(threads, traffic));
        ways.put("plain", stage.plain(threads, traffic));
        ways.put("weir", stage.weir(threads, traffic));
        ways.put("weir, async", stage.weirAsync(threads, traffic));
        Ways all = contest.run("many", ways);
        Way trivial = all.get("trivial");
        Way plain = all.get("plain");
        Way weir = all.get("weir");
        Way rRateLimiter = all.get("RRateLimiter");
        report.picture(
                all.picture("redis-many", "Many clients over Redis", "decisions per second", Figures::perSecond));
        report.goal(Goal.atLeast("redis-many-rate", weir.over(trivial, Figures::perSecond), 2.5));
        report.goal(Goal.atMost("redis-many-cpu", weir.over(trivial, Figures::cpuPerDecision), 0.4));
        report.goal(Goal.atMost("redis-many-script", weir.over(plain, Figures::scriptPerDecision), 0.4));
        report.goal(Goal.atMost("redis-server-single-load", plain.over(rRateLimiter, Figures::scriptPerDecision), 0.5));
        report.goal(Goal.atMost("redis-server-group-load", weir.over(rRateLimiter, Figures::scriptPerDecision), 0.25));
    }

    private static void hot(Stage stage, Contest contest, Options options, Report report) throws InterruptedException {
        int threads = options.threads();
        report.part("A hot client");
        report.text("The same for one client.");
        Traffic traffic = Traffic.of("hot", ADMITS_ALL, 0, options.deadline(), 0, 1);
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("RRateLimiter", stage.rRateLimiter(threads, traffic));
        ways.put("Bucket4j", stage.bucket4j(threads, traffic));
        ways.put("plain", stage.plain(threads, traffic));
        ways.put("weir", stage.weir(threads, traffic));
        ways.put("weir, async", stage.weirAsync(threads, traffic));
        Ways all = contest.run("hot", ways);
        Way plain = all.get("plain");
        Way weir = all.get("weir");
        report.picture(all.picture("redis-hot", "A hot client over Redis", "decisions per second", Figures::perSecond));
        report.goal(Goal.atLeast("redis-hot-blocking", weir.over(plain, Figures::perSecond), 10));
        report.goal(Goal.atLeast("redis-hot-async", all.get("weir, async").over(plain, Figures::perSecond), 15));
        report.goal(Goal.atMost("redis-hot-commands", weir.each(Figures::callsPerDecision), 0.1));
    }

    private static void one(Stage stage, Contest contest, Options options, Report report) throws InterruptedException {
        report.part("One caller");
        report.text(String.format(
                Locale.ROOT,
                "One thread for %,d clients: nothing gathers, and nothing should be dearer for it.",
                options.clients()));
        Traffic traffic = Traffic.of("many", STAYS, 0, options.deadline(), 0, options.clients());
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("plain", stage.plain(1, traffic));
        ways.put("weir", stage.weir(1, traffic));
        Ways all = contest.run("one", ways);
        report.goal(Goal.atMost("redis-one-latency", all.get("weir").over(all.get("plain"), Figures::p50Micros), 1.15));
    }
}
