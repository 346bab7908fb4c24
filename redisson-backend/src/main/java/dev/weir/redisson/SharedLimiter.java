package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.spi.Backend;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A limiter whose state is elsewhere, and may be out of reach. */
interface SharedLimiter extends Backend {

    /** What is known here of an answer. */
    enum Known {
        /** Nothing: it has to be asked elsewhere. */
        NOTHING,
        REFUSED,
        ADMITTED
    }

    /** Whether it has been found. Until then there is no use in asking. */
    default boolean isReached() {
        return true;
    }

    /** What the answer to {@code ask} is, without asking elsewhere; if it is known, {@code ask} gets its figures, and is not completed. */
    default Known known(Ask ask) {
        return Known.NOTHING;
    }

    /**
     * Decides {@code question} elsewhere.
     *
     * @param question nobody else's until there is an answer, and its settlement's afterwards; it gets the figures
     * @param deadlineNanos until when somebody waits, by {@link System#nanoTime}: who would be judged later is not charged
     * @param done told once: null, or why there is no answer
     */
    void ask(Ask question, long deadlineNanos, Consumer<@Nullable Throwable> done);

    /**
     * Charges what was admitted without asking, whether it fits or not.
     *
     * @param permits of each policy of {@code bundle}
     * @param id of this debt: what was charged under it within the last minutes is not charged again
     */
    CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id);

    /** Completes if decisions could be made now, or else fails. */
    CompletionStage<Void> probe();
}
