package dev.weir.http;

import dev.weir.core.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reports that limits cannot be judged: at most one line a minute, with the number of those in between. Thread-safe.
 *
 * <p>Exceptions of resolvers and verifiers may quote what a client has sent; their messages are escaped and cut, so that no
 * client writes lines of its own into a log.
 */
final class FailureLog {

    private static final Logger LOGGER = System.getLogger("dev.weir");
    private static final int MAX_LENGTH = 256;
    private static final int MAX_CAUSES = 8;
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
                    new Quoted(cause, MAX_CAUSES));
        }
    }

    /** An exception as it was, but for its message. */
    private static final class Quoted extends Throwable {
        private static final long serialVersionUID = 1L;

        Quoted(Throwable original, int causesLeft) {
            super(escaped(original.toString()), cause(original, causesLeft), false, true);
            setStackTrace(original.getStackTrace());
        }

        private static @Nullable Throwable cause(Throwable original, int causesLeft) {
            Throwable cause = original.getCause();
            return cause == null || causesLeft == 0 ? null : new Quoted(cause, causesLeft - 1);
        }

        @Override
        @SuppressWarnings("OverrideThrowableToString") // the message names the class of the original
        public String toString() {
            return String.valueOf(getMessage());
        }
    }

    private static String escaped(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && line.length() < MAX_LENGTH; i++) {
            char c = text.charAt(i);
            boolean startsLookup = c == '$' && text.startsWith("{", i + 1);
            if (c < ' ' || c > '~' || startsLookup) {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }
}
