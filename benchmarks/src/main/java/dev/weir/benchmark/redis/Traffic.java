package dev.weir.benchmark.redis;

import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who asks of which limit.
 *
 * @param bundle of one limit, or several
 * @param first the number of the first client
 * @param clients how many there are; each ask is of one of them at random
 */
record Traffic(Bundle bundle, long first, int clients) {

    private static final AtomicLong SEEDS = new AtomicLong();

    /** The same of one limit under a policy of that name. */
    static Traffic of(String name, Limit limit, double maxError, Duration deadline, long first, int clients) {
        return of(name, List.of(limit), maxError, deadline, first, clients);
    }

    /** The same of several limits. */
    static Traffic of(String name, List<Limit> limits, double maxError, Duration deadline, long first, int clients) {
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            String policy = names.isEmpty() ? name : name + names.size();
            policies.declare(new Policy(policy, limit)
                    .withFallback(new Fallback(OnFailure.LOCAL, deadline, 1))
                    .withMaxError(maxError));
            names.add(policy);
        }
        return new Traffic(policies.current().bundle(name, names), first, clients);
    }

    Stream stream() {
        return new Stream(SEEDS.getAndIncrement());
    }

    /** Clients one after the other. Not thread-safe. */
    final class Stream {
        private final SplittableRandom random;

        private Stream(long seed) {
            random = new SplittableRandom(seed);
        }

        int nextIndex() {
            return clients == 1 ? 0 : random.nextInt(clients);
        }

        ClientKey next() {
            return client(nextIndex());
        }
    }

    ClientKey client(int index) {
        return new ClientKey(ClientKey.Kind.USER, 1, first + index);
    }

    /** What a peer calls a client: a name as long as that of Weir's key. */
    String name(String peer, int index) {
        return String.format(Locale.ROOT, "%s:{%022d}:%011d", peer, first + index, 0);
    }
}
