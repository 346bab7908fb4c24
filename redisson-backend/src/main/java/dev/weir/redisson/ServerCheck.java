package dev.weir.redisson;

import dev.weir.core.ClientKey;
import dev.weir.core.KeyHasher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/** Looks at a Redis before limits are kept there. */
final class ServerCheck {

    static final String CHECK = Script.of("time.lua", "check.lua");
    private static final Pattern VERSION = Pattern.compile("(?m)^redis_version:((\\d+)\\.(\\d+)\\S*)");
    private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");
    private static final Pattern EVICTED = Pattern.compile("(?m)^evicted_keys:(\\d+)");
    private static final int MAJOR = 6;
    private static final int MINOR = 2;
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private ServerCheck() {}

    /** A Redis on which limits cannot be kept. */
    static final class UnfitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnfitException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * What should be known of this server.
     *
     * @throws UnfitException if it cannot do what is needed
     */
    static List<String> warnings(RedissonClient client, String prefix, KeyHasher hasher) {
        String secret = secret(prefix);
        Object[] args = args(hasher);
        try {
            List<Object> reply = client.getScript(StringCodec.INSTANCE)
                    .eval(RScript.Mode.READ_WRITE, CHECK, RScript.ReturnType.LIST, List.of(secret), args);
            String old = tooOld(String.valueOf(reply.get(1)));
            if (old != null) {
                throw new UnfitException("Limits cannot be kept in Redis " + old + ": it must be 6.2 or later", null);
            }
            List<String> warnings = new ArrayList<>();
            Matcher policy = POLICY.matcher(String.valueOf(reply.get(2)));
            if (policy.find() && !policy.group(1).equals("noeviction")) {
                warnings.add(
                        RedisCheck.FORGETS.line(
                                "Redis forgets keys when its memory is full (maxmemory-policy " + policy.group(1)
                                        + "): whoever is forgotten gets its whole burst again. Set noeviction, or give it memory enough"));
            }
            if (!args[0].equals(reply.get(4))) {
                warnings.add(RedisCheck.OTHER_SECRET.line(
                        "Another process keeps limits in this Redis under another weir.secret: the two share none."
                                + " Give all of them the same, or this one another weir.redis-prefix"));
            }
            return warnings;
        } catch (RedisException e) {
            throw unfit(e, secret);
        }
    }

    /** A key of ours that every server has. */
    static String secret(String prefix) {
        return prefix + ":secret";
    }

    /** What {@link #CHECK} is told: the fingerprint of a secret, and for how long it is remembered, which each check renews. */
    static Object[] args(KeyHasher hasher) {
        ClientKey fingerprint = hasher.hash(ClientKey.Kind.CUSTOM, "fingerprint");
        return new Object[] {Long.toHexString(fingerprint.high()), Long.toString(REMEMBERED.toSeconds())};
    }

    /** How many keys a server has dropped for want of memory, from what {@link #CHECK} replies. */
    static long evicted(List<Object> reply) {
        Matcher evicted = EVICTED.matcher(String.valueOf(reply.get(3)));
        return evicted.find() ? Long.parseLong(evicted.group(1)) : 0;
    }

    /** The version that {@code info} tells, if it is too old. */
    static @Nullable String tooOld(String info) {
        Matcher version = VERSION.matcher(info);
        if (!version.find()) {
            return null; // something that is like Redis; whether it will do, the rest of the check shows
        }
        int major = Integer.parseInt(version.group(2));
        boolean tooOld = major < MAJOR || (major == MAJOR && Integer.parseInt(version.group(3)) < MINOR);
        return tooOld ? version.group(1) : null;
    }

    private static RuntimeException unfit(RedisException e, String key) {
        String said = ConnectionTrouble.said(e);
        if (said == null) {
            return e; // it has not answered at all
        }
        if (said.contains("WRONGTYPE")) {
            return new UnfitException(
                    "Something else stands in Redis where the fingerprint of weir.secret belongs, and was left alone. Delete the"
                            + " key " + key + ", or set weir.redis-prefix to one of your own",
                    e);
        }
        return new UnfitException(
                "Limits cannot be kept in this Redis. It must be 6.2 or later, a master with memory left, and let us run scripts"
                        + " with TIME, GET, SET, PTTL and INFO. It says: " + said,
                e);
    }
}
