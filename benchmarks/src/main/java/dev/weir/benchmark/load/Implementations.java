package dev.weir.benchmark.load;

import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.core.Algorithm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Mean and p99 of a decision, by algorithm, in this process and over Redis, of one thread and of several. */
final class Implementations {

    private static final List<String> OPTIONS = List.of("-Xms512m", "-Xmx512m");

    /* All but the queue, whose decisions are times to wait for. */
    private static final List<Algorithm> ALGORITHMS = List.of(
            Algorithm.TOKEN_BUCKET,
            Algorithm.LEAKY_BUCKET,
            Algorithm.FIXED_WINDOW,
            Algorithm.SLIDING_WINDOW_LOG,
            Algorithm.SLIDING_WINDOW_COUNTER);

    private final Effort effort;
    private final Report report;
    private long refused;

    Implementations(Effort effort, Report report) {
        this.effort = effort;
        this.report = report;
    }

    /** Where, and how many ask at once. */
    private enum Scenario {
        MEMORY("memory", "memory", 1, 3),
        MEMORY_CONCURRENT("memory, 2 threads", "memory", 2, 1),
        REDIS("Redis", "redis", 1, 3),
        REDIS_CONCURRENT("Redis, 16 threads", "redis", 16, 2);

        final String text;
        private final String place;
        private final int threads;
        /* How many rounds of twice the length it takes until all is compiled. */
        private final int warmUps;

        Scenario(String text, String place, int threads, int warmUps) {
            this.text = text;
            this.place = place;
            this.threads = threads;
            this.warmUps = warmUps;
        }

        String question(long millis) {
            return " " + place + " " + threads + " " + millis;
        }
    }

    /** What each round came to. */
    private static final class Figures {
        private final double[] mean;
        private final double[] p99;
        private final double[] perSecond;

        Figures(int rounds) {
            mean = new double[rounds];
            p99 = new double[rounds];
            perSecond = new double[rounds];
        }

        void add(int round, String[] answer) {
            mean[round] = Double.parseDouble(answer[0]);
            p99[round] = Double.parseDouble(answer[1]);
            perSecond[round] = Double.parseDouble(answer[2]);
        }
    }

    void run(String redis) throws IOException {
        List<ChildJvm> children = new ArrayList<>();
        try {
            for (int i = 0; i < (isShared() ? 1 : ALGORITHMS.size()); i++) {
                children.add(ChildJvm.start(ImplementationProbe.class, OPTIONS, redis));
            }
            Grid table = new Grid("implementation", "mean, µs", "p99, µs", "decisions/s");
            for (Scenario scenario : Scenario.values()) {
                addRows(table, scenario, measure(scenario, children));
            }
            tell(table);
        } finally {
            for (ChildJvm child : children) {
                child.close();
            }
        }
    }

    /* To be compiled takes each of them seconds. */
    private boolean isShared() {
        return effort != Effort.FULL;
    }

    /* Of each algorithm. */
    private Figures[] measure(Scenario scenario, List<ChildJvm> children) throws IOException {
        long millis = effort.choose(20, 150, 500);
        report.progress("load: a decision, " + scenario.text);
        Figures[] figures = ALGORITHMS.stream()
                .map(algorithm -> new Figures(effort.rounds()))
                .toArray(Figures[]::new);
        for (int round = -scenario.warmUps; round < effort.rounds(); round++) {
            for (int i = 0; i < figures.length; i++) {
                boolean counts = round >= 0;
                String question = ALGORITHMS.get(i) + scenario.question(counts ? millis : 2 * millis);
                String[] answer = children.get(i % children.size()).ask(question);
                refused += Long.parseLong(answer[3]);
                if (counts) {
                    figures[i].add(round, answer);
                }
            }
        }
        return figures;
    }

    private void tell(Grid table) {
        report.section("Mean and p99 by implementation");
        report.text("""
                What `RateLimiter.tryAcquire(name)` takes, seen by its caller: by algorithm, of one thread and of several, with the state in
                this process and in a Redis beside it. 1,000 clients at random under 1,000,000 per second, which nobody reaches; the cache
                in this process is two thirds full. %s. A mean contains one reading of the clock, by which each
                decision is timed; p99 is known to 3 %%. `TOKEN_BUCKET` is `GCRA` by another name, and `LEAKY_BUCKET` the same
                function as a meter; `LEAKY_BUCKET_QUEUE` is left out, since its decisions are times to wait for. 16 threads share calls. To
                repeat: `benchmarks/compare --only load`.""".formatted(
                        isShared()
                                ? "All algorithms share a virtual machine; without `--quick` each has its own"
                                : "Each algorithm has a virtual machine of its own"));
        report.table(table);
        if (refused > 0) {
            report.text("Refused, though nobody reached the limit: " + refused + " decisions.");
        }
    }

    private static void addRows(Grid table, Scenario scenario, Figures[] figures) {
        for (int i = 0; i < figures.length; i++) {
            table.row(
                    "`" + ALGORITHMS.get(i) + "`, " + scenario.text,
                    new Samples(figures[i].mean),
                    new Samples(figures[i].p99),
                    new Samples(figures[i].perSecond));
        }
    }
}
