package dev.weir.benchmark.redis;

import java.io.PrintStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Several ways side by side: each has its turn in each round, so what disturbs the machine disturbs all of them. */
final class Contest {

    /** Nothing is left to compile, as good as, if that takes less than one part of so many of the time. */
    private static final int QUIET = 20;

    private final Stage stage;
    private final Options options;
    private final PrintStream out;
    private final List<Series> all = new ArrayList<>();

    Contest(Stage stage, Options options, PrintStream out) {
        this.stage = stage;
        this.options = options;
        this.out = out;
    }

    /** Lets {@code ways} take turns, and prints what they cost. In their order. */
    List<Series> run(String part, Map<String, Load> ways) throws InterruptedException {
        warmUp(ways);
        Map<String, List<Figures>> rounds = new LinkedHashMap<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (Map.Entry<String, Load> way : ways.entrySet()) {
                rounds.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(figures(way.getValue()));
            }
        }
        List<Series> series = new ArrayList<>();
        rounds.forEach((way, figures) -> series.add(new Series(part, way, figures)));
        print(part, series);
        return series;
    }

    /* What is compiled meanwhile takes a processor from those who are measured. */
    private void warmUp(Map<String, Load> ways) throws InterruptedException {
        boolean compiles = true;
        for (int i = 0; i < options.warmUps() && compiles; i++) {
            long startNanos = System.nanoTime();
            long compiledBefore = compiledMillis();
            for (Load way : ways.values()) {
                figures(way);
            }
            long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
            compiles = (compiledMillis() - compiledBefore) * QUIET > elapsedMillis;
        }
    }

    private Figures figures(Load way) throws InterruptedException {
        return Figures.of(way, options.round(), stage.redis, stage::fellBack);
    }

    private static long compiledMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null ? 0 : compiler.getTotalCompilationTime();
    }

    /** Prints figures that were got otherwise. */
    void print(String part, List<Series> series) {
        all.addAll(series);
        out.println(part);
        out.println(Table.of(series));
        long fellBack = series.stream()
                .flatMap(way -> way.rounds().stream())
                .mapToLong(Figures::fellBack)
                .sum();
        if (fellBack > 0) {
            out.printf(
                    "  %,d decisions are the stand-in's and do not count: Redis had not decided within %d ms. Too much else runs here,"
                            + " or --deadline is too short%n%n",
                    fellBack, options.deadline().toMillis());
        }
    }

    /** All figures so far. */
    List<Series> all() {
        return all;
    }
}
