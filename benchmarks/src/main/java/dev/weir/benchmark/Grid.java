package dev.weir.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table: a head, and rows of as many cells. */
public final class Grid {

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table without rows. */
    public Grid(String... head) {
        this.head = List.of(head);
    }

    /**
     * Adds a row: {@link Samples} with their spread, other numbers with three digits that count, all else as it is.
     *
     * @throws IllegalArgumentException if there are not as many cells as in the head
     */
    public Grid row(Object... cells) {
        if (cells.length != head.size()) {
            throw new IllegalArgumentException(cells.length + " cells under a head of " + head.size());
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Double figure ? number(figure) : String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    /** A figure with three digits that count, or all that stand before the point. */
    public static String number(double figure) {
        double size = Math.abs(figure);
        if (size >= 100 || size == 0) {
            return String.format(Locale.ROOT, "%,.0f", figure);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", figure);
    }

    /** As Markdown, in which the first column is text and the others are numbers; in columns, to be read as it is, too. */
    public String markdown() {
        int[] widths = new int[head.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(3, head.get(i).length());
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        line(text, head, widths);
        for (int i = 0; i < widths.length; i++) {
            text.append(i == 0 ? "| " : " | ").append("-".repeat(widths[i] - 1)).append(i == 0 ? '-' : ':');
        }
        text.append(" |\n");
        rows.forEach(row -> line(text, row, widths));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String blank = " ".repeat(widths[i] - row.get(i).length());
            text.append(i == 0 ? "| " : " | ").append(i == 0 ? row.get(i) + blank : blank + row.get(i));
        }
        text.append(" |\n");
    }
}
