package dev.weir.sample.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Prints what a run with faults has shown. */
final class FaultTable {

    private FaultTable() {}

    static String of(List<FaultRow> rows) {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of(
                "fault",
                "requests",
                "answered %",
                "not by Redis",
                "p99 ms",
                "p99.9",
                "worst",
                "/health p99.9",
                "above limit",
                "may be",
                "back after s",
                "verdict"));
        StringBuilder notes = new StringBuilder();
        for (FaultRow row : rows) {
            table.add(List.of(
                    row.fault().option(),
                    Table.number(row.requests()),
                    row.answered(),
                    Table.number(row.fellBack()),
                    tenths(row.p99()),
                    tenths(row.p999()),
                    tenths(row.worst()),
                    tenths(row.healthP999()),
                    Table.number(row.during().above() + row.after().above()),
                    Table.number(row.during().allowed() + row.after().allowed()),
                    seconds(row.recoverySeconds()),
                    row.verdict()));
            for (String note : row.notes()) {
                notes.append("  ").append(row.fault().option()).append(": ").append(note);
                notes.append(System.lineSeparator());
            }
        }
        String all = Table.aligned("lrrrrrrrrrrl", table);
        return notes.isEmpty() ? all : all + System.lineSeparator() + notes;
    }

    static String seconds(OptionalDouble seconds) {
        return seconds.isPresent() ? tenths(seconds.getAsDouble()) : "never";
    }

    private static String tenths(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
