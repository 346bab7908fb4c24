package dev.weir.redisson;

import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.spi.Backend;
import java.util.concurrent.CompletionStage;

/** A limiter whose state is elsewhere, and may be out of reach. */
interface SharedLimiter extends Backend {

    /** Whether it has been found. Until then there is no use in asking. */
    default boolean isReached() {
        return true;
    }

    /**
     * Charges what was admitted without asking, whether it fits or not.
     *
     * @param permits of each policy of {@code bundle}
     */
    CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits);
}
