package dev.weir.redisson;

import dev.weir.core.Fallback;
import dev.weir.core.OnFailure;
import java.time.Duration;

/** For tests of what Redis decides: nothing stands in for it, however long it takes on a busy machine. */
final class Patiently {

    static final Fallback FALLBACK = new Fallback(OnFailure.CLOSED, Duration.ofMinutes(1), 0);

    private Patiently() {}
}
