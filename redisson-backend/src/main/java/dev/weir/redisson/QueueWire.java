package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Limit;
import dev.weir.core.QueuePlace;
import dev.weir.core.QueueStatus;
import dev.weir.core.QueuedRequest;
import dev.weir.core.Replay;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What queue.lua is told, and what its replies say. Its header has the layouts. */
final class QueueWire {

    private static final long NANOS_PER_MICRO = 1_000;
    /** The parts of a nanosecond, as a power of two: as fine as any emission interval. */
    private static final int PART_BITS = 20;

    private static final byte[] NO_ID = {};

    private QueueWire() {}

    /** The figures of a queue. */
    static byte[] figures(Limit limit) {
        Replay.Bucket bucket = Replay.bucket(limit);
        long perMicro = NANOS_PER_MICRO << bucket.fractionBits();
        long interval = bucket.emissionInterval();
        return new Wire.Row(6)
                .put(limit.burst())
                .put(limit.permits())
                .putNanos(limit.period().toNanos())
                .put(interval / perMicro)
                .put((interval % perMicro) << (PART_BITS - bucket.fractionBits()))
                .bytes();
    }

    /** Which turns are wanted. */
    static byte[] page(long first, int most) {
        return new Wire.Row(2).put(first).put(most).bytes();
    }

    /** An id; of none if it is empty. As {@link DataOutputStream#writeUTF} has it, because that keeps every character. */
    static byte[] id(String id) {
        if (id.isEmpty()) {
            return NO_ID;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new DataOutputStream(bytes).writeUTF(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String id(byte[] bytes, int offset) {
        if (offset == bytes.length) {
            return "";
        }
        try {
            return new DataInputStream(new ByteArrayInputStream(bytes, offset, bytes.length - offset)).readUTF();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a submission was answered. */
    static QueuePlace place(List<Object> reply) {
        boolean allowed = (Long) reply.get(1) == 1;
        long micros = (Long) reply.get(2);
        long nanos = micros < 0 ? Ask.NEVER : micros * NANOS_PER_MICRO + (Long) reply.get(3);
        return new QueuePlace(
                allowed ? QueuePlace.Answer.QUEUED : QueuePlace.Answer.FULL,
                id((byte[]) reply.get(5), 0),
                Math.toIntExact((Long) reply.get(4)),
                Duration.ofNanos(allowed ? nanos : 0),
                Duration.ofNanos(allowed ? 0 : nanos));
    }

    /** A turn, of a queue whose head says {@code offsetMicros}. */
    static QueuedRequest request(byte[] turn, long offsetMicros) {
        ByteBuffer numbers = ByteBuffer.wrap(turn);
        long entered = Wire.number(numbers);
        long micros = Wire.number(numbers);
        long nanos = (Wire.number(numbers) + (1L << PART_BITS) - 1) >> PART_BITS;
        return new QueuedRequest(
                id(turn, numbers.position()),
                time(entered - offsetMicros, 0),
                time(micros - offsetMicros, nanos),
                false);
    }

    /** A queue, apart from its turns. */
    record Head(
            long born,
            long offsetMicros,
            int capacity,
            long permits,
            Duration period,
            Instant lastLeak,
            long total,
            long allowed,
            long processed) {

        static Head of(byte[] head) {
            ByteBuffer numbers = ByteBuffer.wrap(head);
            long born = Wire.number(numbers);
            Wire.number(numbers); // seen
            long offset = Wire.number(numbers);
            Wire.number(numbers); // the TAT
            Wire.number(numbers);
            int capacity = (int) Wire.number(numbers);
            long permits = Wire.number(numbers);
            Duration period = Duration.ofNanos(Wire.number(numbers) * NANOS_PER_MICRO + Wire.number(numbers));
            Wire.number(numbers); // the emission interval
            Wire.number(numbers);
            Instant lastLeak = time(Wire.number(numbers) - offset, Wire.number(numbers));
            return new Head(
                    born,
                    offset,
                    capacity,
                    permits,
                    period,
                    lastLeak,
                    Wire.number(numbers),
                    Wire.number(numbers),
                    Wire.number(numbers));
        }

        QueueStatus status(String bucket) {
            int size = Math.toIntExact(allowed - processed);
            return new QueueStatus(
                    bucket, size, capacity, permits, period, lastLeak, total, allowed, total - allowed, processed, 0);
        }
    }

    private static Instant time(long micros, long nanos) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).plusNanos(nanos);
    }
}
