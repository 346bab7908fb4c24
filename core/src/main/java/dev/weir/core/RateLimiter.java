package dev.weir.core;

import dev.weir.core.spi.Backend;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Limits a program's own work, with no HTTP in sight. Each key has a budget of its own; several limits are one decision, all or
 * nothing.
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
 * <p>Which method?
 * <ul>
 *   <li>{@link #tryAcquire} takes permits or says how long to wait; {@link #peek} only looks.
 *   <li>{@link #acquire} waits for its turn, in this thread; {@link #acquireAsync} without one.
 *   <li>{@link #enter} does the same around a piece of work, for {@code try}-with-resources.
 *   <li>{@link #reserve} takes an estimate, to be settled when the work is done.
 * </ul>
 *
 * <p><b>Waiting.</b> First come, first served, for each key: nobody who comes later goes on earlier. A request that would have to
 * wait longer than it will is told at once. Everybody who waits knows its time and wakes by itself; no lock is held.
 *
 * <p>Limits may also be kept where other processes share them: {@link RateLimiterBuilder#backend}. Then every method may fail with an
 * {@link IllegalStateException}, since the back end may be out of reach.
 *
 * <p>Safe for use by many threads, virtual ones included.
 */
public final class RateLimiter {

    private static final long SWEEP_EVERY_NANOS = 30_000_000_000L;

    private final Backend backend;
    /** The same, if nobody else has it: then a key needs no hash that others would know. Otherwise null. */
    private final @Nullable LocalLimiter own;

    private final KeyHasher hasher;
    private final Duration answerTimeout;
    private final Map<String, Bundle> bundles;
    private final Bundle defaults;
    private final boolean hasTiers;
    private final Function<String, @Nullable String> tierOf;
    private final Set<String> units = new HashSet<>();
    private final Ticker ticker;
    private final Sleeper sleeper;
    private final Executor executor;
    private final long overrun;
    private final long reservationNanos;
    private final AtomicLong lastSweepNanos;

    RateLimiter(
            Backend backend,
            @Nullable LocalLimiter own,
            KeyHasher hasher,
            Duration answerTimeout,
            Map<String, Bundle> bundles,
            Bundle defaults,
            Function<String, @Nullable String> tierOf,
            Ticker ticker,
            Sleeper sleeper,
            Executor executor,
            long overrun,
            Duration reservationTimeout) {
        this.backend = backend;
        this.own = own;
        this.hasher = hasher;
        this.answerTimeout = answerTimeout;
        this.bundles = bundles;
        this.defaults = defaults;
        this.hasTiers = bundles.size() > 1;
        this.tierOf = tierOf;
        this.ticker = ticker;
        this.sleeper = sleeper;
        this.executor = executor;
        this.overrun = overrun;
        this.reservationNanos = reservationTimeout.toNanos();
        this.lastSweepNanos = new AtomicLong(ticker.read());
        for (Bundle bundle : bundles.values()) {
            bundle.policies().forEach(policy -> units.add(policy.limit().unit()));
        }
    }

    /** A limiter in this process; every request must pass all of {@code limits}. */
    public static RateLimiter of(Limit... limits) {
        return builder().limits(limits).build();
    }

    /** The same, on a clock of the caller's: a {@link ManualTicker}, to test what depends on limits. */
    public static RateLimiter of(Ticker ticker, Limit... limits) {
        return builder().ticker(ticker).limits(limits).build();
    }

    /** A limiter with more to say: tiers, bounds, clocks. */
    public static RateLimiterBuilder builder() {
        return new RateLimiterBuilder();
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
        checkKey(key);
        Cost.checked("cost", cost); // a Cost would be one object more for who is known
        Bundle bundle = bundleOf(key);
        Decision known = own == null ? null : own.decideKnown(bundle, key, cost, ticker.read(), SWEEP_EVERY_NANOS);
        return known == null ? Decision.of(decided(question(bundle, key, Cost.of(cost), 0))) : known;
    }

    /**
     * Takes what {@code cost} says, or nothing.
     *
     * @throws IllegalArgumentException if the key is empty, or the cost names a unit that no limit counts
     */
    public Decision tryAcquire(String key, Cost cost) {
        return Decision.of(decided(question(key, cost, 0)));
    }

    /** What is left, without taking any of it. Leaves no trace of {@code key}: who is unknown has its whole burst. */
    public Decision peek(String key) {
        return tryAcquire(key, 0);
    }

    /** Waits for one permit of every limit, as long as it takes. */
    public Decision acquire(String key) throws InterruptedException {
        return acquire(key, 1);
    }

    /** Waits for {@code cost} permits of every limit, as long as it takes. */
    public Decision acquire(String key, long cost) throws InterruptedException {
        return acquire(key, Cost.of(cost), Long.MAX_VALUE);
    }

    /**
     * Waits for {@code cost} permits of every limit, for at most {@code timeout}. Who would have to wait longer, or for ever, is
     * told at once and takes nothing.
     *
     * @return allowed when the turn has come; refused if it would not come in time
     * @throws IllegalArgumentException if the key is empty, the cost negative, or the timeout negative or above 2^63 - 1 ns
     * @throws InterruptedException if the thread is interrupted before or meanwhile; its place is given back
     */
    public Decision acquire(String key, long cost, Duration timeout) throws InterruptedException {
        return acquire(key, Cost.of(cost), Durations.nanos("timeout", timeout));
    }

    /** The same, with a cost for each unit. */
    public Decision acquire(String key, Cost cost, Duration timeout) throws InterruptedException {
        return acquire(key, cost, Durations.nanos("timeout", timeout));
    }

    /** Waits for one permit of every limit, as long as it takes, without a thread. */
    public CompletionStage<Decision> acquireAsync(String key) {
        return acquireAsync(key, 1);
    }

    /** Waits for {@code cost} permits of every limit, as long as it takes, without a thread. */
    public CompletionStage<Decision> acquireAsync(String key, long cost) {
        return acquireAsync(key, Cost.of(cost), Long.MAX_VALUE);
    }

    /**
     * Waits as {@link #acquire(String, long, Duration)} does, without a thread: one timer wakes all. The stage is completed by the
     * builder's executor. Cancelling it ({@code toCompletableFuture().cancel(false)}), or completing it in another way, before
     * its turn gives the place back; permits that a back end elsewhere has given at once by then stay taken.
     */
    public CompletionStage<Decision> acquireAsync(String key, long cost, Duration timeout) {
        return acquireAsync(key, Cost.of(cost), Durations.nanos("timeout", timeout));
    }

    /** The same, with a cost for each unit. */
    public CompletionStage<Decision> acquireAsync(String key, Cost cost, Duration timeout) {
        return acquireAsync(key, cost, Durations.nanos("timeout", timeout));
    }

    /**
     * Waits for one permit of every limit, as long as it takes, to do a piece of work:
     *
     * <pre>{@code
     * try (Reservation turn = limiter.enter("alice")) {
     *     send();
     * }
     * }</pre>
     *
     * @throws RefusedException if no wait helps, or too many wait already
     * @throws InterruptedException if the thread is interrupted before or meanwhile; its place is given back
     */
    public Reservation enter(String key) throws InterruptedException {
        return enter(key, Cost.of(1), Long.MAX_VALUE);
    }

    /**
     * Waits for its turn, for at most {@code timeout}, to do a piece of work.
     *
     * @throws RefusedException if the turn would not come in time: at once
     * @throws InterruptedException if the thread is interrupted before or meanwhile; its place is given back
     */
    public Reservation enter(String key, Cost cost, Duration timeout) throws InterruptedException {
        return enter(key, cost, Durations.nanos("timeout", timeout));
    }

    /** Takes {@code estimate} permits of every limit, or nothing, to be settled when it is known what was used. */
    public Reservation reserve(String key, long estimate) {
        return reserve(key, Cost.of(estimate));
    }

    /**
     * Takes what {@code estimate} says, or nothing, to be settled when it is known what was used. Look at
     * {@link Reservation#allowed}. An estimate of 0 is taken for 1: else it would pass whatever is owed, and might owe more.
     *
     * @throws IllegalArgumentException if the key is empty, or the estimate names a unit that no limit counts
     */
    public Reservation reserve(String key, Cost estimate) {
        Ask ask = question(key, estimate.atLeastOne(), 0);
        ask.hold();
        return new Reservation(this, decided(ask), estimate).until(sleeper, reservationNanos);
    }

    private Decision acquire(String key, Cost cost, long timeoutNanos) throws InterruptedException {
        Ask ask = turn(key, cost, timeoutNanos, false);
        backend.settle(ask);
        return Decision.of(ask);
    }

    private Reservation enter(String key, Cost cost, long timeoutNanos) throws InterruptedException {
        Ask ask = turn(key, cost.atLeastOne(), timeoutNanos, true);
        if (!ask.allowed()) {
            throw new RefusedException(Decision.of(ask));
        }
        return new Reservation(this, ask, cost).until(sleeper, reservationNanos);
    }

    /** Asks, and sleeps until the turn if there is one. */
    private Ask turn(String key, Cost cost, long timeoutNanos, boolean hold) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("Interrupted before asking for a turn");
        }
        Ask ask = question(key, cost, timeoutNanos);
        if (hold) {
            ask.hold();
        }
        decided(ask);
        if (ask.waitNanos() > 0) {
            try {
                sleeper.sleep(ask.waitNanos());
            } catch (InterruptedException | RuntimeException | Error e) {
                giveBack(ask);
                throw e;
            }
        }
        return ask;
    }

    private CompletionStage<Decision> acquireAsync(String key, Cost cost, long timeoutNanos) {
        Ask ask = question(key, cost, timeoutNanos);
        sweepIfDue();
        backend.decide(ask);
        if (ask.isDone()) {
            return turnOf(answered(ask));
        }
        return LateAnswer.follow(ask, executor, () -> turnOf(answered(ask)), this::giveBack);
    }

    private CompletionStage<Decision> turnOf(Ask ask) {
        Decision decision = Decision.of(ask);
        if (ask.waitNanos() == 0) {
            return CompletableFuture.completedFuture(decision);
        }
        Turn turn = new Turn(this, ask, decision);
        try {
            turn.wakeUp(sleeper, executor);
        } catch (RuntimeException | Error e) { // no thread to be had
            giveBack(ask);
            throw e;
        }
        return turn;
    }

    /** Says that nothing of an open ask was used. */
    void giveBack(Ask ask) {
        for (int i = 0; i < ask.limits(); i++) {
            ask.actual(i, 0);
        }
        backend.settle(ask);
    }

    void settle(Ask ask) {
        backend.settle(ask);
    }

    /** By how much a settlement may exceed its reservation. */
    long overrun(Limit limit) {
        return overrun == Long.MAX_VALUE ? limit.burst() : overrun;
    }

    void checkUnits(Cost cost) {
        for (String unit : cost.units()) {
            if (!units.contains(unit)) {
                throw new IllegalArgumentException(
                        "The cost names the unit \"" + unit + "\", but no limit counts it. Counted: " + units);
            }
        }
    }

    private Ask question(String key, Cost cost, long patienceNanos) {
        Objects.requireNonNull(cost, "cost is null");
        checkKey(key);
        checkUnits(cost);
        return question(bundleOf(key), key, cost, patienceNanos);
    }

    private Ask question(Bundle bundle, String key, Cost cost, long patienceNanos) {
        Ask ask = new Ask();
        if (own != null) {
            ask.add(bundle, key);
        } else {
            ask.add(bundle, hasher.hash(ClientKey.Kind.CUSTOM, key));
        }
        for (int i = 0; i < ask.limits(); i++) {
            ask.cost(i, cost.of(ask.policy(i).limit().unit()));
            ask.patience(i, patienceNanos);
        }
        return ask;
    }

    private Bundle bundleOf(String key) {
        if (!hasTiers) {
            return defaults;
        }
        String tier = tierOf.apply(key);
        return tier == null || tier.isEmpty() ? defaults : bundles.getOrDefault(tier, defaults);
    }

    private Ask decided(Ask ask) {
        sweepIfDue();
        backend.decide(ask);
        if (!ask.isDone()) {
            LateAnswer.await(ask, answerTimeout, this::giveBack);
        }
        return answered(ask);
    }

    private static Ask answered(Ask ask) {
        Throwable failure = ask.failure();
        if (failure != null) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
        return ask;
    }

    /* By who comes, so that a limiter that nobody uses any more holds no thread, and no timer holds the limiter. */
    private void sweepIfDue() {
        if (!(backend instanceof LocalLimiter local)) {
            return;
        }
        long now = ticker.read();
        long last = lastSweepNanos.get();
        if (now - last >= SWEEP_EVERY_NANOS && lastSweepNanos.compareAndSet(last, now)) {
            try {
                executor.execute(local::sweep);
            } catch (RejectedExecutionException e) {
                local.sweep();
            }
        }
    }

    private static void checkKey(String key) {
        if (key == null || key.isEmpty()) {
            throw new IllegalArgumentException(
                    "key is " + (key == null ? "null" : "empty") + ", must say whose budget it is");
        }
    }
}
