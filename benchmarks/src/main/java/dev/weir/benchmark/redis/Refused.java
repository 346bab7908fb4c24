package dev.weir.benchmark.redis;

import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.core.Ask;
import dev.weir.core.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A client that has been refused and asks on, as fast as it can: what that costs Redis until the time that it was told. */
final class Refused {

    /** Of many threads on few cores one may look at the clock, be set aside, and ask a while later. */
    private static final Duration MARGIN = Duration.ofMillis(300);

    private final Stage stage;
    private final Options options;
    private final Report report;

    Refused(Stage stage, Options options, Report report) {
        this.stage = stage;
        this.options = options;
        this.report = report;
    }

    void run(Contest contest) throws InterruptedException {
        report.part("A refused client");
        report.text(
                options.threads() + " threads ask for one client that was refused, until " + MARGIN.toMillis()
                        + " ms before the time that it was told to come back at. *Commands* are all that Redis was sent meanwhile.");
        Limit limit = Limit.of(1, options.round().plus(MARGIN));
        Grid table = new Grid("round", "asked", "admitted", "commands");
        List<Figures> rounds = new ArrayList<>();
        long most = 0;
        for (int round = 0; round <= options.rounds(); round++) {
            Figures figures = figures(Traffic.of("refused", limit, 0, options.deadline(), round, 1));
            if (round > 0) {
                rounds.add(figures);
                most = Math.max(most, figures.server().commands());
                table.row(
                        Integer.toString(round),
                        (double) (figures.decisions() + figures.fellBack()),
                        (double) figures.admitted(),
                        (double) figures.server().commands());
            }
        }
        contest.add(List.of(new Way("refused", "weir", rounds)));
        report.table(table);
        report.goal(Goal.atMost("redis-refused-commands", (double) most, 0));
    }

    private Figures figures(Traffic traffic) throws InterruptedException {
        long start = System.nanoTime();
        Ask refused = stage.decided(traffic);
        while (refused.allowed()) {
            start = System.nanoTime();
            refused = stage.decided(traffic);
        }
        long endNanos = start + refused.retryAfterNanos(0) - MARGIN.toNanos();
        return Figures.of(
                stage.weir(options.threads(), traffic),
                Duration.ofNanos(Math.max(0, endNanos - System.nanoTime())),
                stage.redis,
                stage::fellBack);
    }
}
