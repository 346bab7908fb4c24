package dev.weir.benchmark.http;

import dev.weir.benchmark.Bars;
import dev.weir.benchmark.Effort;
import dev.weir.benchmark.Goal;
import dev.weir.benchmark.Grid;
import dev.weir.benchmark.Report;
import dev.weir.benchmark.Samples;
import dev.weir.benchmark.Suite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The servlet filter and the JAX-RS feature, in process. */
public final class FrontEndSuite implements Suite {

    private static final String TEXT = """
            What the filter and the feature add to a request, in process: no socket, no thread of a container. Requests and responses are
            objects that do no more than a container's must (attributes in a map, lines of fields in a table that is searched, the body in a
            buffer) and are used again; the servlet writes two bytes. Counted by address, in this process, all fields of the default styles
            on. %,d clients are active at a time, %d requests each, then others, of %,d in all; every cache of limiters is two thirds full.
            Admitted: 1,000 per hour; refused: 1 per day; large figures: 1,000,000 per hour, of which Weir keeps no texts.

            *bucket4j* is written by hand the way one does who knows the field: buckets in a bounded Caffeine cache by address, the same
            fields, the same refusal, what is constant prepared. Each round is a process of its own (`-Xmx512m`, serial collector), in which
            the ways take turns of two milliseconds; a figure is what a tenth of a way's turns stay below, which leaves out what else
            the machine did meanwhile. Bytes are exact. To repeat: `benchmarks/compare --only frontends`.
            """;

    private static final String FREE = """
            A servlet without a limit pays for finding that out: %s ns. As a ratio (`free-call`) it is stated against a filter and servlet
            that take %s ns together; what it is of a request in a container stands with the requests over HTTP (`free`).
            """;

    private static final String JERSEY = """
            Jersey %s, its servlet called as a container calls it, without Weir's servlet filter. *empty pair* is a request filter and a
            response filter that do nothing, for all methods, as Bucket4j's pair is; Weir's filters stand at limited methods only.
            """;

    @Override
    public String name() {
        return "frontends";
    }

    @Override
    public void run(Effort effort, Report report) throws Exception {
        report.section("Front ends");
        report.text(TEXT.formatted(Clients.ACTIVE, Clients.TIMES, Clients.COUNT));
        servlet(effort, report);
        jersey(effort, report);
    }

    private static void servlet(Effort effort, Report report) throws Exception {
        Figures figures =
                Figures.measure(effort, report, "servlet", effort.choose(2, 200, 300), effort.choose(3, 300, 600));
        Samples empty = figures.nanos("empty filter");
        Samples free = figures.nanos("weir, no limit");
        Samples weir = figures.nanos("weir");
        Samples bucket4j = figures.nanos("bucket4j");
        report.part("Servlet filter");
        report.table(figures.table());
        report.text(FREE.formatted(free.minus(empty), empty));
        report.picture(figures.bars("servlet", "A request through the servlet filter"));
        report.goal(Goal.atMost("servlet", weir.minus(empty).over(bucket4j.minus(empty)), 0.6));
        Samples emptyBytes = figures.bytes("empty filter");
        report.goal(Goal.atMost(
                "servlet-alloc",
                figures.bytes("weir")
                        .minus(emptyBytes)
                        .over(figures.bytes("bucket4j").minus(emptyBytes)),
                0.5));
        report.goal(Goal.atMost("refusal", figures.nanos("weir, refused").over(weir), 1.05));
        report.goal(Goal.atMost("free-call", free.over(empty), 1));
    }

    private static void jersey(Effort effort, Report report) throws Exception {
        Figures figures =
                Figures.measure(effort, report, "jersey", effort.choose(2, 700, 900), effort.choose(3, 500, 900));
        Samples none = figures.nanos("jersey, no filter");
        Samples empty = figures.nanos("jersey, empty pair");
        Samples weir = figures.nanos("jersey, weir");
        report.part("JAX-RS feature");
        report.text(JERSEY.formatted(org.glassfish.jersey.internal.Version.getVersion()));
        report.table(figures.table());
        report.picture(figures.bars("jersey", "A request through Jersey"));
        report.goal(Goal.atMost(
                "jaxrs",
                weir.minus(empty).over(figures.nanos("jersey, bucket4j").minus(empty)),
                0.5));
        report.goal(Goal.atMost(
                "free-jaxrs", figures.nanos("jersey, weir, no limit").over(none), 1));
    }

    /** What the rounds have given, by way. */
    private record Figures(Map<String, List<Turns.Cost>> rounds) {

        static Figures measure(Effort effort, Report report, String what, int warmUp, int turns) throws Exception {
            Map<String, List<Turns.Cost>> rounds = new LinkedHashMap<>();
            for (int round = 1; round <= effort.rounds(); round++) {
                report.progress(what + ", round " + round + " of " + effort.rounds());
                List<Turns.Cost> costs = effort == Effort.SMOKE
                        ? Measurement.measure(what, warmUp, turns)
                        : Measurement.forked(what, warmUp, turns);
                costs.forEach(cost -> rounds.computeIfAbsent(cost.way(), way -> new ArrayList<>())
                        .add(cost));
            }
            return new Figures(rounds);
        }

        Samples nanos(String way) {
            return samples(way, Turns.Cost::nanos);
        }

        Samples bytes(String way) {
            return samples(way, Turns.Cost::bytes);
        }

        private Samples samples(String way, ToDoubleFunction<Turns.Cost> figure) {
            List<Turns.Cost> costs = rounds.get(way);
            if (costs == null) {
                throw new IllegalStateException("Nothing was measured of " + way);
            }
            return new Samples(costs.stream().mapToDouble(figure).toArray());
        }

        Grid table() {
            Grid table = new Grid("way", "ns per request", "bytes per request");
            rounds.keySet().forEach(way -> table.row(way, nanos(way), bytes(way)));
            return table;
        }

        Bars bars(String name, String title) {
            Bars bars = new Bars(name, title, "ns per request");
            rounds.keySet().forEach(way -> bars.bar(way, nanos(way)));
            return bars;
        }
    }
}
