package dev.weir.core;

import java.util.concurrent.ThreadLocalRandom;

/**
 * What an entry is found by: a bundle and a client. An entry is its own key, which saves an object per client; a look-up is
 * made with a {@link Probe}, which is used again and again, so it allocates nothing.
 */
abstract sealed class EntryKey implements Comparable<EntryKey> permits Entry, EntryKey.Probe {

    /* Random per process: clients choose addresses, and must not be able to choose addresses of equal hash. */
    private static final long SALT = ThreadLocalRandom.current().nextLong();
    private static final long ODD_1 = ThreadLocalRandom.current().nextLong() | 1;
    private static final long ODD_2 = ThreadLocalRandom.current().nextLong() | 1;

    /** For an entry: the version of its bundle that its numbers stand under. The name, all that equality uses, never changes. */
    Bundle bundle;

    byte kind;
    long high;
    long low;

    EntryKey(Bundle bundle, byte kind, long high, long low) {
        this.bundle = bundle;
        this.kind = kind;
        this.high = high;
        this.low = low;
    }

    static long mix(int kind, long high, long low) {
        long h = (high ^ SALT + kind) * ODD_1;
        h = (h ^ h >>> 32 ^ low) * ODD_2;
        return h ^ h >>> 32;
    }

    /** 64 bits that are the client's, whatever the bundle. */
    final long spread() {
        return mix(kind, high, low);
    }

    @Override
    public final int hashCode() {
        return bundle.name().hashCode() * 31 + (int) mix(kind, high, low);
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof EntryKey that
                && high == that.high
                && low == that.low
                && kind == that.kind
                && bundle.isSameThingAs(that.bundle);
    }

    /** The order in which a decision claims entries, the same for all, so that no two wait for each other. */
    @Override
    public final int compareTo(EntryKey that) {
        int order = bundle.name().compareTo(that.bundle.name());
        if (order == 0) {
            order = Byte.compare(kind, that.kind);
        }
        if (order == 0) {
            order = Long.compare(high, that.high);
        }
        return order == 0 ? Long.compare(low, that.low) : order;
    }

    /** A key to look up with. Not thread-safe. */
    static final class Probe extends EntryKey {
        Probe(Bundle bundle, ClientKey client) {
            super(bundle, client.kind().code, client.high(), client.low());
        }

        void set(Bundle bundle, ClientKey client) {
            this.bundle = bundle;
            this.kind = client.kind().code;
            this.high = client.high();
            this.low = client.low();
        }
    }
}
