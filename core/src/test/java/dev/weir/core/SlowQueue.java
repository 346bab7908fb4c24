package dev.weir.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What a queue should say, slowly: a list of all requests that there ever were, with their times, on a scale that never wraps
 * around, in 2^-20 ns. Nothing ever leaves the list but what was given back, and each answer is counted from it.
 */
final class SlowQueue {

    /** What a submission is told; position 0 is a refusal. */
    record Answer(int position, BigInteger waiting, BigInteger retryAfter) {}

    /** The figures of a status; times in nanoseconds. */
    record Figures(int size, long total, long allowed, long processed, long cancelled, BigInteger lastLeak) {}

    /** A task that has run, and when. */
    record Run(int number, BigInteger atNanos) {}

    private static final class Request {
        final int number;
        final BigInteger turn;
        final BigInteger end;
        boolean begun;
        boolean cancelled;

        Request(int number, BigInteger turn, BigInteger end) {
            this.number = number;
            this.turn = turn;
            this.end = end;
        }
    }

    private final List<Request> requests = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private int capacity;
    private BigInteger interval = BigInteger.ZERO;
    private long total;
    private long allowed;
    private long givenBack;

    void configure(int capacity, Limit limit) {
        this.capacity = capacity;
        this.interval = SlowModel.interval(limit).shiftLeft(20 - SlowModel.bits(limit));
    }

    Answer submit(int number, BigInteger now) {
        total++;
        List<Request> present = present(now);
        int size = present.size();
        if (size >= capacity) {
            return new Answer(
                    0, BigInteger.ZERO, nanos(present.get(size - capacity).end).subtract(now));
        }
        allowed++;
        BigInteger turn = size == 0 ? now.shiftLeft(20) : present.get(size - 1).end;
        requests.add(new Request(number, turn, turn.add(interval)));
        return new Answer(size + 1, nanos(turn).subtract(now), BigInteger.ZERO);
    }

    /** Lets the tasks run whose turns have come. */
    void advance(BigInteger now) {
        for (Request request : requests) {
            if (!request.begun && !request.cancelled && nanos(request.turn).compareTo(now) <= 0) {
                request.begun = true;
                runs.add(new Run(request.number, nanos(request.turn)));
            }
        }
    }

    void cancel(int number, BigInteger now) {
        for (Request request : requests) {
            request.cancelled |= request.number == number && !request.begun;
        }
        while (!requests.isEmpty() && last().cancelled && nanos(last().turn).compareTo(now) > 0) {
            requests.remove(last());
            givenBack++;
        }
    }

    Figures figures(BigInteger now) {
        long processed = 0;
        long cancelled = givenBack;
        BigInteger lastLeak = BigInteger.ZERO;
        for (Request request : requests) {
            if (nanos(request.end).compareTo(now) <= 0) {
                processed += request.cancelled ? 0 : 1;
                cancelled += request.cancelled ? 1 : 0;
                lastLeak = request.cancelled ? lastLeak : nanos(request.end);
            }
        }
        return new Figures(present(now).size(), total, allowed, processed, cancelled, lastLeak);
    }

    List<Run> runs() {
        return runs;
    }

    private List<Request> present(BigInteger now) {
        return requests.stream()
                .filter(request -> nanos(request.end).compareTo(now) > 0)
                .toList();
    }

    private Request last() {
        return requests.get(requests.size() - 1);
    }

    /** Whole nanoseconds, rounded up. */
    private static BigInteger nanos(BigInteger units) {
        return units.negate().shiftRight(20).negate();
    }
}
