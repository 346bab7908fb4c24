package dev.weir.redisson;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What clients were admitted without the limiter that should have been asked, to be charged there later. Bounded, and kept for a day. */
final class Arrears {

    private static final Duration KEPT = Duration.ofDays(1);
    private static final CompletionStage<Void> PAID = CompletableFuture.completedFuture(null);

    private final Cache<ClientOfBundle, Debt> debts;

    /** Charges a debt, once for each id. */
    interface Charge {
        CompletionStage<Void> charge(Bundle bundle, ClientKey client, long[] permits, long id);
    }

    /**
     * Nothing so far.
     *
     * @param maxClients of how many it is remembered, 1 or more
     */
    Arrears(long maxClients) {
        this.debts = Caffeine.newBuilder()
                .maximumSize(maxClients)
                .expireAfterWrite(KEPT)
                .build();
    }

    boolean areNone() {
        return debts.asMap().isEmpty();
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

    private void add(Bundle bundle, ClientKey client, long[] costs) {
        debts.asMap().compute(ClientOfBundle.of(bundle, client), (key, before) -> {
            Debt debt = before == null || before.limits() != costs.length ? new Debt(costs.length) : before;
            debt.add(costs);
            return debt;
        });
    }

    /** Completes when all that is owed by now is charged, by this or by who has begun to before; fails if that fails. */
    CompletionStage<Void> paid(Bundle bundle, ClientKey client, Charge charge) {
        ClientOfBundle key = ClientOfBundle.of(bundle, client);
        Debt debt = debts.getIfPresent(key);
        if (debt == null) {
            return PAID;
        }
        if (debt.limits() != bundle.size()) {
            debts.asMap().remove(key, debt); // of limits that are no longer
            return PAID;
        }
        return debt.paid((permits, id) -> charge.charge(bundle, client, permits, id))
                .thenRun(() -> debts.asMap().computeIfPresent(key, (same, now) -> now.isPaid() ? null : now));
    }

    /** What is owed. Null if nothing is. */
    long @Nullable [] look(Bundle bundle, ClientKey client) {
        Debt debt = debts.getIfPresent(ClientOfBundle.of(bundle, client));
        return debt == null || debt.limits() != bundle.size() ? null : debt.permits();
    }
}
