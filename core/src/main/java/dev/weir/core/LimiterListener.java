package dev.weir.core;

/**
 * Told of what a limiter does. Called by the thread that decides, so it must be quick and must not throw. Costs nothing
 * when it is {@link #NONE}.
 */
public interface LimiterListener {

    /** Hears nothing. */
    LimiterListener NONE = new LimiterListener() {};

    /** A decision has been made; {@code ask} may be read until this returns. */
    default void decided(Ask ask) {}

    /** A decision could not be made. */
    default void failed(Ask ask, Throwable cause) {}

    /** A back end gave no decision in time, for that reason, and {@code mode} has answered or will. */
    default void fellBack(Ask ask, OnFailure mode, Throwable cause) {}

    /**
     * A back end has charged for {@code ask} only after its deadline, and the caller had been refused by then, or answered by somebody
     * who charges as well. What was taken too much comes back with time, as the limits say.
     */
    default void chargedLate(Ask ask) {}

    /** A back end is out of reach from now on, or no longer. Once for each change. */
    default void degraded(boolean degraded) {}

    /** An entry had to leave while its client still owed, because the limiter is at its bound. */
    default void evictedWhileOwing(Bundle bundle) {}
}
