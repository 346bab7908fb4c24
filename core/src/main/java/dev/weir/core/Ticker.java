package dev.weir.core;

/** The clock of decisions: elapsed nanoseconds from an arbitrary origin, to be compared by subtraction only. */
@FunctionalInterface
public interface Ticker {

    /** The time now, in nanoseconds. May be negative, may wrap around, has nothing to do with the time of day. */
    long read();

    /** {@link System#nanoTime}. */
    static Ticker system() {
        return System::nanoTime;
    }
}
