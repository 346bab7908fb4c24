package dev.weir.http;

import dev.weir.core.Ask;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Asks that are used again, for who has its answer at once and keeps nothing but figures of it. They belong to one {@link Weir} and not to
 * threads, which outlive applications.
 */
final class SpareAsks {

    /* Each thread goes to a place of its own, as far as there are enough; places lie a cache line apart. */
    private static final int PLACES =
            Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors());
    private static final int DISTANCE = 16;

    private final AtomicReferenceArray<@Nullable Ask> spare = new AtomicReferenceArray<>(PLACES * DISTANCE);

    /** One to fill, which nobody else has. */
    Ask take() {
        Ask found = spare.getAndSet(place(), null);
        return found == null ? new Ask() : found.clear();
    }

    /** Takes back one that was answered, and is not open. */
    void giveBack(Ask ask) {
        spare.setRelease(place(), ask);
    }

    private static int place() {
        return (System.identityHashCode(Thread.currentThread()) & (PLACES - 1)) * DISTANCE;
    }
}
