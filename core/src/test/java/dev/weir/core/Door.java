package dev.weir.core;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * One limit on a clock of its own, asked in the way that suits its algorithm: who asks a queue is admitted when there is a place in
 * it, however long the wait for his turn.
 */
final class Door {

    final Limit limit;
    final ManualTicker ticker;
    final LocalLimiter limiter;
    private final Bundle bundle;
    private final boolean queues;

    private Door(Limit limit, ManualTicker ticker, Ticker read, Clock clock) {
        this.limit = limit;
        this.ticker = ticker;
        this.bundle = Asks.bundle("door", limit);
        this.queues = limit.algorithm() == Algorithm.LEAKY_BUCKET_QUEUE;
        this.limiter = new LocalLimiter(
                LocalLimiter.DEFAULT_MAX_ENTRIES,
                LocalLimiter.DEFAULT_MAX_OPEN,
                read,
                WindowAnchor.of(read, clock),
                LimiterListener.NONE);
    }

    /** {@code permits} per {@code period}, from a clock that stands at {@code startNanos}. */
    static Door of(Algorithm algorithm, long permits, Duration period, long startNanos) {
        return of(Limit.of(permits, period).withAlgorithm(algorithm), startNanos);
    }

    static Door of(Algorithm algorithm, long permits, Duration period) {
        return of(algorithm, permits, period, 0);
    }

    /** The epoch is where the clock stands at first. */
    static Door of(Limit limit, long startNanos) {
        ManualTicker ticker = new ManualTicker(startNanos);
        return new Door(limit, ticker, ticker, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    }

    /** A limiter that reads {@code read}, which is made of {@code ticker}. */
    static Door of(Limit limit, ManualTicker ticker, Ticker read) {
        return new Door(limit, ticker, read, Clock.systemUTC());
    }

    /** A question of {@code client}, to be asked as often as one likes; by one thread. */
    Ask question(ClientKey client, long cost) {
        Ask ask = Asks.ask(bundle, client, cost);
        ask.patience(0, queues ? Long.MAX_VALUE : 0);
        return ask;
    }

    /** Asks, and goes on at once. */
    boolean ask(Ask question) {
        limiter.decide(question);
        limiter.settle(question);
        return question.allowed();
    }

    Ask take(ClientKey client, long cost) {
        Ask question = question(client, cost);
        ask(question);
        return question;
    }

    boolean admits(long cost) {
        return take(Asks.ALICE, cost).allowed();
    }

    long remaining() {
        return take(Asks.ALICE, 0).remaining(0);
    }

    /** How many of so many requests for one permit are admitted. */
    int admitted(int requests) {
        Ask question = question(Asks.ALICE, 1);
        int admitted = 0;
        for (int i = 0; i < requests; i++) {
            admitted += ask(question) ? 1 : 0;
        }
        return admitted;
    }
}
