package dev.weir.benchmark.redis;

import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.OnFailure;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who asks of which limit.
 *
 * @param bundle of one limit
 * @param first the number of the first client
 * @param clients how many there are; each ask is of one of them at random
 */
record Traffic(Bundle bundle, long first, int clients) {

    private static final AtomicLong SEEDS = new AtomicLong();

    /** The same of one limit under a policy of that name. */
    static Traffic of(String name, Limit limit, double maxError, Duration deadline, long first, int clients) {
        Policies policies = new Policies();
        policies.declare(new Policy(name, limit)
                .withFallback(new Fallback(OnFailure.LOCAL, deadline, 1))
                .withMaxError(maxError));
        return new Traffic(policies.current().bundle(name, List.of(name)), first, clients);
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
}
