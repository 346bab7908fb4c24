package dev.weir.redisson;

import dev.weir.core.KeyHasher;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.spi.Backend;
import java.time.Duration;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;

/** Parts of the back end that a benchmark measures apart. */
public final class PlainPath {

    private static final Duration KEEP = Duration.ofHours(1);

    private PlainPath() {}

    /** A client as the back end makes it for {@code weir.redis}. Whoever asked for it shuts it down. */
    public static RedissonClient client(String address) {
        return Redisson.create(new MastersOnly(RedisBackendProvider.single(address)));
    }

    /** The limiter by itself: a call for each decision, nothing gathers, and there is neither deadline nor stand-in. */
    public static Backend over(RedissonClient client, String prefix, byte[] secret) {
        RedisKeys keys = new RedisKeys(prefix, KeyHasher.withSecret(secret));
        return new RedisLimiter(client, keys, LocalLimiter.DEFAULT_MAX_OPEN, KEEP, 0, LimiterListener.NONE);
    }
}
