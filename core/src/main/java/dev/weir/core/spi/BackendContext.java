package dev.weir.core.spi;

import dev.weir.core.LimiterListener;
import dev.weir.core.Policies;
import dev.weir.core.Ticker;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a back end is given to work with.
 *
 * @param settings looks up a setting by its full name, such as {@code weir.max-clients}; null where it is not set
 * @param policies the policies in force, which a back end may also replace
 * @param ticker the clock of decisions
 * @param scheduler for what happens later; owned by who opens the back end, and never to be blocked
 * @param listener told of decisions, failures and early evictions
 */
public record BackendContext(
        Function<String, @Nullable String> settings,
        Policies policies,
        Ticker ticker,
        ScheduledExecutorService scheduler,
        LimiterListener listener) {}
