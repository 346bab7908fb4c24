package dev.weir.benchmark.redis;

import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Report;
import dev.weir.core.Limit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** For how long a decision holds Redis: the time of its script. */
final class ServerTime {

    /** So many callers keep Redis awake, and leave it a processor. */
    private static final int CALLERS = 4;

    private static final List<Limit> THREE = List.of(
            RedisSuite.STAYS, Limit.of(2_000_000, Duration.ofDays(365)), Limit.of(3_000_000, Duration.ofDays(365)));

    private final Stage stage;
    private final Options options;
    private final Report report;

    ServerTime(Stage stage, Options options, Report report) {
        this.stage = stage;
        this.options = options;
        this.report = report;
    }

    void run(Contest contest) throws InterruptedException {
        int clients = options.clients();
        Options shape = options.inSlices();
        report.part("What a decision costs Redis");
        report.text(String.format(
                "Script time for one of %,d clients, each with a state: %d rounds of %d ms each, so that little else happens between two that"
                        + " are set against each other. Calls of their own are made by %d threads, groups by %d asks in the air.",
                clients, shape.rounds(), shape.round().toMillis(), CALLERS, options.threads()));
        Traffic one = Traffic.of("one", RedisSuite.STAYS, 0, options.deadline(), 0, clients);
        Traffic three = Traffic.of("three", THREE, 0, options.deadline(), 0, clients);
        Map<String, Load> ways = new LinkedHashMap<>();
        ways.put("trivial", stage.trivial(CALLERS, one));
        ways.put("RRateLimiter", stage.rRateLimiter(CALLERS, one));
        ways.put("plain", stage.plain(CALLERS, one));
        ways.put("plain, three limits", stage.plain(CALLERS, three));
        ways.put("weir, async", stage.weirAsync(options.threads(), one));
        ways.put("weir, async, three limits", stage.weirAsync(options.threads(), three));
        Ways all = contest.run("server", ways, shape);
        Way rRateLimiter = all.get("RRateLimiter");
        Way plain = all.get("plain");
        Way async = all.get("weir, async");
        report.picture(all.picture(
                "redis-server", "What a decision costs Redis", "script µs per decision", Figures::scriptPerDecision));
        report.goal(Goal.atMost("redis-server-single", plain.over(rRateLimiter, Figures::scriptPerDecision), 0.5));
        report.goal(Goal.atMost("redis-server-group", async.over(rRateLimiter, Figures::scriptPerDecision), 0.25));
        report.goal(Goal.atMost(
                "redis-server-three", all.get("plain, three limits").over(plain, Figures::scriptPerDecision), 1.3));
        report.goal(Goal.atMost(
                "redis-server-three-group",
                all.get("weir, async, three limits").over(async, Figures::scriptPerDecision),
                1.3));
    }
}
