package dev.weir.core;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until told to move, for tests of limits. Thread-safe. */
public final class ManualTicker implements Ticker {

    private final AtomicLong nanos;

    /** A clock that stands at 0. */
    public ManualTicker() {
        this(0);
    }

    /** A clock that stands at {@code nanos}, which may be any value. */
    public ManualTicker(long nanos) {
        this.nanos = new AtomicLong(nanos);
    }

    @Override
    public long read() {
        return nanos.get();
    }

    /** Moves the clock; a negative step moves it back, as no real monotonic clock should. */
    public void advance(Duration step) {
        nanos.addAndGet(step.toNanos());
    }

    /** Moves the clock by {@code nanos}, wrapping around as {@link System#nanoTime} would. */
    public void advanceNanos(long nanos) {
        this.nanos.addAndGet(nanos);
    }
}
