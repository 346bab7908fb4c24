package dev.weir.http;

import dev.weir.core.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Reports that limits cannot be judged: at most one line a minute, with the number of those in between. Thread-safe. */
final class FailureLog {

    private static final Logger LOGGER = System.getLogger("dev.weir");
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Ticker ticker;
    private final AtomicLong sinceLast = new AtomicLong();
    private final AtomicLong quietUntil;

    FailureLog(Ticker ticker) {
        this.ticker = ticker;
        this.quietUntil = new AtomicLong(ticker.read());
    }

    void report(Endpoint endpoint, Throwable cause) {
        long count = sinceLast.incrementAndGet();
        long until = quietUntil.get();
        long now = ticker.read();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            sinceLast.addAndGet(-count);
            LOGGER.log(
                    Level.WARNING,
                    "The limits of " + endpoint + " could not be judged; the request was answered 503."
                            + (count > 1 ? " So were " + (count - 1) + " others since the last report." : ""),
                    cause);
        }
    }
}
