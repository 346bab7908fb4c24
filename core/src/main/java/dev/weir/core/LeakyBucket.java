package dev.weir.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One queue: {@link Gcra} that answers "your turn is at the TAT" in place of "no", and beside it the requests that wait, and
 * counters. Nothing drains it: whoever looks first lets go those whose time has passed.
 *
 * <p><b>Times.</b> A request's time begins with its turn and lasts one emission interval T; then it has been processed. It
 * ends where the next one's begins, for who entered behind it was promised just that, and for the last one at the TAT. So a
 * new T holds for later requests and moves nobody.
 *
 * <p><b>Giving back.</b> A request cancelled at the end of the queue, before its turn, gives its time back: the TAT is again what
 * it was before, and as nobody runs in a time given back, two turns are never closer than T. Elsewhere later requests were
 * promised their times behind it, so it keeps its own, and the place with it.
 *
 * <p><b>Memory.</b> As many turns as the capacity, or as were there when it was lowered.
 *
 * <p>Thread-safe: everything by the object's lock, which is held for arithmetic, and taken before that of {@link Agenda}. A
 * time before what the bucket has seen already is taken for that: a clock that steps back brings no two turns closer.
 */
final class LeakyBucket {

    /** Has the last word on a turn before it is given, under the bucket's lock. */
    @FunctionalInterface
    interface Booking {
        QueuePlace.Answer book(QueueTurn turn);
    }

    private final String name;
    private final WindowAnchor anchor;
    private final QueueTurnRing turns = new QueueTurnRing();
    private boolean deleted;

    private Limit limit;
    private long intervalNanos; // T, with the fraction: rounded up as Gcra does
    private int intervalFraction;

    private long seenNanos;
    private long tatNanos; // means something while there are turns
    private int tatFraction;
    private long lastLeakNanos;

    private long total;
    private long allowed;
    private long processed;
    private long cancelled;

    /** How many turns it may hold. By the lock of {@link LeakyBucketQueues}, which keeps the sum. */
    int reserved;
    /** How many of its tasks wait or run. By the lock of {@link Agenda}. */
    int tasks;

    /** A bucket that has yet to be configured. */
    LeakyBucket(String name, WindowAnchor anchor, Limit limit, long nowNanos) {
        this.name = name;
        this.anchor = anchor;
        this.limit = limit;
        this.seenNanos = nowNanos;
        this.lastLeakNanos = nowNanos;
    }

    /** Sets the figures for the requests to come; the capacity is the burst. */
    synchronized QueueStatus configure(Limit limit, long nowNanos) {
        catchUp(nowNanos);
        this.limit = limit;
        Gcra kernel = Gcra.of(limit);
        intervalNanos = kernel.emissionInterval >> kernel.fractionBits;
        int below = (int) (kernel.emissionInterval - (intervalNanos << kernel.fractionBits));
        intervalFraction = below << (Gcra.MAX_FRACTION_BITS - kernel.fractionBits);
        return status();
    }

    /** Gives the next turn, if there is a place and {@code booking} agrees. */
    synchronized QueuePlace submit(@Nullable String requestId, long nowNanos, Booking booking) {
        String knownId = requestId == null ? "" : requestId;
        if (deleted) {
            return QueuePlace.refused(QueuePlace.Answer.UNKNOWN_BUCKET, knownId, Ask.NEVER);
        }
        catchUp(nowNanos);
        total++;
        long untilPlace = untilPlaceNanos();
        if (untilPlace > 0) {
            return QueuePlace.refused(QueuePlace.Answer.FULL, knownId, untilPlace);
        }
        QueueTurn turn = next(requestId == null ? "req-" + total : requestId);
        QueuePlace.Answer answer = booking.book(turn);
        if (answer != QueuePlace.Answer.QUEUED) {
            boolean forEver = answer == QueuePlace.Answer.STOPPED;
            return QueuePlace.refused(
                    answer, knownId, forEver ? Ask.NEVER : QueueTurn.roundedUp(intervalNanos, intervalFraction));
        }
        turns.addLast(turn);
        int fraction = turn.fraction + intervalFraction;
        tatNanos = turn.nanos + intervalNanos + fraction / QueueTurn.NANOSECOND;
        tatFraction = fraction % QueueTurn.NANOSECOND;
        allowed++;
        return QueuePlace.queued(turn.requestId, turns.size(), turn.atNanos() - seenNanos);
    }

    private QueueTurn next(String requestId) {
        return turns.size() == 0
                ? new QueueTurn(requestId, seenNanos, seenNanos, 0)
                : new QueueTurn(requestId, seenNanos, tatNanos, tatFraction);
    }

    /** How long until one more fits, 0 if it does, {@link Ask#NEVER} without capacity. */
    private long untilPlaceNanos() {
        int capacity = (int) limit.burst();
        int size = turns.size();
        if (capacity == 0) {
            return Ask.NEVER;
        }
        if (size >= capacity) {
            return endNanos(size - capacity) - seenNanos;
        }
        // Changed often enough, long queues at slow rates could reach times that cannot be told from the past.
        return size == 0 ? 0 : Math.max(0, endNanos(size - 1) - seenNanos + intervalNanos - Gcra.MAX_AHEAD);
    }

    /** When the request at {@code index} has been processed, rounded up. */
    private long endNanos(int index) {
        return index + 1 < turns.size() ? turns.get(index + 1).atNanos() : QueueTurn.roundedUp(tatNanos, tatFraction);
    }

    /** Takes notice that nobody wants {@code turn} any more. */
    synchronized void cancel(QueueTurn turn, long nowNanos) {
        catchUp(nowNanos);
        turn.cancelled = true;
        while (turns.size() > 0 && turns.last().cancelled && turns.last().atNanos() - seenNanos > 0) {
            tatNanos = turns.last().nanos;
            tatFraction = turns.last().fraction;
            turns.removeLast();
            cancelled++;
        }
    }

    /** The state; null once deleted. */
    synchronized @Nullable QueueStatus status(long nowNanos) {
        if (deleted) {
            return null;
        }
        catchUp(nowNanos);
        return status();
    }

    private QueueStatus status() {
        return new QueueStatus(
                name,
                turns.size(),
                (int) limit.burst(),
                limit.permits(),
                limit.period(),
                anchor.timeOfDay(lastLeakNanos),
                total,
                allowed,
                total - allowed,
                processed,
                cancelled);
    }

    /** Who has a place, in the order of their turns. */
    List<QueuedRequest> queued(long nowNanos) {
        List<QueuedRequest> requests = new ArrayList<>();
        for (QueueTurn turn : snapshot(nowNanos)) {
            requests.add(new QueuedRequest(
                    turn.requestId,
                    anchor.timeOfDay(turn.enteredNanos),
                    anchor.timeOfDay(turn.atNanos()),
                    turn.cancelled));
        }
        return requests;
    }

    private synchronized QueueTurn[] snapshot(long nowNanos) {
        if (deleted) {
            return new QueueTurn[0];
        }
        catchUp(nowNanos);
        return turns.toArray();
    }

    /** Ends it for who still holds it. */
    synchronized void delete() {
        deleted = true;
    }

    synchronized boolean isDeleted() {
        return deleted;
    }

    private void catchUp(long nowNanos) {
        if (nowNanos - seenNanos > 0) {
            seenNanos = nowNanos;
        }
        while (turns.size() > 0 && endNanos(0) - seenNanos <= 0) {
            long endNanos = endNanos(0);
            if (turns.removeFirst().cancelled) {
                cancelled++;
            } else {
                processed++;
                lastLeakNanos = endNanos;
            }
        }
    }
}
