package dev.weir.redisson;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RedissonClient;

/** A process that takes all there is, waits for more, and never settles anything: it is to be killed. */
final class KilledHolder {

    static final long PERMITS = 10;

    private KilledHolder() {}

    /** A limit that is new again seconds after it was used up. */
    static Bundle bundle(Algorithm algorithm) {
        Policies policies = new Policies();
        policies.declare(
                new Policy("limit", Limit.of(PERMITS, Duration.ofSeconds(2)).withAlgorithm(algorithm)));
        return policies.current().bundle(algorithm.name().toLowerCase(Locale.ROOT), List.of("limit"));
    }

    /** A limiter that keeps what is held for a second. */
    static RedisLimiter limiter(RedissonClient client) {
        KeyHasher hasher = KeyHasher.withSecret(new byte[16]);
        return new RedisLimiter(client, "weir", hasher, 1_000, Duration.ofSeconds(1), LimiterListener.NONE);
    }

    /**
     * Takes, and stays.
     *
     * @param args the port of Redis
     */
    public static void main(String[] args) throws Exception {
        RedisLimiter limiter = limiter(SingleRedis.client(Integer.parseInt(args[0])));
        int held = 0;
        int waiting = 0;
        for (Algorithm algorithm : Algorithm.values()) {
            held += held(limiter, algorithm, Duration.ZERO) ? 1 : 0;
            waiting += held(limiter, algorithm, Duration.ofMinutes(1)) ? 1 : 0;
        }
        System.out.println("held " + held + ", waiting " + waiting);
        System.in.read();
    }

    private static boolean held(RedisLimiter limiter, Algorithm algorithm, Duration patience)
            throws InterruptedException {
        Ask ask = new Ask();
        ask.add(bundle(algorithm), ClientKey.GLOBAL);
        ask.cost(0, PERMITS);
        ask.patience(0, patience.toNanos());
        ask.hold();
        limiter.decide(ask);
        return ask.await(30, TimeUnit.SECONDS) && ask.isOpen();
    }
}
