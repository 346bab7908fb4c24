package dev.weir.benchmark.redis;

import dev.weir.benchmark.Goal;
import dev.weir.core.Limit;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A hot key of which permits may be borrowed ahead: how seldom Redis is asked, and how exact the limit still is. */
final class Borrowed {

    private static final double MAX_ERROR = 0.05;
    /** How many times as much is asked for as a limit lets come back. */
    private static final int TIMES = 20;
    /** Until then nothing is lent, and the burst is not used up. */
    private static final long FIRST_NANOS = Duration.ofMillis(2_500).toNanos();

    private final Stage stage;
    private final Options options;
    private final PrintStream out;

    Borrowed(Stage stage, Options options, PrintStream out) {
        this.stage = stage;
        this.options = options;
        this.out = out;
    }

    List<Goal> run(Contest contest) throws InterruptedException {
        int threads = options.threads();
        Traffic exact = Traffic.of("hot", RedisLoad.ADMITS_ALL, 0, options.deadline(), 0, 1);
        Traffic lent = Traffic.of("lent", RedisLoad.ADMITS_ALL, MAX_ERROR, options.deadline(), 0, 1);
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("plain", stage.plain(threads, exact));
        ways.put("weir, lent", stage.weir(threads, lent));
        List<Series> all = contest.run("leases: 1 key, maxError " + MAX_ERROR + ", " + threads + " threads", ways);
        double fewer = all.get(0).times(all.get(1), Borrowed::callsPerDecision);
        return List.of(
                Goal.atLeast("lease-commands", fewer, 100),
                Goal.atMost("lease-error", error(contest, all.get(1)), MAX_ERROR));
    }

    /* Of one call at least: so few that there was none is no division by zero. */
    private static double callsPerDecision(Figures figures) {
        return (double) Math.max(1, figures.server().scriptCalls()) / figures.decisions();
    }

    /** How far off, as a part, admission is from a limit of far less than is asked: the worst round. */
    private double error(Contest contest, Series unlimited) throws InterruptedException {
        long permits = Math.max(1, (long) (unlimited.median(Figures::perSecond) / TIMES));
        Limit limit = Limit.of(permits, Duration.ofSeconds(1));
        List<Figures> rounds = new ArrayList<>();
        double worst = 0;
        StringBuilder said = new StringBuilder();
        for (int round = 0; round < options.rounds(); round++) {
            Traffic less = Traffic.of("less", limit, MAX_ERROR, options.deadline(), round, 1);
            stage.weir(options.threads(), less).run(System.nanoTime() + FIRST_NANOS);
            Figures figures =
                    Figures.of(stage.weir(options.threads(), less), options.round(), stage.redis, stage::fellBack);
            double bound = permits * figures.seconds();
            double part = figures.admitted() / bound;
            worst = Math.max(worst, Math.abs(part - 1));
            rounds.add(figures);
            said.append(String.format(
                    Locale.ROOT,
                    "  admitted %,d of %,d asked; the limit's rate allows %,.0f: %.4f%n",
                    figures.admitted(),
                    figures.decisions() + figures.fellBack(),
                    bound,
                    part));
        }
        contest.print(
                "leases: 1 key, a limit of a twentieth of that",
                List.of(new Series("leases: less", "weir, lent", rounds)));
        out.println(said);
        return worst;
    }
}
