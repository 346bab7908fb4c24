package dev.weir.benchmark.redis;

import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.core.Limit;
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
    private final Report report;

    Borrowed(Stage stage, Options options, Report report) {
        this.stage = stage;
        this.options = options;
        this.report = report;
    }

    void run(Contest contest) throws InterruptedException {
        int threads = options.threads();
        Traffic exact = Traffic.of("hot", RedisSuite.ADMITS_ALL, 0, options.deadline(), 0, 1);
        Traffic lent = Traffic.of("lent", RedisSuite.ADMITS_ALL, MAX_ERROR, options.deadline(), 0, 1);
        report.part("A hot client, permits lent");
        report.text(threads + " threads for one client. *weir, lent* has `maxError` " + MAX_ERROR
                + ": the process borrows permits ahead, a share of the limit that is never above that.");
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("plain", stage.plain(threads, exact));
        ways.put("weir, lent", stage.weir(threads, lent));
        Ways all = contest.run("leases", ways);
        Samples fewer = all.get("plain").over(all.get("weir, lent"), Borrowed::callsPerDecision);
        report.goal(Goal.atLeast("redis-lease-commands", fewer, 100));
        report.goal(Goal.atMost("redis-lease-error", error(contest, all.get("weir, lent")), MAX_ERROR));
    }

    /* Of one call at least: so few that there was none is no division by zero. */
    private static double callsPerDecision(Figures figures) {
        return (double) Math.max(1, figures.server().scriptCalls()) / figures.decisions();
    }

    /** How far off, as a part, admission is from a limit of far less than is asked: the worst round. */
    private double error(Contest contest, Way unlimited) throws InterruptedException {
        long permits = Math.max(1, (long) (unlimited.each(Figures::perSecond).median() / TIMES));
        Limit limit = Limit.of(permits, Duration.ofSeconds(1));
        report.text(String.format(
                Locale.ROOT,
                "How exact that is: the same threads ask of a limit of %,d a second, a twentieth of that rate, from %.1f s after it was"
                        + " first asked of on, when its burst is used up and permits are lent. *Error*: how far what was admitted is, as a part,"
                        + " from what came back to the limit in that time.",
                permits,
                FIRST_NANOS / 1e9));
        Grid table = new Grid("round", "asked", "admitted", "came back", "error");
        List<Figures> rounds = new ArrayList<>();
        double worst = 0;
        for (int round = 0; round < options.rounds(); round++) {
            Traffic less = Traffic.of("less", limit, MAX_ERROR, options.deadline(), round, 1);
            stage.weir(options.threads(), less).run(System.nanoTime() + FIRST_NANOS);
            Figures figures =
                    Figures.of(stage.weir(options.threads(), less), options.round(), stage.redis, stage::fellBack);
            double cameBack = permits * figures.seconds();
            double error = figures.admitted() / cameBack - 1;
            worst = Math.max(worst, Math.abs(error));
            rounds.add(figures);
            table.row(
                    Integer.toString(round + 1),
                    (double) (figures.decisions() + figures.fellBack()),
                    (double) figures.admitted(),
                    cameBack,
                    error);
        }
        contest.add(List.of(new Way("less", "weir, lent", rounds)));
        report.table(table);
        return worst;
    }
}
