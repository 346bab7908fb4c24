package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.KeyHasher;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.spi.Backend;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * The limiter over a Redis that may not be there yet. It is looked for by a thread of its own, so that neither the start of the
 * application nor a request waits for it; until it is found, nothing is decided.
 */
final class RedisBackend implements Backend {

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");
    private static final Duration KEEP = Duration.ofMinutes(10);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final Config config;
    private final String prefix;
    private final KeyHasher hasher;
    private final LimiterListener listener;
    private final Thread connecting;
    private volatile @Nullable RedisLimiter limiter;
    /* By the object's lock. */
    private @Nullable RedissonClient client;
    private boolean closed;

    RedisBackend(Config config, String prefix, KeyHasher hasher, LimiterListener listener) {
        this.config = config;
        this.prefix = prefix;
        this.hasher = hasher;
        this.listener = listener;
        this.connecting = new Thread(this::connect, "weir-redis");
        connecting.setDaemon(true);
        connecting.start();
    }

    /** The limiter over a connection that somebody else has made. What should be known of that Redis is logged when it is known. */
    static Backend over(RedissonClient client, String prefix, KeyHasher hasher, LimiterListener listener) {
        Thread checking = new Thread(
                () -> {
                    try {
                        ServerCheck.warnings(client, prefix, hasher)
                                .forEach(warning -> LOGGER.log(Level.WARNING, warning));
                    } catch (RuntimeException e) {
                        LOGGER.log(Level.ERROR, why(e));
                    }
                },
                "weir-redis");
        checking.setDaemon(true);
        checking.start();
        return limiter(client, prefix, hasher, listener);
    }

    private static RedisLimiter limiter(
            RedissonClient client, String prefix, KeyHasher hasher, LimiterListener listener) {
        return new RedisLimiter(client, prefix, hasher, LocalLimiter.DEFAULT_MAX_OPEN, KEEP, listener);
    }

    @Override
    public void decide(Ask ask) {
        RedisLimiter found = limiter;
        if (found == null) {
            ask.fail(new IllegalStateException("Redis has not been reached yet"));
        } else {
            found.decide(ask);
        }
    }

    @Override
    public void settle(Ask ask) {
        RedisLimiter found = limiter;
        if (found != null) {
            found.settle(ask);
        }
    }

    @Override
    public void close() {
        RedissonClient found;
        synchronized (this) {
            closed = true;
            found = client;
            client = null;
        }
        connecting.interrupt();
        if (found != null) {
            found.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private void connect() {
        long pause = FIRST_PAUSE_MILLIS;
        for (int tries = 1; !connected(tries); tries++) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return; // closed
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    /** Whether there is nothing more to try. */
    private boolean connected(int tries) {
        RedissonClient found = null;
        try {
            found = Redisson.create(new Config(config));
            for (String warning : ServerCheck.warnings(found, prefix, hasher)) {
                LOGGER.log(Level.WARNING, warning);
            }
        } catch (RuntimeException e) {
            if (tries == 1) {
                LOGGER.log(
                        Level.ERROR, "{0}. Nothing is decided until that changes; it is tried again and again", why(e));
            }
            if (found != null) {
                found.shutdown(0, 2, TimeUnit.SECONDS);
            }
            synchronized (this) {
                return closed;
            }
        }
        synchronized (this) {
            if (closed) {
                found.shutdown(0, 2, TimeUnit.SECONDS);
                return true;
            }
            client = found;
        }
        limiter = limiter(found, prefix, hasher, listener);
        if (tries > 1) {
            LOGGER.log(Level.INFO, "Redis has been reached");
        }
        return true;
    }

    /* What Redisson says may repeat the address, and that a password. */
    private static String why(RuntimeException e) {
        return e instanceof ServerCheck.UnfitException
                ? String.valueOf(e.getMessage())
                : "Redis cannot be reached (" + e.getClass().getSimpleName() + ")";
    }
}
