package dev.weir.core;

import dev.weir.core.spi.Backend;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a {@link RateLimiter}. */
public final class RateLimiterBuilder {

    /** Its limits are named after it and numbered, and a name has 64 characters. */
    private static final int MAX_TIER_LENGTH = 60;

    private static final Duration DEFAULT_RESERVATION_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofSeconds(2);

    final Map<String, List<Limit>> tiers = new LinkedHashMap<>();
    private String defaultTier = "";
    private Function<String, @Nullable String> tierOf = key -> null;
    private Ticker ticker = Ticker.system();
    private @Nullable Sleeper sleeper;
    private @Nullable Executor executor;
    private Clock clock = Clock.systemUTC();
    private long maxKeys = LocalLimiter.DEFAULT_MAX_ENTRIES;
    private int maxOpen = LocalLimiter.DEFAULT_MAX_OPEN;
    private long overrun = Long.MAX_VALUE;
    private Duration reservationTimeout = DEFAULT_RESERVATION_TIMEOUT;
    private @Nullable Backend backend;
    private String name = "limit";
    private KeyHasher hasher = KeyHasher.withRandomSecret();
    private Duration answerTimeout = DEFAULT_ANSWER_TIMEOUT;
    private double maxError;

    RateLimiterBuilder() {}

    /** The limits of everybody, or of those who have no tier. Every request must pass all of them. */
    public RateLimiterBuilder limits(Limit... limits) {
        return tier("", limits);
    }

    /** The limits of those whose tier {@link #tierOf} says is {@code name}. */
    public RateLimiterBuilder tier(String name, Limit... limits) {
        Objects.requireNonNull(name, "tier is null");
        if (!name.isEmpty() && (!Policy.isName(name) || name.length() > MAX_TIER_LENGTH)) {
            throw new IllegalArgumentException("tier is \"" + name + "\", must be 1 to " + MAX_TIER_LENGTH
                    + " of the characters A-Z a-z 0-9 . _ -");
        }
        if (limits.length == 0) {
            throw new IllegalArgumentException("RateLimiter has no limits"
                    + (name.isEmpty() ? "" : " for tier \"" + name + "\"") + ", must have at least one");
        }
        for (Limit limit : limits) {
            Objects.requireNonNull(limit, "limit is null");
        }
        tiers.put(name, List.of(limits));
        return this;
    }

    /** Tells the tier of a key; null or a tier that has no limits for who has none. Asked at every request. */
    public RateLimiterBuilder tierOf(Function<String, @Nullable String> tierOf) {
        this.tierOf = Objects.requireNonNull(tierOf, "tierOf is null");
        return this;
    }

    /** The tier of who has none, in place of {@link #limits}. */
    public RateLimiterBuilder defaultTier(String name) {
        this.defaultTier = Objects.requireNonNull(name, "defaultTier is null");
        return this;
    }

    /** The clock; a {@link ManualTicker} is also the sleeper, and runs everything in the thread that moves it. */
    public RateLimiterBuilder ticker(Ticker ticker) {
        this.ticker = Objects.requireNonNull(ticker, "ticker is null");
        return this;
    }

    /** What lets time pass; real time unless said. */
    public RateLimiterBuilder sleeper(Sleeper sleeper) {
        this.sleeper = Objects.requireNonNull(sleeper, "sleeper is null");
        return this;
    }

    /**
     * What completes {@link RateLimiter#acquireAsync}, and so runs what is chained to it. Unless said, a thread of its own for each
     * (virtual from Java 21 on), so that one that blocks holds up nobody else.
     */
    public RateLimiterBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor is null");
        return this;
    }

    /** The time of day by which windows are anchored; read once. */
    public RateLimiterBuilder clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock is null");
        return this;
    }

    /** How many keys are remembered, 1 or more; a million unless said. */
    public RateLimiterBuilder maxKeys(long maxKeys) {
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys is " + maxKeys + ", must be 1 or more");
        }
        this.maxKeys = maxKeys;
        return this;
    }

    /** How many requests may wait or have a reservation at a time, 0 or more; 100,000 unless said. Beyond it they are refused. */
    public RateLimiterBuilder maxOpen(int maxOpen) {
        if (maxOpen < 0) {
            throw new IllegalArgumentException("maxOpen is " + maxOpen + ", must be 0 or more");
        }
        this.maxOpen = maxOpen;
        return this;
    }

    /**
     * How many permits above its reservation a settlement may charge, 0 or more; as many as each limit's burst unless said. By
     * so much, for each reservation, may be used more than the limit in a window; it is paid for afterwards.
     */
    public RateLimiterBuilder overrun(long permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("overrun is " + permits + ", must be 0 or more");
        }
        this.overrun = permits;
        return this;
    }

    /** After how long a reservation settles itself as reserved; ten minutes unless said. */
    public RateLimiterBuilder reservationTimeout(Duration timeout) {
        if (Durations.nanos("reservationTimeout", timeout) == 0) {
            throw new IllegalArgumentException("reservationTimeout is " + timeout + ", must be above 0");
        }
        this.reservationTimeout = timeout;
        return this;
    }

    /**
     * Keeps the limits where others share them, in place of this process. All who give the same name, secret and limits there have
     * one budget for each key. Clock, {@link #maxKeys} and {@link #maxOpen} are then the back end's own.
     *
     * @param backend whoever made it closes it
     * @param name of this limiter, unlike that of any other there: 1 to 64 characters of A-Z a-z 0-9 . _ -
     * @param secret 16 bytes or more, under which keys are hashed
     * @throws IllegalArgumentException if the name is not one, or the secret too short
     */
    public RateLimiterBuilder backend(Backend backend, String name, byte[] secret) {
        if (!Policy.isName(name)) {
            throw new IllegalArgumentException(
                    "name is \"" + name + "\", must have 1 to 64 characters of A-Z a-z 0-9 . _ -");
        }
        this.backend = Objects.requireNonNull(backend, "backend is null");
        this.name = name;
        this.hasher = KeyHasher.withSecret(secret);
        return this;
    }

    /**
     * How long a call waits for the answer of a back end that is elsewhere; two seconds unless said. Then it fails with an
     * {@link IllegalStateException}, and a place that is got afterwards is given back.
     */
    public RateLimiterBuilder answerTimeout(Duration timeout) {
        if (Durations.nanos("answerTimeout", timeout) == 0) {
            throw new IllegalArgumentException("answerTimeout is " + timeout + ", must be above 0");
        }
        this.answerTimeout = timeout;
        return this;
    }

    /**
     * How far each limit may be off for speed's sake over a {@link #backend} elsewhere, as a part of its burst: processes borrow permits
     * ahead, all together no more than so many. 0 (exact) to 1; 0 unless said. Means nothing in this process, where limits are exact.
     *
     * @throws IllegalArgumentException if it is out of its range
     */
    public RateLimiterBuilder maxError(double maxError) {
        if (!(maxError >= 0 && maxError <= 1)) {
            throw new IllegalArgumentException("maxError is " + maxError + ", must be from 0 to 1");
        }
        this.maxError = maxError;
        return this;
    }

    boolean hasTiers() {
        return !tiers.isEmpty() || !defaultTier.isEmpty();
    }

    /**
     * Makes it.
     *
     * @throws IllegalArgumentException if there are no limits for who has no tier, or a bound is out of its range
     */
    public RateLimiter build() {
        if (!tiers.containsKey(defaultTier)) {
            throw new IllegalArgumentException(
                    defaultTier.isEmpty()
                            ? "RateLimiter has no limits for who has no tier: call limits, or defaultTier"
                            : "defaultTier is \"" + defaultTier + "\", must be one of " + tiers.keySet());
        }
        Sleeper lets = sleeper != null ? sleeper : ticker instanceof Sleeper own ? own : Sleeper.system();
        Executor runs =
                executor != null ? executor : ticker instanceof ManualTicker ? Runnable::run : TaskThreads.shared();
        LocalLimiter own = backend != null
                ? null
                : new LocalLimiter(maxKeys, maxOpen, ticker, WindowAnchor.of(ticker, clock), LimiterListener.NONE);
        Backend judges = backend != null ? backend : Objects.requireNonNull(own);
        if (reservationTimeout.compareTo(judges.keepsOpen()) > 0) {
            throw new IllegalArgumentException("reservationTimeout is " + reservationTimeout
                    + ", but the back end keeps reservations for " + judges.keepsOpen() + " only");
        }
        Map<String, Bundle> bundles = bundles();
        return new RateLimiter(
                judges,
                own,
                hasher,
                answerTimeout,
                bundles,
                Objects.requireNonNull(bundles.get(defaultTier)),
                tierOf,
                ticker,
                lets,
                runs,
                overrun,
                reservationTimeout);
    }

    /* All of one name, so that a client who changes its tier keeps what it has used. */
    private Map<String, Bundle> bundles() {
        Policies policies = new Policies();
        Map<String, List<String>> names = new LinkedHashMap<>();
        tiers.forEach((tier, limits) -> {
            List<String> own = names.computeIfAbsent(tier, t -> new ArrayList<>());
            for (Limit limit : limits) {
                String policy = (tier.isEmpty() ? "limit" : tier) + "-" + (own.size() + 1);
                policies.declare(new Policy(unique(policy, policies), limit).withMaxError(maxError));
                own.add(policy);
            }
        });
        Map<String, Bundle> bundles = new LinkedHashMap<>();
        names.forEach((tier, own) -> bundles.put(tier, policies.current().bundle(name, own)));
        return bundles;
    }

    private static String unique(String name, Policies policies) {
        if (policies.current().policy(name) != null) {
            throw new IllegalArgumentException("Two tiers name a limit \"" + name + "\": rename one of the tiers");
        }
        return name;
    }
}
