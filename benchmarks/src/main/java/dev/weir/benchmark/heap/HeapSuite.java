package dev.weir.benchmark.heap;

import dev.weir.benchmark.Bars;
import dev.weir.benchmark.ChildJvm;
import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.benchmark.Suite;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** How much heap a client takes, everything counted. */
public final class HeapSuite implements Suite {

    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xms3g", "-Xmx3g");

    private static final int AT_ONCE = 2; // bytes do not depend on who else runs

    @Override
    public String name() {
        return "heap";
    }

    @Override
    public void run(Effort effort, Report report) throws IOException {
        int clients = effort.choose(100_000, 1_000_000, 1_000_000);
        int rounds = effort.choose(1, 1, 3); // a collector that is told to count comes to the same each time
        Map<Design, Samples> bytes = measure(clients, rounds, report);
        report.section("Heap per client");
        report.text(String.format(Locale.ROOT, """
                Bytes of heap for each of %,d clients, everything counted: key, entry, limiter, the cache's nodes, tables and sketch. Each
                design in a virtual machine of its own (`%s`): the heap that is in use after full collections when all clients
                have taken one permit, less that before, by their number. Caches are bounded at 1.5 times as many clients and so two thirds
                full. Nobody is forgotten: the limit is 1 per hour; of three, the others are 10 per day and 100 per 30 days. `String` keys are
                such as `ip:10.1.2.3`; front ends make keys of two numbers. Bucket4j is set up as its guide shows, with a bandwidth for each
                bucket; a row tells what sharing it saves. The table in which Weir remembers who left while owing is not there yet: it is made
                when the bound is first reached. To repeat: `benchmarks/compare --only heap`.""", clients, String.join(" ", OPTIONS)));
        Grid table = new Grid("design", "bytes per client", "times Weir's");
        Samples weir = of(Design.WEIR, bytes);
        for (Design design : Design.values()) {
            Samples figure = of(design, bytes);
            table.row(design.text(), figure, figure.over(weir).median());
        }
        report.table(table);
        report.picture(picture(bytes));
        Samples bucket4j = of(Design.BUCKET4J, bytes);
        report.goal(Goal.atMost("heap", weir.over(bucket4j), 0.35));
        report.goal(Goal.atMost("heap-names", of(Design.WEIR_NAMES, bytes).over(bucket4j), 0.42));
        report.goal(
                Goal.atMost("heap-three", of(Design.WEIR_THREE, bytes).over(of(Design.BUCKET4J_THREE, bytes)), 0.45));
    }

    private static Map<Design, Samples> measure(int clients, int rounds, Report report) throws IOException {
        Design[] designs = Design.values();
        double[][] bytes = new double[designs.length][rounds];
        for (int round = 0; round < rounds; round++) {
            report.progress("heap: round " + (round + 1) + " of " + rounds);
            for (int first = 0; first < designs.length; first += AT_ONCE) {
                List<ChildJvm> running = new ArrayList<>();
                for (int i = first; i < Math.min(first + AT_ONCE, designs.length); i++) {
                    running.add(ChildJvm.start(HeapProbe.class, OPTIONS, designs[i].name(), Integer.toString(clients)));
                }
                for (int i = 0; i < running.size(); i++) {
                    try (ChildJvm child = running.get(i)) {
                        bytes[first + i][round] = Double.parseDouble(child.next()[0]);
                    }
                }
            }
        }
        Map<Design, Samples> samples = new EnumMap<>(Design.class);
        for (int i = 0; i < designs.length; i++) {
            samples.put(designs[i], new Samples(bytes[i]));
        }
        return samples;
    }

    private static Samples of(Design design, Map<Design, Samples> bytes) {
        return Objects.requireNonNull(bytes.get(design), "each is measured");
    }

    private static Bars picture(Map<Design, Samples> bytes) {
        Bars bars = new Bars("heap", "Heap per client, one limit", "bytes");
        for (Design design : Design.values()) {
            if (!design.label().isEmpty()) {
                bars.bar(design.label(), of(design, bytes));
            }
        }
        return bars;
    }
}
