package dev.weir.sample.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints a result: who answered what, and how that compares with the limits. */
final class Table {

    private Table() {}

    static String of(Result result) {
        List<List<String>> nodes = new ArrayList<>();
        nodes.add(List.of("node", "asked", "admitted", "refused", "failed"));
        for (Result.AtNode node : result.nodes()) {
            nodes.add(row(node.address(), node.count()));
        }
        nodes.add(row("all together", result.sum()));

        List<List<String>> limits = new ArrayList<>();
        limits.add(List.of("limit for each client", "clients", "asked", "admitted", "should have been", "verdict"));
        for (Result.AtLimit limit : result.limits()) {
            limits.add(List.of(
                    "/" + limit.traffic().path() + ", " + limit.traffic().limit(),
                    number(limit.traffic().clients().size()),
                    number(limit.count().asked()),
                    number(limit.count().admitted()),
                    expected(limit),
                    verdict(limit)));
        }
        return aligned("lrrrr", nodes) + System.lineSeparator() + aligned("lrrrrl", limits);
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static List<String> row(String name, Count count) {
        return List.of(
                name, number(count.asked()), number(count.admitted()), number(count.refused()), number(count.failed()));
    }

    private static String expected(Result.AtLimit limit) {
        return limit.least() >= limit.most()
                ? number(limit.most())
                : number(limit.least()) + " to " + number(limit.most());
    }

    private static String verdict(Result.AtLimit limit) {
        if (limit.over() > 0) {
            return "OVER by " + number(limit.over());
        }
        if (limit.fewer() > 0) {
            return number(limit.fewer()) + " fewer";
        }
        if (limit.count().refused() == 0) {
            return "not reached";
        }
        return limit.least() == limit.most() ? "exact" : "kept";
    }

    /** One line for each row, the columns as wide as they must be; {@code l} stands for one on the left, {@code r} on the right. */
    static String aligned(String sides, List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < sides.length(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(r -> r.get(column).length())
                        .max()
                        .orElse(0);
                String blank = " ".repeat(width - row.get(i).length());
                line.append("  ").append(sides.charAt(i) == 'l' ? row.get(i) + blank : blank + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }
}
