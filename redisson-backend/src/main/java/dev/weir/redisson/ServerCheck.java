package dev.weir.redisson;

import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.redisson.api.RBucket;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/** Looks at a Redis before limits are kept there. */
final class ServerCheck {

    private static final String CHECK = Script.of("time.lua", "check.lua");
    private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private ServerCheck() {}

    /** A Redis on which limits cannot be kept. */
    static final class UnfitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnfitException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * What should be known of this server.
     *
     * @throws UnfitException if it cannot do what is needed
     */
    static List<String> warnings(RedissonClient client, String prefix, KeyHasher hasher) {
        List<String> warnings = new ArrayList<>();
        String memory = memory(client, prefix);
        Matcher policy = POLICY.matcher(memory);
        if (policy.find() && !policy.group(1).equals("noeviction")) {
            warnings.add("Redis forgets keys when its memory is full (maxmemory-policy " + policy.group(1)
                    + "): whoever is forgotten gets its whole burst again. Set noeviction, or give it memory enough");
        }
        ClientKey fingerprint = hasher.hash(ClientKey.Kind.CUSTOM, "fingerprint");
        String mine = Long.toHexString(fingerprint.high());
        RBucket<String> known = client.getBucket(prefix + ":secret", StringCodec.INSTANCE);
        if (!known.setIfAbsent(mine, REMEMBERED)) {
            String theirs = known.get();
            if (theirs != null && !theirs.equals(mine)) {
                warnings.add("Another process keeps limits in this Redis under another weir.secret: the two share none."
                        + " Give all of them the same, or this one another weir.redis-prefix");
            }
        }
        return warnings;
    }

    private static String memory(RedissonClient client, String prefix) {
        try {
            List<Object> reply = client.getScript(StringCodec.INSTANCE)
                    .eval(RScript.Mode.READ_WRITE, CHECK, RScript.ReturnType.LIST, List.of(prefix + ":secret"));
            return String.valueOf(reply.get(1));
        } catch (RedisException e) {
            throw new UnfitException(
                    "Limits cannot be kept in this Redis. It must be 6.2 or later, and let us run scripts with TIME, GET,"
                            + " SET, PTTL and INFO: " + e.getMessage(),
                    e);
        }
    }
}
