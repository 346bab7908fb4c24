package dev.weir.redisson;

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
import java.util.concurrent.TimeUnit;
import org.redisson.api.RedissonClient;

/** One process of a fleet that borrows ahead; as a program, one that is to be killed while it has permits on loan. */
final class Borrower {

    /* Enough within the shortest time that a client is looked at. */
    private static final int OFTEN = 20;

    private final RedissonClient client;
    private final RedisLimiter limiter;

    Borrower(RedissonClient client) {
        this.client = client;
        KeyHasher hasher = KeyHasher.withSecret(new byte[16]);
        limiter = new RedisLimiter(client, "weir", hasher, 1_000, Duration.ofMinutes(1), LimiterListener.NONE);
    }

    /** Under one name: one permit a second, {@code burst} at once. */
    static Bundle bundle(long burst, double maxError) {
        return bundle(Limit.of(burst, Duration.ofSeconds(burst)), maxError);
    }

    static Bundle bundle(Limit limit, double maxError) {
        Policies policies = new Policies();
        policies.declare(new Policy("limit", limit).withMaxError(maxError));
        return policies.current().bundle("lent", List.of("limit"));
    }

    /** Where the loans of that bundle stand. */
    static String key() {
        RedisKeys keys = new RedisKeys("weir", KeyHasher.withSecret(new byte[16]));
        return keys.key(keys.client(ClientKey.GLOBAL), bundle(1, 0)) + ":loans";
    }

    static Ask ask(Bundle bundle) {
        Ask ask = new Ask();
        ask.add(bundle, ClientKey.GLOBAL);
        return ask;
    }

    /** Whether {@code ask} is admitted by what was borrowed. */
    boolean usesLoan(Ask ask) {
        return limiter.known(ask) == SharedLimiter.Known.ADMITTED;
    }

    Ask decided(Ask ask) throws InterruptedException {
        limiter.decide(ask);
        if (!ask.await(30, TimeUnit.SECONDS) || ask.failure() != null) {
            throw new IllegalStateException("No decision", ask.failure());
        }
        return ask;
    }

    /** Asks often, now and then, until it is admitted by what it has on loan; how many times it was admitted until then. */
    int untilItBorrows(Bundle bundle) {
        int[] admitted = {0};
        Eventually.holds("something is lent", () -> {
            for (int i = 0; i < OFTEN; i++) {
                Ask ask = ask(bundle);
                boolean lent = usesLoan(ask);
                admitted[0] += lent || decided(ask).allowed() ? 1 : 0;
                if (lent) {
                    return true;
                }
            }
            Eventually.holds("Redis may lend", () -> {
                LoansOut loans = LoansOut.in(client);
                return loans == null || loans.mayLend();
            });
            return false;
        });
        return admitted[0];
    }

    /**
     * Borrows, says how many it was admitted, and stays.
     *
     * @param args the port of Redis; the burst; the error that is allowed
     */
    public static void main(String[] args) throws Exception {
        Borrower node = new Borrower(SingleRedis.client(Integer.parseInt(args[0])));
        int admitted = node.untilItBorrows(bundle(Long.parseLong(args[1]), Double.parseDouble(args[2])));
        System.out.println("admitted " + admitted);
        System.in.read();
    }
}
