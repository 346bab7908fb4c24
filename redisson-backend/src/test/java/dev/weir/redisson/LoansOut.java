package dev.weir.redisson;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * What stands in Redis of the loans of one client under one limit, at one moment of it.
 *
 * @param nowMicros what time it was
 * @param sinceMicros since when loans are known there
 */
record LoansOut(long nowMicros, long sinceMicros, List<Loan> all) {

    /** What one process has on loan. */
    record Loan(long node, long untilMicros, long permits) {}

    private static final String READ = """
            local time = redis.call('TIME')
            return { tonumber(time[1]) * 1000000 + tonumber(time[2]), redis.call('GET', KEYS[1]) }""";
    private static final int HEAD = 3;
    private static final long TERM_MICROS = Lender.TERM.toNanos() / 1_000;

    /** Null if none are known. */
    static @Nullable LoansOut in(RedissonClient client) {
        List<Object> reply = client.getScript(ByteArrayCodec.INSTANCE)
                .eval(RScript.Mode.READ_ONLY, READ, RScript.ReturnType.LIST, List.of(Borrower.key()));
        if (reply.size() < 2 || reply.get(1) == null) {
            return null;
        }
        ByteBuffer row = ByteBuffer.wrap((byte[]) reply.get(1));
        row.getDouble();
        long since = (long) row.getDouble();
        row.position(HEAD * Double.BYTES);
        List<Loan> all = new ArrayList<>();
        while (row.hasRemaining()) {
            all.add(new Loan((long) row.getDouble(), (long) row.getDouble(), (long) row.getDouble()));
        }
        return new LoansOut((Long) reply.get(0), since, all);
    }

    /** Whether all that may be out from before the loans were known has ended. */
    boolean mayLend() {
        return nowMicros >= sinceMicros + TERM_MICROS;
    }

    /** Whether none was given before that. */
    boolean areAllOfLater() {
        return all.stream().allMatch(loan -> loan.untilMicros >= sinceMicros + 2 * TERM_MICROS);
    }

    /** How many permits may be used yet. */
    long permits() {
        return all.stream()
                .filter(loan -> loan.untilMicros > nowMicros)
                .mapToLong(Loan::permits)
                .sum();
    }
}
