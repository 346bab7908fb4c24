package dev.weir.redisson;

import dev.weir.core.Algorithm;
import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.Limit;
import dev.weir.core.Policy;
import dev.weir.core.Replay;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What travels between this process and the scripts: rows of big-endian doubles, each a whole number below 2^53. A time is two of
 * them, microseconds and what is finer.
 */
final class Wire {

    private static final int NANOS_PER_MICRO = 1_000;
    private static final int MICROS_PER_MILLI = 1_000;
    /* Who has so many permits that take so long lives by the grain, of which there are so many until a limit is full. */
    private static final int MANY_PERMITS = 32;
    private static final int LONG_MICROS = 16_000_000;
    private static final int GRAINS = 16;
    /** The most that a count says, as in the kernels. */
    private static final long MAX_COUNT = 1L << 52;

    /* Of a value, as values.lua has it. */
    private static final int LEDGER_SIZE_AT = 2 * Double.BYTES;
    private static final int OPEN_AT = 8 * Double.BYTES;

    /* A stamp that no taking has. */
    private static final long OF_NO_TAKING = -1;

    private Wire() {}

    /** The kernels' numbers in the scripts. */
    private static int kernel(Algorithm algorithm) {
        return switch (algorithm) {
            case GCRA, TOKEN_BUCKET, LEAKY_BUCKET -> 1;
            case LEAKY_BUCKET_QUEUE -> 2;
            case FIXED_WINDOW -> 3;
            case SLIDING_WINDOW_COUNTER -> 4;
            case SLIDING_WINDOW_LOG -> 5;
        };
    }

    /** The rules of a bundle and, behind them, others under which its state may stand, as decide.lua reads them. */
    static byte[] rules(Bundle bundle, long version, Map<Long, Bundle> others) {
        int size = 2 + 9 * bundle.size();
        for (Bundle other : others.values()) {
            size += 2 + 9 * other.size() + bundle.size();
        }
        Row row = new Row(size);
        putRules(row, bundle, version);
        others.forEach((otherVersion, other) -> {
            putRules(row, other, otherVersion);
            for (int j = 0; j < bundle.size(); j++) {
                row.put(Replay.wasAt(bundle, j, other) + 1);
            }
        });
        return row.bytes();
    }

    private static void putRules(Row row, Bundle bundle, long version) {
        row.put(version).put(bundle.size());
        for (Policy policy : bundle.policies()) {
            Limit limit = policy.limit();
            row.put(kernel(limit.algorithm()));
            if (limit.algorithm().isBucket()) {
                Replay.Bucket bucket = Replay.bucket(limit);
                long scale = 1L << bucket.fractionBits();
                long parts = NANOS_PER_MICRO * scale;
                row.put(limit.isClosed() ? 0 : limit.burst()).put(0).put(parts).put(scale);
                row.putParts(bucket.burstTolerance(), parts).putParts(bucket.emissionInterval(), parts);
            } else {
                row.put(limit.permits());
                row.put(limit.period().toNanos() / NANOS_PER_MICRO)
                        .put(NANOS_PER_MICRO)
                        .put(1);
                row.put(0).put(0).put(limit.aligned() ? 1 : 0).put(0);
            }
        }
    }

    /** What is asked of bundle {@code index}, as decide.lua reads it. */
    static byte[] asked(Ask ask, int index, boolean mayOpen) {
        long longest = mayOpen ? Replay.longestWaitNanos(ask) : 0;
        Bundle bundle = ask.bundle(index);
        Row row = new Row(6 * bundle.size());
        for (int j = 0; j < bundle.size(); j++) {
            int at = ask.firstLimit(index) + j;
            Limit limit = bundle.policies().get(j).limit();
            long cost = ask.cost(at);
            boolean can = !limit.isClosed() && cost <= limit.burst();
            row.put(can ? 1 : 0);
            putCost(row, bundle, j, can ? cost : 0);
            row.putNanos(Math.min(ask.patienceNanos(at), longest));
        }
        return row.bytes();
    }

    /** What a limit that may admit it is asked for: permits, and what they add to a TAT. */
    static void putCost(Row row, Bundle bundle, int limit, long permits) {
        row.put(permits);
        if (bundle.policies().get(limit).limit().algorithm().isBucket()) {
            Replay.Bucket bucket = Replay.bucket(bundle, limit);
            row.putParts(permits * bucket.emissionInterval(), (long) NANOS_PER_MICRO << bucket.fractionBits());
        } else {
            row.put(0).put(0);
        }
    }

    /** To how many ms it is rounded up for how long states of {@code bundle}, all buckets, live: as values.lua has it. */
    static long grainMillis(Bundle bundle) {
        long grain = 1;
        for (int j = 0; j < bundle.size(); j++) {
            Replay.Bucket bucket = Replay.bucket(bundle, j);
            long toleranceMicros = bucket.burstTolerance() / ((long) NANOS_PER_MICRO << bucket.fractionBits());
            if (bundle.policies().get(j).limit().burst() >= MANY_PERMITS && toleranceMicros >= LONG_MICROS) {
                grain = Math.max(grain, toleranceMicros / (MICROS_PER_MILLI * GRAINS));
            }
        }
        return grain;
    }

    /** What a bucket is asked for by which {@code permits} may be admitted, and what it may hold, as the short form of decide.lua has it. */
    static void putBucket(Row row, Bundle bundle, int limit, long permits) {
        Replay.Bucket bucket = Replay.bucket(bundle, limit);
        long parts = (long) NANOS_PER_MICRO << bucket.fractionBits();
        row.putParts(permits * bucket.emissionInterval(), parts).put(parts);
        row.putParts(bucket.burstTolerance(), parts);
    }

    /** On what terms it is asked, if not on those of most. */
    static byte @Nullable [] terms(Ask ask, boolean mayOpen, long notBeforeNanos) {
        if (!ask.holds() && notBeforeNanos == 0) {
            return null;
        }
        return new Row(4)
                .put(mayOpen ? 1 : 0)
                .put(ask.holds() ? 1 : 0)
                .putNanos(notBeforeNanos)
                .bytes();
    }

    /** What settle.lua is told of all keys together. */
    static byte[] turn(Ask ask) {
        return new Row(2).putNanos(Replay.taken(ask, 0).turnNanos()).bytes();
    }

    /**
     * What settle.lua is told of bundle {@code index}.
     *
     * @param decidedNanos when {@code ask} was decided
     */
    static byte[] settlement(Ask ask, int index, long spread, long decidedNanos) {
        Replay.Taken taken = Replay.taken(ask, index);
        Bundle bundle = ask.bundle(index);
        Row row = new Row(4 + 19 * bundle.size());
        row.put(taken.stamp()).putNanos(taken.turnBefore()).put(taken.waiterBefore());
        for (int j = 0; j < bundle.size(); j++) {
            int at = ask.firstLimit(index) + j;
            Limit limit = bundle.policies().get(j).limit();
            long unused = Math.max(0, ask.cost(at) - ask.actual(at));
            long above = Math.min(MAX_COUNT, Math.max(0, ask.actual(at) - ask.cost(at)));
            long none = ask.actual(at) == 0 ? 1 : 0;
            long[] before = taken.before().get(j);
            long[] after = taken.after().get(j);
            if (limit.algorithm().isBucket()) {
                Replay.Bucket bucket = Replay.bucket(limit);
                long parts = (long) NANOS_PER_MICRO << bucket.fractionBits();
                long interval = bucket.emissionInterval();
                boolean fits = interval == 0 || above <= Replay.MAX_AHEAD / interval;
                row.put(unused).putParts(Math.min(unused, limit.burst()) * interval, parts);
                row.put(none);
                row.put(above).putParts(fits ? above * interval : Replay.MAX_AHEAD, parts);
                row.putParts(Replay.MAX_AHEAD, parts);
                row.putNanos(bucket.refillNanos());
                row.putParts(taken.returned().get(j), parts);
                row.put(0);
                row.putTime(after[0], bucket, decidedNanos);
                row.putTime(before[0], bucket, decidedNanos).put(0);
            } else {
                row.put(unused).put(0).put(0);
                row.put(none);
                row.put(above).put(0).put(0);
                row.put(0).put(0);
                row.put(0).put(0);
                row.put(0).put(0);
                row.put(phase(limit, spread));
                boolean log = limit.algorithm() == Algorithm.SLIDING_WINDOW_LOG;
                row.put(log ? 0 : after[0] / NANOS_PER_MICRO).put(0);
                row.put(log ? 0 : before[0] / NANOS_PER_MICRO)
                        .put(log ? 0 : before[1])
                        .put(log ? 0 : before[2]);
            }
        }
        return row.bytes();
    }

    /** The same where the state stands under {@code inForce}, other rules by now: what was used above is owed to those of the name. */
    static byte[] settlement(Ask ask, int index, Bundle inForce, long spread) {
        long[] above = new long[inForce.size()];
        for (int j = 0; j < above.length; j++) {
            above[j] = above(ask, index, inForce.policies().get(j).name());
        }
        return debt(Replay.taken(ask, index).stamp(), inForce, above, spread);
    }

    /** A settlement of something that nobody knows: {@code permits} of each policy are owed, and nothing comes back. */
    static byte[] debt(Bundle bundle, long[] permits, long spread) {
        return debt(OF_NO_TAKING, bundle, permits, spread);
    }

    private static byte[] debt(long stamp, Bundle bundle, long[] permits, long spread) {
        Row row = new Row(4 + 19 * bundle.size());
        row.put(stamp).put(0).put(0).put(0);
        for (int j = 0; j < permits.length; j++) {
            Limit limit = bundle.policies().get(j).limit();
            long above = Math.min(MAX_COUNT, permits[j]);
            boolean bucket = limit.algorithm().isBucket();
            long parts = bucket ? (long) NANOS_PER_MICRO << Replay.bucket(limit).fractionBits() : NANOS_PER_MICRO;
            long interval = bucket ? Replay.bucket(limit).emissionInterval() : 0;
            boolean fits = interval == 0 || above <= Replay.MAX_AHEAD / interval;
            row.put(0).put(0).put(0).put(0);
            row.put(above).putParts(fits ? above * interval : Replay.MAX_AHEAD, parts);
            row.putParts(Replay.MAX_AHEAD, parts);
            row.put(0).put(0).put(0).put(0);
            row.put(phase(limit, spread));
            row.put(0).put(0).put(0).put(0).put(0);
        }
        return row.bytes();
    }

    /** The turn of a settlement without one. */
    static byte[] noTurn() {
        return new Row(2).put(0).put(0).bytes();
    }

    private static long above(Ask ask, int index, String policy) {
        Bundle bundle = ask.bundle(index);
        for (int j = 0; j < bundle.size(); j++) {
            int at = ask.firstLimit(index) + j;
            if (bundle.policies().get(j).name().equals(policy)) {
                return Math.min(MAX_COUNT, Math.max(0, ask.actual(at) - ask.cost(at)));
            }
        }
        return 0;
    }

    /** The version of the rules that a value stands under. */
    static long version(byte[] value) {
        return (long) ByteBuffer.wrap(value).getDouble();
    }

    /** By how much the windows of {@code limit} are shifted for a client, in microseconds. */
    static long phase(Limit limit, long spread) {
        boolean shifts = limit.algorithm().hasWindows() && !limit.aligned();
        return shifts ? Math.floorMod(spread, limit.period().toNanos() / NANOS_PER_MICRO) : 0;
    }

    /** The state that a value tells, as of {@code nowNanos}; of somebody new if there is none. */
    static Replay.State state(Bundle bundle, byte @Nullable [] value, long spread, long nowNanos) {
        if (value == null) {
            return new Replay.State(bundle, null, null, spread);
        }
        ByteBuffer numbers = ByteBuffer.wrap(value);
        numbers.getDouble(); // the version
        numbers.getDouble(); // when it was written
        Replay.Turns turns = number(numbers) > 0 ? turns(bundle, numbers) : null;
        List<long[]> words = new ArrayList<>(bundle.size());
        for (int i = 0; i < bundle.size(); i++) {
            words.add(words(bundle, i, numbers, nowNanos));
        }
        for (int i = 0; i < words.size(); i++) {
            if (bundle.policies().get(i).limit().algorithm() == Algorithm.SLIDING_WINDOW_LOG) {
                words.set(i, log(words.get(i), numbers));
            }
        }
        return new Replay.State(bundle, words, turns, spread);
    }

    private static long[] words(Bundle bundle, int index, ByteBuffer numbers, long nowNanos) {
        Limit limit = bundle.policies().get(index).limit();
        if (limit.algorithm().isBucket()) {
            int bits = Replay.bucket(bundle, index).fractionBits();
            long micros = number(numbers);
            long parts = number(numbers);
            long ahead = micros - nowNanos / NANOS_PER_MICRO;
            // An old TAT might read as one of the future: it is as good as now.
            return new long[] {(nowNanos << bits) + (ahead < 0 ? 0 : ahead * ((long) NANOS_PER_MICRO << bits) + parts)};
        }
        if (limit.algorithm() == Algorithm.SLIDING_WINDOW_LOG) {
            long pairs = number(numbers);
            long seen = number(numbers) * NANOS_PER_MICRO + number(numbers);
            number(numbers); // the sum
            return new long[] {pairs, seen};
        }
        long start = number(numbers) * NANOS_PER_MICRO;
        return limit.algorithm() == Algorithm.FIXED_WINDOW
                ? new long[] {start, number(numbers)}
                : new long[] {start, number(numbers), number(numbers)};
    }

    private static long[] log(long[] words, ByteBuffer numbers) {
        int pairs = (int) words[0];
        long[] times = new long[Math.max(0, pairs)];
        long[] counts = new long[times.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = number(numbers) * NANOS_PER_MICRO + number(numbers);
            counts[i] = number(numbers);
        }
        return pairs < 0 ? Replay.emptyLog() : Replay.log(words[1], times, counts);
    }

    private static Replay.Turns turns(Bundle bundle, ByteBuffer numbers) {
        long lastTurn = number(numbers) * NANOS_PER_MICRO + number(numbers);
        long lastWaiter = number(numbers);
        long stamp = number(numbers);
        long changed = number(numbers);
        int open = (int) number(numbers);
        number(numbers); // when it began
        List<Long> returned = new ArrayList<>(bundle.size());
        for (Policy policy : bundle.policies()) {
            long micros = number(numbers);
            long parts = number(numbers);
            boolean bucket = policy.limit().algorithm().isBucket();
            int bits = bucket ? Replay.bucket(policy.limit()).fractionBits() : 0;
            returned.add(micros * ((long) NANOS_PER_MICRO << bits) + parts);
        }
        return new Replay.Turns(lastTurn, lastWaiter, stamp, changed, open, returned);
    }

    /** Whether anybody who took from the state {@code value} may give something back. */
    static boolean isOpen(byte[] value) {
        return value.length > OPEN_AT
                && ByteBuffer.wrap(value).getDouble(LEDGER_SIZE_AT) > 0
                && ByteBuffer.wrap(value).getDouble(OPEN_AT) > 0;
    }

    static long number(ByteBuffer numbers) {
        return (long) numbers.getDouble();
    }

    /** A row in the making. */
    static final class Row {
        private final ByteBuffer buffer;

        Row(int numbers) {
            buffer = ByteBuffer.allocate(numbers * Double.BYTES);
        }

        Row put(long number) {
            buffer.putDouble((double) number); // exact: below 2^53
            return this;
        }

        Row putNanos(long nanos) {
            return putParts(nanos, NANOS_PER_MICRO);
        }

        /** A number of which a microsecond has {@code perMicro}. */
        Row putParts(long number, long perMicro) {
            return put(Math.floorDiv(number, perMicro)).put(Math.floorMod(number, perMicro));
        }

        /** A TAT that is a number of {@code bucket}, as of {@code nowNanos}. */
        Row putTime(long tat, Replay.Bucket bucket, long nowNanos) {
            long parts = (long) NANOS_PER_MICRO << bucket.fractionBits();
            long ahead = tat - (nowNanos << bucket.fractionBits());
            return put(nowNanos / NANOS_PER_MICRO + Math.floorDiv(ahead, parts)).put(Math.floorMod(ahead, parts));
        }

        byte[] bytes() {
            return buffer.array();
        }
    }
}
