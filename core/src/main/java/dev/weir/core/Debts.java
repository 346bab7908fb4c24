package dev.weir.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What clients owe that had to leave at the bound, for all limits: one {@link DebtTable} for each limit that has evicted
 * anybody. They share a fixed number of cells, four for each entry of the bound; nothing is allocated before it is needed,
 * and each table makes room when another is added. Safe for use by many threads.
 */
class Debts {

    private static final int CELLS_PER_ENTRY = 4;
    private static final int MAX_LINES = 1 << 27;
    /** A table is not halved to less than 2^6 lines, 4 KiB: with thousands of limits they take a little more than their share. */
    private static final int LEAST_LINE_BITS = 6;

    private final int totalLines;
    /** How often the lines can be halved, so that each half of them has as many. */
    private final int halvings;
    /* Replaced as a whole under the lock; read without it. Null until somebody had to leave owing. */
    private volatile @Nullable Map<Key, DebtTable> tables;

    private record Key(String bundle, String policy) {}

    Debts(long maxEntries) {
        int lines = (int) Math.max(1, Math.min(MAX_LINES, maxEntries * CELLS_PER_ENTRY / DebtTable.LINE));
        this.halvings = Math.max(0, 31 - Integer.numberOfLeadingZeros(lines) - LEAST_LINE_BITS);
        this.totalLines = lines >> halvings << halvings;
    }

    /** Notes that {@code key}, which leaves, owes {@code nanos} to limit {@code index} of its bundle. */
    synchronized void store(EntryKey key, int index, long nanos, long nowNanos) {
        if (key.bundle.policies().get(index).fact()) {
            return;
        }
        table(key.bundle, index, nowNanos).store(key.spread(), nanos, nowNanos);
    }

    /** What {@code key}, which is not there, may owe to limit {@code index} of its bundle: {@link DebtTable#owedNanos}. */
    long owedNanos(EntryKey key, int index, long nowNanos) {
        Map<Key, DebtTable> current = tables;
        if (current == null) {
            return 0;
        }
        DebtTable table = current.get(key(key.bundle, index));
        return table == null ? 0 : table.owedNanos(key.spread(), nowNanos);
    }

    /** How many cells are allocated. */
    long cells() {
        Map<Key, DebtTable> current = tables;
        return current == null
                ? 0
                : current.values().stream()
                        .mapToLong(t -> (long) t.lines() * DebtTable.LINE)
                        .sum();
    }

    /** Whether anybody may owe at all. */
    boolean isEmpty() {
        return tables == null;
    }

    /** Empties the cells whose debts are over. */
    void sweep(long nowNanos, long sinceLastNanos) {
        Map<Key, DebtTable> current = tables;
        if (current != null) {
            current.values().forEach(table -> table.sweep(nowNanos, sinceLastNanos));
        }
    }

    private DebtTable table(Bundle bundle, int index, long nowNanos) {
        Map<Key, DebtTable> current = tables;
        DebtTable table = current == null ? null : current.get(key(bundle, index));
        return table == null ? add(bundle, index, nowNanos) : table;
    }

    /*
     * By who stores, one at a time: so nobody stores into a table while it is copied. A reader of the old map misses nothing:
     * what is stored later is of clients that it found to be there still.
     */
    private DebtTable add(Bundle bundle, int index, long nowNanos) {
        Map<Key, DebtTable> current = tables;
        int others = current == null ? 0 : current.size();
        int lines = totalLines >> Math.min(halvings, 32 - Integer.numberOfLeadingZeros(others));
        Map<Key, DebtTable> next = new HashMap<>();
        if (current != null) {
            current.forEach(
                    (key, table) -> next.put(key, table.lines() > lines ? table.shrunkTo(lines, nowNanos) : table));
        }
        DebtTable added = new DebtTable(lines, bundle.kernel(index).longestDebtNanos());
        next.put(key(bundle, index), added);
        tables = next;
        return added;
    }

    private static Key key(Bundle bundle, int index) {
        return new Key(bundle.name(), bundle.policies().get(index).name());
    }
}
