package dev.weir.core.spi;

import dev.weir.core.Ask;

/** Where the state of limits is kept, and who judges by it. Safe for use by many threads. */
public interface Backend extends AutoCloseable {

    /**
     * Answers {@code ask}: all of its limits take their cost, or none does. The answer may stand when this returns, or come
     * later from another thread; either way by {@link Ask#complete} or {@link Ask#fail}, once. Never blocks on a network.
     */
    void decide(Ask ask);

    /** Frees threads and connections. Nothing may be asked afterwards. */
    @Override
    void close();
}
