package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.Limit;
import dev.weir.core.Replay;
import dev.weir.core.Ticker;
import dev.weir.redisson.Wire.Row;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where a process borrows permits ahead: in Redis, where they are taken at once. See {@code lend.lua}. */
final class Lender {

    /** How long a loan may be used. */
    static final Duration TERM = Duration.ofSeconds(1);

    /** Shorter than what passes before a process that got no answer asks again: so what was stuck comes to nothing. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    private static final int STEPS = 8;
    private static final int ID_BITS = 52;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Lending lending;
    private final Ticker ticker;
    private final long id = new SecureRandom().nextLong() >>> (Long.SIZE - ID_BITS);

    /** Runs {@code lend.lua}. */
    interface Lending {

        /** By which the windows of {@code client} are shifted. */
        long spread(ClientKey client);

        /** What time it will be by then where {@code client} is known, in microseconds since 1970; 0: nobody knows. */
        long microsIn(ClientKey client, Duration wait);

        /** Its reply; {@code told} and {@code offers} are the last two arguments. */
        CompletionStage<List<Object>> lend(Bundle bundle, ClientKey client, byte[] told, byte[] offers);
    }

    /**
     * A process that borrows.
     *
     * @param ticker by which loans end
     */
    Lender(Lending lending, Ticker ticker) {
        this.lending = lending;
        this.ticker = ticker;
    }

    /**
     * What came of it.
     *
     * @param permits of each limit, lent now
     * @param keeps whether what was left of the last loan may be used on
     * @param waitNanos how long nothing is lent yet
     * @param figures of the limits, after that
     * @param sentNanos when it was asked for, by the ticker: a loan ends {@link #TERM} later
     */
    record Lent(List<Long> permits, boolean keeps, long waitNanos, Figures figures, long sentNanos) {}

    /**
     * Borrows for {@code client}.
     *
     * @param most how many permits of each limit may be out on loan, of all processes together
     * @param has how many this process has left
     * @param wanted how many more it would use; as many are lent as fit, half, a quarter and so on
     */
    CompletionStage<Lent> borrow(Bundle bundle, ClientKey client, long[] most, long[] has, long[] wanted) {
        long spread = lending.spread(client);
        Row told = new Row(3 + 3 * most.length)
                .put(id)
                .put(TERM.toNanos() / NANOS_PER_MICRO)
                .put(lending.microsIn(client, PATIENCE));
        Row offers = new Row(3 * STEPS * most.length);
        for (int j = 0; j < most.length; j++) {
            Limit limit = bundle.policies().get(j).limit();
            told.put(Wire.phase(limit, spread)).put(most[j]).put(has[j]);
            for (int step = 0; step < STEPS; step++) {
                Wire.putCost(offers, bundle, j, wanted[j] >> step);
            }
        }
        long sentNanos = ticker.read();
        return lending.lend(bundle, client, told.bytes(), offers.bytes())
                .thenApply(reply -> lent(reply, bundle, client, spread, sentNanos));
    }

    private static Lent lent(List<Object> reply, Bundle bundle, ClientKey client, long spread, long sentNanos) {
        long nowNanos = (Long) reply.get(0) * NANOS_PER_MICRO;
        List<Long> permits = new ArrayList<>(bundle.size());
        Ask taken = new Ask();
        taken.add(bundle, client);
        for (int j = 0; j < bundle.size(); j++) {
            permits.add((Long) reply.get(3 + j));
            taken.cost(j, permits.get(j));
        }
        byte[] value = (byte[]) reply.get(3 + bundle.size());
        Replay.State before = Wire.state(bundle, value, spread, nowNanos);
        Replay.decide(taken, nowNanos, false, 0, List.of(before));
        return new Lent(
                permits,
                (Long) reply.get(2) == 1,
                (Long) reply.get(1) * NANOS_PER_MICRO,
                new Figures(taken, sentNanos),
                sentNanos);
    }
}
