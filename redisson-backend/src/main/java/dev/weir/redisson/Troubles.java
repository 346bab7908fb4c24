package dev.weir.redisson;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Says why clients get no decisions where only few are concerned: once a minute at most. */
final class Troubles {

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    void say(Throwable trouble) {
        long now = System.nanoTime();
        long last = lastNanos.get();
        if (now - last >= PAUSE_NANOS && lastNanos.compareAndSet(last, now)) {
            LOGGER.log(
                    Level.WARNING,
                    "{0}. Its requests are answered as the policies'' onFailure says",
                    trouble.getMessage());
        }
    }
}
