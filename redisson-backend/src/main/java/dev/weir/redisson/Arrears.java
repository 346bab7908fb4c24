package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What clients were admitted without the limiter that should have been asked, to be charged there later. Bounded, and kept for a day. */
final class Arrears {

    private static final Duration KEPT = Duration.ofDays(1);

    private final Cache<ClientOfBundle, long[]> permits;

    /**
     * Nothing so far.
     *
     * @param maxClients of how many it is remembered, 1 or more
     */
    Arrears(long maxClients) {
        this.permits = Caffeine.newBuilder()
                .maximumSize(maxClients)
                .expireAfterWrite(KEPT)
                .build();
    }

    boolean areNone() {
        return permits.asMap().isEmpty();
    }

    /** Notes what {@code admitted} has taken. */
    void add(Ask admitted) {
        for (int i = 0; i < admitted.bundles(); i++) {
            long[] costs = new long[admitted.bundle(i).size()];
            long all = 0;
            for (int j = 0; j < costs.length; j++) {
                costs[j] = admitted.cost(admitted.firstLimit(i) + j);
                all |= costs[j];
            }
            if (all != 0) {
                add(admitted.bundle(i), admitted.client(i), costs);
            }
        }
    }

    void add(Bundle bundle, ClientKey client, long[] costs) {
        permits.asMap().merge(ClientOfBundle.of(bundle, client), costs, Arrears::sum);
    }

    /** What is owed, once: from then on somebody else sees to it. Null if nothing is. */
    long @Nullable [] take(Bundle bundle, ClientKey client) {
        long[] owed = permits.asMap().remove(ClientOfBundle.of(bundle, client));
        return owed == null || owed.length != bundle.size() ? null : owed;
    }

    /** What is owed, and stays so. Null if nothing is. */
    long @Nullable [] look(Bundle bundle, ClientKey client) {
        long[] owed = permits.getIfPresent(ClientOfBundle.of(bundle, client));
        return owed == null || owed.length != bundle.size() ? null : owed;
    }

    private static long[] sum(long[] one, long[] other) {
        if (one.length != other.length) {
            return other;
        }
        long[] sum = new long[one.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = one[i] + other[i] < 0 ? Long.MAX_VALUE : one[i] + other[i];
        }
        return sum;
    }
}
