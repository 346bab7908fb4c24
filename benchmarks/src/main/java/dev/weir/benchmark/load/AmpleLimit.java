package dev.weir.benchmark.load;

import java.time.Duration;

/** A limit that no benchmark reaches, though it does not refill meanwhile. */
final class AmpleLimit {

    static final long PERMITS = 1_000_000_000;
    static final Duration PERIOD = Duration.ofDays(365);

    private AmpleLimit() {}
}
