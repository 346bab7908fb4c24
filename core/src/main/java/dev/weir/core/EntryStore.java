package dev.weir.core;

import org.jspecify.annotations.Nullable;

/** Where entries are kept. Two entries of one key never live at once: whoever removes one closes it first. */
interface EntryStore {

    /** The entry of {@code key}, or null; it may be closed by the time it is used. */
    @Nullable
    Entry find(EntryKey key, long nowNanos);

    /** The entry of {@code key}, a new one if there is none. */
    Entry findOrCreate(EntryKey key, long nowNanos);

    /** Says that something at {@code entry} has been settled, for which it may have been kept. */
    default void settled(Entry entry, long nowNanos) {}

    /** What {@code key}, which is not there, may owe to limit {@code index} of its bundle all the same: {@link DebtTable#owedNanos}. */
    default long owedNanos(EntryKey key, int index, long nowNanos) {
        return 0;
    }
}
