package dev.weir.benchmark.churn;

import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.benchmark.Suite;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Decisions for clients each of whom is new, where the cache is at its bound: what a flood of strangers costs. */
public final class ChurnSuite implements Suite {

    private static final List<String> OPTIONS = List.of("-Xms1g", "-Xmx1g");
    private static final int FIGURES = 5;

    @Override
    public String name() {
        return "churn";
    }

    @Override
    public void run(Effort effort, Report report) throws IOException {
        int bound = effort.choose(1_000, 100_000, 100_000);
        int decisions = effort.choose(2_000, 200_000, 500_000);
        report.section("Every client new, the cache at its bound");
        report.text(String.format(Locale.ROOT, """
                Each decision is for a client that was never seen before, in a cache that is full: somebody must leave each time. Bound %,d;
                %,d decisions a round, each for a client made ready beforehand; each design in a virtual machine of its own
                (`%s`). Those who leave have taken one of 100 permits per minute and still owe 0.6 s, which Weir then remembers in its debt
                table, and Bucket4j forgets; *refused* are newcomers who were taken for such. *time*: from the first decision to the last, by
                their number. *CPU*: of the whole process, so with the work that caches leave to other threads, with the
                collector and the compiler. *bytes*: allocated by the threads that ask. *longest*: the longest single decision, whatever held it
                up, the collector or the machine included. To repeat: `benchmarks/compare --only churn`.""", bound, decisions, String.join(" ", OPTIONS)));
        Map<Design, ChildJvm> children = new EnumMap<>(Design.class);
        try {
            for (Design design : Design.values()) {
                children.put(design, ChildJvm.start(ChurnProbe.class, OPTIONS, design.name(), Integer.toString(bound)));
            }
            for (ChildJvm child : children.values()) {
                for (int i = 0; i < effort.choose(1, 2, 4); i++) {
                    child.ask("2 " + decisions); // to be compiled
                }
            }
            for (int threads = 1; threads <= 2; threads++) {
                report.progress("churn, threads: " + threads);
                report.part(threads == 1 ? "1 thread" : "2 threads");
                report.table(table(measure(effort.rounds(), children, threads + " " + decisions)));
            }
        } finally {
            for (ChildJvm child : children.values()) {
                child.close();
            }
        }
    }

    private static Map<Design, Samples[]> measure(int rounds, Map<Design, ChildJvm> children, String question)
            throws IOException {
        Map<Design, double[][]> figures = new EnumMap<>(Design.class);
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<Design, ChildJvm> child : children.entrySet()) {
                String[] answer = child.getValue().ask(question);
                double[][] own = figures.computeIfAbsent(child.getKey(), d -> new double[FIGURES][rounds]);
                for (int i = 0; i < FIGURES; i++) {
                    own[i][round] = Double.parseDouble(answer[i]);
                }
            }
        }
        Map<Design, Samples[]> samples = new EnumMap<>(Design.class);
        figures.forEach((design, own) ->
                samples.put(design, Arrays.stream(own).map(Samples::new).toArray(Samples[]::new)));
        return samples;
    }

    private static Grid table(Map<Design, Samples[]> measured) {
        Grid table = new Grid("design", "time, ns", "CPU, ns", "bytes", "longest, µs", "refused, %");
        measured.forEach((design, figures) ->
                table.row(design.text(), figures[0], figures[1], figures[2], figures[3], figures[4]));
        return table;
    }
}
