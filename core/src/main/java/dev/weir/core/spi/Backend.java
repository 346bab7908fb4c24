package dev.weir.core.spi;

import dev.weir.core.Ask;
import java.time.Duration;

/** Where the state of limits is kept, and who judges by it. Safe for use by many threads. */
public interface Backend extends AutoCloseable {

    /**
     * Answers {@code ask}: all of its limits take their cost, or none does. The answer may stand when this returns, or come
     * later from another thread; either way by {@link Ask#complete} or {@link Ask#fail}, once. Never blocks on a network.
     */
    void decide(Ask ask);

    /**
     * Settles an ask that is {@linkplain Ask#isOpen open}: each limit has really used {@link Ask#actual}. What was taken and not used
     * is given back as far as that keeps the bound; what was used above it is owed. Afterwards the ask is not open any
     * more; settling it again has no effect. May bring the answer's figures up to date before it returns. Never blocks on a
     * network.
     *
     * <p>To be implemented by who ever leaves an ask open.
     */
    default void settle(Ask ask) {
        if (ask.isOpen()) {
            throw new UnsupportedOperationException(
                    getClass().getName() + " has left an ask open that it cannot settle");
        }
    }

    /** How long an ask may stay open before it is forgotten, and settling it does nothing for its client any more. */
    default Duration keepsOpen() {
        return Duration.ofNanos(Long.MAX_VALUE);
    }

    /**
     * Whether every ask is answered by the deadline of its policies' {@link dev.weir.core.Fallback}, and in its way. Of others whoever
     * asks has to see to the deadline himself.
     */
    default boolean keepsDeadlines() {
        return false;
    }

    /** Whether decisions are not what they should be at the moment, since something elsewhere is out of reach. */
    default boolean isDegraded() {
        return false;
    }

    /** Frees threads and connections. Nothing may be asked afterwards. */
    @Override
    void close();
}
