package dev.weir.benchmark.redis;

import dev.weir.benchmark.Bars;
import dev.weir.benchmark.Grid;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Several ways beside each other, in the order in which they took turns. */
record Ways(List<Way> all) {

    /** The way of that name. */
    Way get(String name) {
        return all.stream().filter(way -> way.name().equals(name)).findFirst().orElseThrow();
    }

    /** What each has cost per decision. */
    Grid table() {
        Grid table = new Grid(
                "way",
                "decisions/s",
                "p50 µs",
                "p99 µs",
                "client µs",
                "script µs",
                "server µs",
                "calls",
                "commands",
                "fell back");
        for (Way way : all) {
            table.row(
                    way.name(),
                    way.each(Figures::perSecond),
                    way.each(Figures::p50Micros).median(),
                    way.each(Figures::p99Micros).median(),
                    way.each(Figures::cpuPerDecision).median(),
                    way.each(Figures::scriptPerDecision).median(),
                    way.each(Figures::serverCpuPerDecision).median(),
                    way.each(Figures::callsPerDecision).median(),
                    way.each(Figures::commandsPerDecision).median(),
                    fellBack(way));
        }
        return table;
    }

    /** A picture of one figure. */
    Bars picture(String name, String title, String axis, ToDoubleFunction<Figures> figure) {
        Bars bars = new Bars(name, title, axis);
        all.forEach(way -> bars.bar(way.name(), way.each(figure)));
        return bars;
    }

    long fellBack() {
        return all.stream().mapToLong(Ways::fellBack).sum();
    }

    private static long fellBack(Way way) {
        return way.rounds().stream().mapToLong(Figures::fellBack).sum();
    }
}
