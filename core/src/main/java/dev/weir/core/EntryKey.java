package dev.weir.core;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What an entry is found by: a bundle and a client. An entry is its own key, which saves an object per client; a look-up is
 * made with a {@link Probe}, which is used again and again, so it allocates nothing.
 */
abstract sealed class EntryKey implements Comparable<EntryKey> permits Entry, EntryKey.Probe {

    /* Random per process: clients choose addresses and names, and must not be able to choose such of equal hash. */
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long SALT = RANDOM.nextLong();
    private static final long ODD_1 = RANDOM.nextLong() | 1;
    private static final long ODD_2 = RANDOM.nextLong() | 1;
    private static final long NAMES_0 = RANDOM.nextLong();
    private static final long NAMES_1 = RANDOM.nextLong();

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
        return bundle.hash() + (int) mix(kind, high, low);
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
        private @Nullable ClientKey client;

        Probe(Bundle bundle, ClientKey client) {
            super(bundle, client.kind().code, client.high(), client.low());
            this.client = client;
        }

        private Probe(Bundle bundle, long high, long low) {
            super(bundle, ClientKey.Kind.CUSTOM.code, high, low);
        }

        /** Of somebody with a name, by its hash: in a limiter in which everybody has one. Costs less than a {@link KeyHasher}'s. */
        static Probe named(Bundle bundle, String name) {
            SipHash sip = new SipHash(NAMES_0, NAMES_1);
            long first = sip.hash(name);
            return new Probe(bundle, first, sip.second());
        }

        @SuppressWarnings("ReferenceEquality")
        void set(Bundle bundle, ClientKey client) {
            if (this.bundle != bundle) { // writing a reference costs more than looking
                this.bundle = bundle;
            }
            this.client = client;
            this.kind = client.kind().code;
            this.high = client.high();
            this.low = client.low();
        }

        ClientKey client() {
            if (client == null) {
                client = new ClientKey(ClientKey.Kind.CUSTOM, high, low);
            }
            return client;
        }
    }
}
