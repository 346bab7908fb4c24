package dev.weir.redisson;

import dev.weir.core.KeyHasher;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * Says when a Redis has dropped keys for want of memory: each look that finds more than the last one is a warning. Whose keys they
 * were, Redis does not tell. Not for use by several threads at once.
 */
final class EvictionWatch {

    /** How long between two looks. */
    static final Duration EVERY = Duration.ofMinutes(1);

    private static final Logger LOGGER = System.getLogger("dev.weir.redisson");
    private static final long UNKNOWN = -1;

    private final RedissonClient client;
    private final String key;
    private final Object[] args;
    private volatile long last = UNKNOWN;

    EvictionWatch(RedissonClient client, String prefix, KeyHasher hasher) {
        this.client = client;
        this.key = ServerCheck.secret(prefix);
        this.args = ServerCheck.args(hasher);
    }

    /** Looks, without waiting for the answer; completes when it has been said. A Redis that does not answer is not spoken of. */
    CompletionStage<Void> look() {
        return client.getScript(StringCodec.INSTANCE)
                .<List<Object>>evalAsync(
                        RScript.Mode.READ_WRITE, ServerCheck.CHECK, RScript.ReturnType.LIST, List.of(key), args)
                .thenAccept(reply -> note(ServerCheck.evicted(reply)));
    }

    private void note(long evicted) {
        long before = last;
        last = evicted;
        long dropped = evicted < before ? evicted : evicted - before; // fewer: it counts from its restart
        if (before != UNKNOWN && dropped > 0) {
            LOGGER.log(
                    Level.WARNING,
                    RedisCheck.HAS_FORGOTTEN.line("Redis has dropped " + dropped
                            + " keys for want of memory within about a minute (evicted_keys "
                            + evicted
                            + "): if limits were among them, these clients have their whole burst again. Set maxmemory-policy"
                            + " noeviction, or give it memory enough"));
        }
    }
}
