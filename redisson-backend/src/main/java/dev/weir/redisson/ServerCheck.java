package dev.weir.redisson;

import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        ClientKey fingerprint = hasher.hash(ClientKey.Kind.CUSTOM, "fingerprint");
        String ours = Long.toHexString(fingerprint.high());
        List<Object> reply = checked(client, prefix + ":secret", ours);
        List<String> warnings = new ArrayList<>();
        Matcher policy = POLICY.matcher(String.valueOf(reply.get(1)));
        if (policy.find() && !policy.group(1).equals("noeviction")) {
            warnings.add("Redis forgets keys when its memory is full (maxmemory-policy " + policy.group(1)
                    + "): whoever is forgotten gets its whole burst again. Set noeviction, or give it memory enough");
        }
        if (!ours.equals(reply.get(2))) {
            warnings.add("Another process keeps limits in this Redis under another weir.secret: the two share none."
                    + " Give all of them the same, or this one another weir.redis-prefix");
        }
        return warnings;
    }

    private static List<Object> checked(RedissonClient client, String key, String fingerprint) {
        try {
            return client.getScript(StringCodec.INSTANCE)
                    .eval(
                            RScript.Mode.READ_WRITE,
                            CHECK,
                            RScript.ReturnType.LIST,
                            List.of(key),
                            fingerprint,
                            Long.toString(REMEMBERED.toSeconds()));
        } catch (RedisException e) {
            throw new UnfitException(
                    "Limits cannot be kept in this Redis. It must be 6.2 or later, and let us run scripts with TIME, GET,"
                            + " SET, PTTL and INFO: " + said(e),
                    e);
        }
    }

    /* Redisson adds what was asked: the script, and the fingerprint. */
    private static String said(RedisException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf(" channel: ");
        return end < 0 ? message : message.substring(0, end);
    }
}
