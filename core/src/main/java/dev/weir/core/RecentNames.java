package dev.weir.core;

import org.jspecify.annotations.Nullable;

/**
 * A few names and the entries that they were found to have, so that who comes again and again need not be hashed under a secret
 * each time: in a fixed number of slots, by the strings' own hashes. Those anybody can make collide, and then all that
 * happens is that a name is not found here.
 *
 * <p>Racy, and only a hint: a slot's content is immutable, and an entry that has left says so itself. A slot gets another name
 * only when its own has not come for a second, so strangers in turn do not wear it out.
 */
final class RecentNames {

    private static final int SLOTS = 1 << 10;

    private final @Nullable Named[] slots = new @Nullable Named[SLOTS];

    private record Named(String name, Entry entry) {}

    /** The entry that {@code name} had a moment ago, if it has it still and was shown to the cache in this second. */
    @SuppressWarnings("ReferenceEquality") // of this very version
    @Nullable
    Entry find(Bundle bundle, String name, long nowNanos) {
        Named named = slots[slot(name)];
        if (named == null || !isOfThisSecond(named, nowNanos) || !named.name.equals(name)) {
            return null;
        }
        return named.entry.bundle == bundle ? named.entry : null;
    }

    /** Remembers what {@code name} was found to have, unless another of its slot is in use. */
    void keep(String name, Entry entry, long nowNanos) {
        int slot = slot(name);
        Named named = slots[slot];
        if (named == null || named.name.equals(name) || !isOfThisSecond(named, nowNanos)) {
            slots[slot] = new Named(name, entry);
        }
    }

    private static boolean isOfThisSecond(Named named, long nowNanos) {
        Entry entry = named.entry;
        return entry.shownAtSecond == Entry.second(nowNanos) && entry.first() != Entry.CLOSED;
    }

    private static int slot(String name) {
        int hash = name.hashCode();
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
