package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.ClientKey;
import dev.weir.core.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Says who is refused, without becoming the outage: a sample, at most one line for each client and minute, and at most
 * {@value #SLOTS} lines a minute in all. Clients appear as hashes that mean something within this process only; nothing else of the
 * request appears, so nothing needs escaping. Thread-safe.
 */
final class RefusalLog {

    private static final Logger LOGGER = System.getLogger("dev.weir.refusals");
    private static final int SLOTS = 128;
    private static final int LOOKS = 8; // reading the clock costs as much as some refusals
    private static final int MAX_LENGTH = 256;
    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long NEVER = Long.MIN_VALUE;

    private final Ticker ticker;
    private final long startNanos;
    /** The last period in which each slot has spoken. A client always has the same slot, and may have to share it. */
    private final AtomicLongArray spoke = new AtomicLongArray(SLOTS);
    /** How often each slot was asked, roughly: it looks at the clock every {@value #LOOKS}th time, from the first one on. */
    private final byte[] asked = new byte[SLOTS];

    RefusalLog(Ticker ticker) {
        this.ticker = ticker;
        this.startNanos = ticker.read();
        for (int i = 0; i < SLOTS; i++) {
            spoke.set(i, NEVER);
        }
    }

    void refused(Ask ask) {
        int violated = 0;
        while (!ask.violated(violated)) {
            violated++;
        }
        ClientKey client = clientOf(ask, violated);
        int slot = (int) (((client.high() ^ client.low()) * 0x9E3779B97F4A7C15L) >>> 48) & (SLOTS - 1);
        if ((asked[slot]++ & (LOOKS - 1)) != 0 || !LOGGER.isLoggable(Level.INFO)) {
            return;
        }
        long period = (ticker.read() - startNanos) / PERIOD_NANOS;
        long last = spoke.get(slot);
        if (last != period && spoke.compareAndSet(slot, last, period)) {
            LOGGER.log(Level.INFO, line(ask, client));
        }
    }

    private static ClientKey clientOf(Ask ask, int limit) {
        int bundle = ask.bundles() - 1;
        while (ask.firstLimit(bundle) > limit) {
            bundle--;
        }
        return ask.client(bundle);
    }

    private static String line(Ask ask, ClientKey client) {
        StringBuilder line = new StringBuilder("Refused ").append(client).append(" by");
        for (int i = 0; i < ask.limits(); i++) {
            if (ask.violated(i)) {
                line.append(' ').append(ask.policy(i).name());
            }
        }
        line.append(" (a sample: one line for a client and minute at most)");
        return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) : line.toString();
    }
}
