package dev.weir.redisson;

import dev.weir.core.Ask;
import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * The limiter over a Redis that may not be there yet. It is looked for by a thread of its own, so that neither the start of the
 * application nor a request waits for it; until it is found, nothing is decided.
 */
final class RedisBackend implements SharedLimiter {

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");
    private static final Duration KEEP = Duration.ofHours(1);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final Config config;
    private final String setting;
    private final RedisKeys keys;
    private final ScheduledExecutorService scheduler;
    private final Consumer<RedissonClient> whenFound;
    private final LimiterListener listener;
    private final Thread connecting;
    private volatile @Nullable RedisLimiter limiter;
    /* Of the connecting thread: what has been said is not said again. */
    private @Nullable String lastTrouble;
    /* By the object's lock. */
    private @Nullable RedissonClient client;
    private @Nullable Future<?> looking;
    private boolean closed;

    /**
     * A back end that looks for its Redis from now on.
     *
     * @param setting where {@code config} comes from
     * @param scheduler for looking, now and then, whether Redis has dropped keys
     * @param whenFound gets the client once Redis has been found; it is shut down with this
     */
    RedisBackend(
            Config config,
            String setting,
            RedisKeys keys,
            ScheduledExecutorService scheduler,
            Consumer<RedissonClient> whenFound,
            LimiterListener listener) {
        this.config = config;
        this.setting = setting;
        this.scheduler = scheduler;
        this.whenFound = whenFound;
        this.keys = keys;
        this.listener = listener;
        this.connecting = new Thread(this::connect, "weir-redis");
        connecting.setDaemon(true);
        connecting.start();
    }

    /** The limiter over a connection that somebody else has made. What should be known of that Redis is logged when it is known. */
    static SharedLimiter over(RedissonClient client, RedisKeys keys, LimiterListener listener) {
        Thread checking = new Thread(
                () -> {
                    try {
                        ServerCheck.warnings(client, keys.prefix(), keys.hasher())
                                .forEach(warning -> LOGGER.log(Level.WARNING, warning));
                    } catch (RuntimeException e) {
                        LOGGER.log(Level.ERROR, ConnectionTrouble.why(e, "the client that was given"));
                    }
                },
                "weir-redis");
        checking.setDaemon(true);
        checking.start();
        return limiter(client, keys, listener);
    }

    private static RedisLimiter limiter(RedissonClient client, RedisKeys keys, LimiterListener listener) {
        return new RedisLimiter(client, keys, LocalLimiter.DEFAULT_MAX_OPEN, KEEP, listener);
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
    public Known known(Ask ask) {
        RedisLimiter found = limiter;
        return found == null ? Known.NOTHING : found.known(ask);
    }

    @Override
    public void ask(Ask question, long deadlineNanos, Consumer<@Nullable Throwable> done) {
        RedisLimiter found = limiter;
        if (found == null) {
            done.accept(new IllegalStateException("Redis has not been reached yet"));
        } else {
            found.ask(question, deadlineNanos, done);
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
    public Duration keepsOpen() {
        return KEEP;
    }

    @Override
    public boolean isReached() {
        return limiter != null;
    }

    @Override
    public CompletionStage<Void> probe() {
        RedisLimiter found = limiter;
        return found == null
                ? CompletableFuture.failedFuture(new IllegalStateException("Redis has not been reached yet"))
                : found.probe();
    }

    @Override
    public CompletionStage<Void> owe(Bundle bundle, ClientKey client, long[] permits, long id) {
        RedisLimiter found = limiter;
        return found == null
                ? CompletableFuture.failedFuture(new IllegalStateException("Redis has not been reached yet"))
                : found.owe(bundle, client, permits, id);
    }

    @Override
    public void close() {
        RedissonClient found;
        synchronized (this) {
            closed = true;
            found = client;
            client = null;
            if (looking != null) {
                looking.cancel(false);
            }
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
            for (String warning : ServerCheck.warnings(found, keys.prefix(), keys.hasher())) {
                LOGGER.log(Level.WARNING, warning);
            }
        } catch (RuntimeException e) {
            String trouble = ConnectionTrouble.why(e, setting);
            if (!trouble.equals(lastTrouble) && !isClosed()) {
                lastTrouble = trouble;
                LOGGER.log(
                        Level.ERROR,
                        "{0}. Nothing is decided until that changes; it is tried again and again",
                        trouble);
            }
            if (found != null) {
                found.shutdown(0, 2, TimeUnit.SECONDS);
            }
            return isClosed();
        }
        synchronized (this) {
            if (closed) {
                found.shutdown(0, 2, TimeUnit.SECONDS);
                return true;
            }
            client = found;
            EvictionWatch watch = new EvictionWatch(found, keys.prefix(), keys.hasher());
            looking =
                    scheduler.scheduleWithFixedDelay(watch::look, 0, EvictionWatch.EVERY.toSeconds(), TimeUnit.SECONDS);
        }
        RedisLimiter made = limiter(found, keys, listener);
        made.warmUp();
        whenFound.accept(found);
        limiter = made;
        if (tries > 1) {
            LOGGER.log(Level.INFO, "Redis has been reached");
        }
        return true;
    }

    private synchronized boolean isClosed() {
        return closed;
    }
}
