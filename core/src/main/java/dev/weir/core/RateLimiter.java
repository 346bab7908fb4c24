package dev.weir.core;

import dev.weir.core.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Limits a program's own work, with no HTTP in sight.
 *
 * <pre>{@code
 * RateLimiter mails = RateLimiter.of(Limit.of(10, Duration.ofSeconds(1)), Limit.of(1_000, Duration.ofHours(1)));
 *
 * Decision decision = mails.tryAcquire("alice");
 * if (!decision.allowed()) {
 *     log("come back in " + decision.retryAfter());
 * }
 * }</pre>
 *
 * <p>Each key has a budget of its own. {@link #tryAcquire} takes permits or says how long to wait; {@link #peek} only
 * looks. Safe for use by many threads.
 */
public final class RateLimiter {

    private static final String NAME = "limit";

    private final Backend backend;
    private final Bundle bundle;
    private final KeyHasher hasher = KeyHasher.withRandomSecret();

    private RateLimiter(Backend backend, List<Limit> limits) {
        if (limits.isEmpty()) {
            throw new IllegalArgumentException("RateLimiter has no limits, must have at least one");
        }
        Policies policies = new Policies();
        List<String> names = new ArrayList<>();
        for (Limit limit : limits) {
            names.add(NAME + "-" + (names.size() + 1));
            policies.declare(new Policy(names.get(names.size() - 1), limit));
        }
        this.backend = backend;
        this.bundle = policies.current().bundle(NAME, names);
    }

    /** A limiter in this process; every request must pass all of {@code limits}. */
    public static RateLimiter of(Limit... limits) {
        return of(Ticker.system(), limits);
    }

    /** The same, on a clock of the caller's: a {@link ManualTicker}, to test what depends on limits. */
    public static RateLimiter of(Ticker ticker, Limit... limits) {
        return new RateLimiter(
                new LocalLimiter(LocalLimiter.DEFAULT_MAX_ENTRIES, ticker, LimiterListener.NONE), List.of(limits));
    }

    /** Takes one permit of every limit, or nothing. */
    public Decision tryAcquire(String key) {
        return tryAcquire(key, 1);
    }

    /**
     * Takes {@code cost} permits of every limit, or nothing.
     *
     * @param key whose budget; not empty
     * @param cost 0 or more; above the burst it is refused for ever
     * @throws IllegalArgumentException if the key is empty or the cost negative
     */
    public Decision tryAcquire(String key, long cost) {
        Objects.requireNonNull(key, "key is null");
        if (key.isEmpty()) {
            throw new IllegalArgumentException("key is empty, must say whose budget it is");
        }
        Ask ask = new Ask();
        ask.add(bundle, hasher.hash(ClientKey.Kind.CUSTOM, key));
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, cost);
        }
        backend.decide(ask);
        return Decision.of(ask);
    }

    /** What is left, without taking any of it. Leaves no trace of {@code key}. */
    public Decision peek(String key) {
        return tryAcquire(key, 0);
    }
}
