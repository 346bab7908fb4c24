package dev.weir.benchmark.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Prints what ways have cost: the median of the rounds, of decisions a second also the least and the most. */
final class Table {

    private static final List<String> HEAD = List.of(
            "way",
            "decisions/s",
            "(least",
            "most)",
            "p50 µs",
            "p99 µs",
            "client µs",
            "script µs",
            "server µs",
            "calls",
            "fell back");

    private Table() {}

    static String of(List<Series> ways) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (Series way : ways) {
            rows.add(List.of(
                    way.way(),
                    whole(way.median(Figures::perSecond)),
                    "(" + whole(way.least(Figures::perSecond)),
                    whole(way.most(Figures::perSecond)) + ")",
                    number(way, Figures::p50Micros, 1),
                    number(way, Figures::p99Micros, 1),
                    number(way, Figures::cpuPerDecision, 2),
                    number(way, Figures::scriptPerDecision, 2),
                    number(way, Figures::serverCpuPerDecision, 2),
                    number(way, Figures::callsPerDecision, 4),
                    whole(way.rounds().stream().mapToDouble(Figures::fellBack).sum())));
        }
        return aligned(rows);
    }

    private static String number(Series way, ToDoubleFunction<Figures> figure, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", way.median(figure));
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(other -> other.get(column).length())
                        .max()
                        .orElse(0);
                String blank = " ".repeat(width - row.get(i).length());
                text.append("  ").append(i == 0 ? row.get(i) + blank : blank + row.get(i));
            }
            text.append(System.lineSeparator());
        }
        return text.toString();
    }
}
