package dev.weir.compatibility.matrix;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/** Remembers what has become of each cell, for the page. */
public final class Outcomes implements TestWatcher {

    private static final Map<String, Cell> BY_CELL = new ConcurrentHashMap<>();
    private static volatile String current = "";

    /** What has become of one cell. */
    static final class Cell {
        private int kept;
        private final Set<String> broken = new TreeSet<>();

        @Override
        public synchronized String toString() {
            return broken.isEmpty() ? "holds (" + kept + ")" : "does not hold: " + String.join(", ", broken);
        }
    }

    /** From here on tests are those of {@code cell}. */
    static void begin(String cell) {
        current = cell;
        BY_CELL.put(current, new Cell());
    }

    /** Of {@code cell} not everything could be tried. */
    static void forget(String cell) {
        BY_CELL.remove(cell);
    }

    /** The cells that have been run, and what the page says of them. */
    static Map<String, Cell> all() {
        return Map.copyOf(BY_CELL);
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        Cell cell = BY_CELL.get(current);
        synchronized (cell) {
            cell.kept++;
        }
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        Cell cell = BY_CELL.get(current);
        synchronized (cell) {
            cell.broken.add(context.getRequiredTestMethod().getName());
        }
    }
}
