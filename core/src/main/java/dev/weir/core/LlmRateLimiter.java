package dev.weir.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The limits of a language model's API: requests per minute, tokens per minute and tokens per day, decided in one step, all or
 * nothing. Tokens are reserved from an estimate, the prompt and the longest answer that may come, and settled from the usage that
 * the model reports.
 *
 * <pre>{@code
 * LlmRateLimiter limiter = LlmRateLimiter.perMinute(10, 1_000).tokensPerDay(20_000).build();
 *
 * try (Reservation call = limiter.reserve("alice", promptTokens, maxTokens)) {
 *     if (!call.allowed()) {
 *         return retryAfter(call.decision().retryAfter());
 *     }
 *     Answer answer = model.complete(prompt, maxTokens);
 *     LlmRateLimiter.settle(call, answer.usage().totalTokens());
 * }
 * }</pre>
 *
 * <p>Who settles below the estimate gets the difference back by the rule of {@link Reservation}; who settles above it owes the rest. A
 * reservation that is never settled is charged as estimated. Safe for use by many threads.
 */
public final class LlmRateLimiter {

    /** The unit of the limits on tokens. */
    public static final String TOKENS = "tokens";

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final RateLimiter limiter;

    private LlmRateLimiter(RateLimiter limiter) {
        this.limiter = limiter;
    }

    /**
     * Begins one of {@code requests} and {@code tokens} per minute.
     *
     * @throws IllegalArgumentException if a figure is out of the range of {@link Limit}
     */
    public static Builder perMinute(long requests, long tokens) {
        return new Builder(requests, tokens);
    }

    /** Says what it is made of. */
    public static final class Builder {
        private final List<Limit> limits = new ArrayList<>();
        private RateLimiterBuilder rest = RateLimiter.builder();

        private Builder(long requests, long tokens) {
            limits.add(limit("requests per minute", requests, MINUTE));
            limits.add(limit("tokens per minute", tokens, MINUTE).withUnit(TOKENS));
        }

        /**
         * Limits the tokens of a day, too.
         *
         * @throws IllegalArgumentException if the figure is out of the range of {@link Limit}
         */
        public Builder tokensPerDay(long tokens) {
            limits.add(limit("tokens per day", tokens, DAY).withUnit(TOKENS));
            return this;
        }

        /**
         * Whatever else there is to say, such as clock, bounds, overrun and the time after which a reservation settles itself.
         *
         * @throws IllegalArgumentException if it has limits or a default tier, which would stand in the way of these
         */
        public Builder with(RateLimiterBuilder rest) {
            if (rest.hasTiers()) {
                throw new IllegalArgumentException(
                        "The builder has limits or a default tier of its own, must have none:"
                                + " this one makes the limits. For tiers, build a RateLimiter with units");
            }
            this.rest = rest;
            return this;
        }

        /**
         * Makes it.
         *
         * @throws IllegalArgumentException if the {@link #with other settings} do not fit together
         */
        public LlmRateLimiter build() {
            return new LlmRateLimiter(rest.limits(limits.toArray(new Limit[0])).build());
        }
    }

    /**
     * Takes one request and the tokens of the estimate, or nothing.
     *
     * @param promptTokens 0 or more
     * @param maxAnswerTokens the longest answer that may come, 0 or more
     * @throws IllegalArgumentException if the key is empty or a figure negative
     */
    public Reservation reserve(String key, long promptTokens, long maxAnswerTokens) {
        return limiter.reserve(key, estimate(promptTokens, maxAnswerTokens));
    }

    /**
     * Waits for one request and the tokens of the estimate, for at most {@code timeout}.
     *
     * @throws RefusedException if they would not be there in time: at once
     * @throws InterruptedException if the thread is interrupted before or meanwhile; its place is given back
     */
    public Reservation enter(String key, long promptTokens, long maxAnswerTokens, Duration timeout)
            throws InterruptedException {
        return limiter.enter(key, estimate(promptTokens, maxAnswerTokens), timeout);
    }

    /** What is left of each limit: requests per minute, tokens per minute, tokens per day if limited. */
    public Decision peek(String key) {
        return limiter.peek(key);
    }

    /**
     * Charges the tokens that the model reports in place of the estimate; the request stays charged. ({@link Reservation#settle(long)}
     * would charge so many requests, too.)
     */
    public static Decision settle(Reservation reservation, long usedTokens) {
        return reservation.settle(Cost.of(TOKENS, usedTokens));
    }

    private static Limit limit(String what, long permits, Duration period) {
        try {
            return Limit.of(permits, period);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
        }
    }

    private static Cost estimate(long promptTokens, long maxAnswerTokens) {
        if (promptTokens < 0 || maxAnswerTokens < 0) {
            throw new IllegalArgumentException("promptTokens is " + promptTokens + " and maxAnswerTokens is "
                    + maxAnswerTokens + ", must be 0 or more");
        }
        return Cost.of(Limit.REQUESTS, 1).and(TOKENS, Limit.plus(promptTokens, maxAnswerTokens));
    }
}
