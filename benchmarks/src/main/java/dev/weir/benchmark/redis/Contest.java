package dev.weir.benchmark.redis;

import dev.weir.benchmark.Report;
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
    private final Report report;
    private final List<Way> all = new ArrayList<>();

    Contest(Stage stage, Options options, Report report) {
        this.stage = stage;
        this.options = options;
        this.report = report;
    }

    /** Lets {@code ways} take turns, and reports what they cost. */
    Ways run(String part, Map<String, Load> ways) throws InterruptedException {
        return run(part, ways, options);
    }

    /** The same, as {@code shape} says. */
    Ways run(String part, Map<String, Load> ways, Options shape) throws InterruptedException {
        warmUp(ways, shape);
        Map<String, List<Figures>> rounds = new LinkedHashMap<>();
        for (int round = 0; round < shape.rounds(); round++) {
            for (Map.Entry<String, Load> way : ways.entrySet()) {
                rounds.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(figures(way.getValue(), shape));
            }
        }
        List<Way> measured = new ArrayList<>();
        rounds.forEach((way, figures) -> measured.add(new Way(part, way, figures)));
        return add(measured);
    }

    /* What is compiled meanwhile takes a processor from those who are measured. */
    private void warmUp(Map<String, Load> ways, Options shape) throws InterruptedException {
        boolean compiles = true;
        for (int i = 0; i < shape.warmUps() && compiles; i++) {
            long startNanos = System.nanoTime();
            long compiledBefore = compiledMillis();
            for (Load way : ways.values()) {
                figures(way, shape);
            }
            long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
            compiles = (compiledMillis() - compiledBefore) * QUIET > elapsedMillis;
        }
    }

    private Figures figures(Load way, Options shape) throws InterruptedException {
        return Figures.of(way, shape.round(), stage.redis, stage::fellBack);
    }

    private static long compiledMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null ? 0 : compiler.getTotalCompilationTime();
    }

    /** Reports figures that were got otherwise, too. */
    Ways add(List<Way> measured) {
        all.addAll(measured);
        Ways ways = new Ways(measured);
        report.table(ways.table());
        if (ways.fellBack() > 0) {
            report.text(String.format(
                    "%,d decisions are the stand-in's and do not count: Redis had not decided within %d ms. Too much else ran here.",
                    ways.fellBack(), options.deadline().toMillis()));
        }
        return ways;
    }

    /** All figures so far. */
    List<Way> all() {
        return all;
    }
}
