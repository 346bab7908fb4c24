package dev.weir.core;

import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Settings of {@link LeakyBucketQueues}; each has a default. Not thread-safe. */
public final class LeakyBucketQueuesBuilder {

    private static final int MOST = 1_000_000_000;

    Ticker ticker = Ticker.system();
    Sleeper sleeper = Sleeper.system();
    Clock clock = Clock.systemUTC();
    private @Nullable Executor executor;
    int maxBuckets = 10_000;
    int maxPlaces = 1_000_000;
    int maxTasks = 10_000;

    LeakyBucketQueuesBuilder() {}

    /** What time goes by, and what wakes at a time of it: by default the system's; in tests a {@link ManualTicker} as both. */
    public LeakyBucketQueuesBuilder time(Ticker ticker, Sleeper sleeper) {
        this.ticker = Objects.requireNonNull(ticker, "ticker is null");
        this.sleeper = Objects.requireNonNull(sleeper, "sleeper is null");
        return this;
    }

    /** Where times of day come from: it is read once, when the queues are built, and decides nothing. Default: the system's. */
    public LeakyBucketQueuesBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock is null");
        return this;
    }

    /**
     * What runs the tasks. By default each runs in a thread of its own: a virtual one from Java 21 on, before that a daemon of a
     * pool whose threads end when they have been idle for ten seconds.
     */
    public LeakyBucketQueuesBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor is null");
        return this;
    }

    /** How many buckets there may be, from 1 on. Default: 10,000. */
    public LeakyBucketQueuesBuilder maxBuckets(int maxBuckets) {
        this.maxBuckets = atLeastOne("maxBuckets", maxBuckets);
        return this;
    }

    /** How many places all buckets together may have, from 1 on. A taken one needs some hundred bytes. Default: 1,000,000. */
    public LeakyBucketQueuesBuilder maxPlaces(int maxPlaces) {
        this.maxPlaces = atLeastOne("maxPlaces", maxPlaces);
        return this;
    }

    /**
     * How many tasks may wait or run, from 1 on, and so how many threads there may be. One queue gets no more than it leaves
     * free, which is half if it is alone. Default: 10,000.
     */
    public LeakyBucketQueuesBuilder maxTasks(int maxTasks) {
        this.maxTasks = atLeastOne("maxTasks", maxTasks);
        return this;
    }

    /** The queues, none configured yet. */
    public LeakyBucketQueues build() {
        return new LeakyBucketQueues(this);
    }

    Executor executor() {
        return executor == null ? TaskThreads.shared() : executor;
    }

    private static int atLeastOne(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(name + " is " + value + ", must be from 1 to " + MOST);
        }
        return value;
    }
}
