package dev.weir.benchmark.redis;

import dev.weir.benchmark.Goal;
import dev.weir.core.Ask;
import dev.weir.core.Limit;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that has been refused and asks on, as fast as it can: what that costs Redis until the time that it was told. */
final class Denied {

    /** Of many threads on few cores one may look at the clock, be set aside, and ask a while later. */
    private static final Duration MARGIN = Duration.ofMillis(300);

    private final Stage stage;
    private final Options options;
    private final PrintStream out;

    Denied(Stage stage, Options options, PrintStream out) {
        this.stage = stage;
        this.options = options;
        this.out = out;
    }

    List<Goal> run(Contest contest) throws InterruptedException {
        Limit limit = Limit.of(1, options.round().plus(MARGIN));
        List<Figures> rounds = new ArrayList<>();
        long most = 0;
        StringBuilder said = new StringBuilder();
        for (int round = 0; round <= options.rounds(); round++) {
            Traffic traffic = Traffic.of("denied", limit, 0, options.deadline(), round, 1);
            long start = System.nanoTime();
            Ask refused = stage.decided(traffic);
            while (refused.allowed()) {
                start = System.nanoTime();
                refused = stage.decided(traffic);
            }
            long endNanos = start + refused.retryAfterNanos(0) - MARGIN.toNanos();
            Figures figures = Figures.of(
                    stage.weir(options.threads(), traffic),
                    Duration.ofNanos(Math.max(0, endNanos - System.nanoTime())),
                    stage.redis,
                    stage::fellBack);
            if (round > 0) {
                rounds.add(figures);
                most = Math.max(most, figures.server().commands());
                said.append(String.format(
                        Locale.ROOT,
                        "  asked %,d times, %,d commands in Redis, %,d admitted%n",
                        figures.decisions() + figures.fellBack(),
                        figures.server().commands(),
                        figures.admitted()));
            }
        }
        contest.print(
                "denied: one client, refused, until its retry time, " + options.threads() + " threads",
                List.of(new Series("denied", "weir", rounds)));
        out.println(said);
        return List.of(Goal.atMost("denied-commands", (double) most, 0));
    }
}
