package dev.weir.benchmark.redis;

import dev.weir.benchmark.Goal;
import dev.weir.benchmark.redis.Options.Part;
import dev.weir.core.Limit;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Measures decisions over Redis: Weir as users get it, beside its own script with a call for each decision, and beside the least that a
 * call of a script can be. All in one process, by turns, over one client, with a Redis that it starts. Ends with the goals.
 */
public final class RedisLoad {

    /** Refuses nobody here; and nobody's state expires between two asks. */
    static final Limit ADMITS_ALL = Limit.of(1_000_000_000, Duration.ofDays(365));

    /* Held here, since its level is forgotten with it. */
    private static final Logger REDISSON = Logger.getLogger("org.redisson");

    private final Options options;
    private final Stage stage;
    private final PrintStream out;
    private final Contest contest;

    private RedisLoad(Options options, Stage stage, PrintStream out) {
        this.options = options;
        this.stage = stage;
        this.out = out;
        this.contest = new Contest(stage, options, out);
    }

    /**
     * What was measured.
     *
     * @param ways each of them
     * @param goals of the parts that ran
     */
    record Report(List<Series> ways, List<Goal> goals) {}

    /** Takes what {@code --help} tells. Ends with 0 whether goals are met or not, with 2 if its options are wrong. */
    public static void main(String[] args) throws Exception {
        if (List.of(args).contains("--help")) {
            System.out.print(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        REDISSON.setLevel(Level.WARNING);
        Report report = report(options, System.out);
        report.goals().forEach(System.out::println);
    }

    /** Runs the parts that are asked for, each with a Redis of its own, and prints their tables to {@code out}. */
    static Report report(Options options, PrintStream out) throws IOException, InterruptedException {
        out.printf(
                "Java %s, %d processors; %d rounds of %d ms; figures are per decision, and medians of the rounds%n%n",
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                options.rounds(),
                options.round().toMillis());
        List<Series> ways = new ArrayList<>();
        List<Goal> goals = new ArrayList<>();
        for (Part part : options.parts()) {
            try (Stage stage = new Stage()) {
                stage.warmUp();
                RedisLoad load = new RedisLoad(options, stage, out);
                goals.addAll(load.goals(part));
                ways.addAll(load.contest.all());
            }
        }
        return new Report(ways, goals);
    }

    private List<Goal> goals(Part part) throws InterruptedException {
        return switch (part) {
            case SPREAD -> spread();
            case HOT -> hot();
            case ONE -> one();
            case LEASES -> new Borrowed(stage, options, out).run(contest);
            case DENIED -> new Denied(stage, options, out).run(contest);
        };
    }

    private List<Goal> spread() throws InterruptedException {
        int threads = options.threads();
        Traffic traffic = Traffic.of("spread", ADMITS_ALL, 0, options.deadline(), 0, options.clients());
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("trivial", stage.trivial(threads, traffic));
        ways.put("plain", stage.plain(threads, traffic));
        ways.put("weir", stage.weir(threads, traffic));
        ways.put("weir, async", stage.weirAsync(threads, traffic));
        List<Series> all = contest.run("spread: " + options.clients() + " keys, " + threads + " threads", ways);
        Series trivial = all.get(0);
        Series plain = all.get(1);
        Series weir = all.get(2);
        return List.of(
                Goal.atLeast("spread-rate", weir.times(trivial, Figures::perSecond), 2.5),
                Goal.atMost("spread-cpu", weir.times(trivial, Figures::cpuPerDecision), 0.4),
                Goal.atMost("spread-script", weir.times(plain, Figures::scriptPerDecision), 0.4));
    }

    private List<Goal> hot() throws InterruptedException {
        int threads = options.threads();
        Traffic traffic = Traffic.of("hot", ADMITS_ALL, 0, options.deadline(), 0, 1);
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("plain", stage.plain(threads, traffic));
        ways.put("weir", stage.weir(threads, traffic));
        ways.put("weir, async", stage.weirAsync(threads, traffic));
        List<Series> all = contest.run("hot: 1 key, " + threads + " threads", ways);
        Series plain = all.get(0);
        Series weir = all.get(1);
        Series async = all.get(2);
        return List.of(
                Goal.atLeast("hot-blocking", weir.times(plain, Figures::perSecond), 10),
                Goal.atLeast("hot-async", async.times(plain, Figures::perSecond), 15),
                Goal.atMost("hot-commands", weir.median(Figures::callsPerDecision), 0.1));
    }

    private List<Goal> one() throws InterruptedException {
        Traffic traffic = Traffic.of("spread", ADMITS_ALL, 0, options.deadline(), 0, options.clients());
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("plain", stage.plain(1, traffic));
        ways.put("weir", stage.weir(1, traffic));
        List<Series> all = contest.run("one: " + options.clients() + " keys, 1 thread", ways);
        return List.of(Goal.atMost("one-latency", all.get(1).times(all.get(0), Figures::p50Micros), 1.15));
    }
}
