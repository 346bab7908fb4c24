package dev.weir.sample.fleet;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Shows how far the load has come: on a terminal a few lines that change, elsewhere one line a second. */
final class Progress {

    private static final int BAR = 40;
    private static final long LINE_NANOS = 1_000_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private final long totalNanos;
    private int drawn;
    private long nextLine = LINE_NANOS;

    Progress(PrintStream out, boolean terminal, long totalNanos) {
        this.out = out;
        this.terminal = terminal;
        this.totalNanos = totalNanos;
    }

    /** Shows what each node has answered by now. */
    void show(long elapsedNanos, List<Count> nodes) {
        if (terminal) {
            draw(elapsedNanos, nodes);
        } else if (elapsedNanos >= nextLine) {
            if (nextLine == LINE_NANOS) {
                line("admitted/refused", IntStream.rangeClosed(1, nodes.size()).mapToObj(i -> "node " + i));
            }
            nextLine = elapsedNanos / LINE_NANOS * LINE_NANOS + LINE_NANOS;
            line(
                    elapsedNanos / LINE_NANOS + " s",
                    nodes.stream().map(count -> Table.number(count.admitted()) + "/" + Table.number(count.refused())));
        }
    }

    /** Leaves the place to what comes next. */
    void clear() {
        if (drawn > 0) {
            out.print("\033[" + drawn + "A\033[J");
            out.flush();
            drawn = 0;
        } else if (nextLine > LINE_NANOS) {
            out.println();
        }
    }

    private void line(String first, Stream<String> others) {
        out.println(others.map(text -> String.format("%15s", text))
                .collect(Collectors.joining("", String.format("%18s", first), "")));
    }

    private void draw(long elapsedNanos, List<Count> nodes) {
        int done = (int) Math.min(BAR, BAR * elapsedNanos / totalNanos);
        StringBuilder block = new StringBuilder();
        if (drawn > 0) {
            block.append("\033[").append(drawn).append('A');
        }
        block.append(String.format(
                Locale.ROOT,
                "  [%s%s] %.1f of %d s\033[K%n",
                "#".repeat(done),
                ".".repeat(BAR - done),
                Math.min(elapsedNanos, totalNanos) / 1e9,
                totalNanos / LINE_NANOS));
        for (int i = 0; i < nodes.size(); i++) {
            block.append(String.format(Locale.ROOT, "  node %-2d  %s\033[K%n", i + 1, says(nodes.get(i))));
        }
        drawn = nodes.size() + 1;
        out.print(block);
        out.flush();
    }

    private static String says(Count count) {
        String text = String.format(Locale.ROOT, "%,8d admitted, %,8d refused", count.admitted(), count.refused());
        return count.failed() == 0 ? text : text + ", " + Table.number(count.failed()) + " failed";
    }
}
