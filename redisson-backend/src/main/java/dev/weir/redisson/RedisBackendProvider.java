package dev.weir.redisson;

import dev.weir.core.KeyHasher;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.core.spi.BackendProvider;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * Opens the limiter over Redis, under the name {@code redis}. Settings: {@code weir.redis}, {@code weir.redis-config},
 * {@code weir.redis-prefix}, {@code weir.redis-readable-addresses}, {@code weir.secret}; of the limiter that stands in
 * {@code weir.max-clients}, and {@code weir.nodes} and {@code weir.fallback-share}: where they are not set, processes count each other.
 */
public final class RedisBackendProvider implements BackendProvider {

    private static final String ADDRESS = "weir.redis";
    private static final String CONFIG = "weir.redis-config";
    private static final String PREFIX = "weir.redis-prefix";
    private static final String READABLE_ADDRESSES = "weir.redis-readable-addresses";
    private static final String SECRET = "weir.secret";
    private static final String NODES = "weir.nodes";
    private static final String FALLBACK_SHARE = "weir.fallback-share";
    private static final String MAX_CLIENTS = "weir.max-clients";

    private static final String DEFAULT_PREFIX = "weir";
    private static final String DEFAULT_ADDRESS = "redis://127.0.0.1:6379";
    private static final Pattern LINE = Pattern.compile("line:? (\\d+)");

    private final @Nullable RedissonClient client;

    /** For service loading. */
    public RedisBackendProvider() {
        this(null);
    }

    private RedisBackendProvider(@Nullable RedissonClient client) {
        this.client = client;
    }

    /**
     * Opens limiters over a connection that there is already, with {@code weir.secret} and {@code weir.redis-prefix} from the settings:
     * {@code Weir.builder().backend(RedisBackendProvider.over(client))}.
     *
     * @param client whoever made it shuts it down, after what was opened
     */
    public static RedisBackendProvider over(RedissonClient client) {
        return new RedisBackendProvider(Objects.requireNonNull(client, "client is null"));
    }

    /**
     * A limiter over a connection that there is already, for {@link dev.weir.core.RateLimiterBuilder#backend}.
     *
     * @param client whoever made it shuts it down
     * @param secret 16 bytes or more, the same in every process that shares this Redis
     * @throws IllegalArgumentException if the secret is too short
     */
    public static Backend open(RedissonClient client, byte[] secret) {
        return RedisBackend.over(
                client, new RedisKeys(DEFAULT_PREFIX, KeyHasher.withSecret(secret)), LimiterListener.NONE);
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Backend open(BackendContext context) {
        boolean counts = orElse(context.settings().apply(NODES), "").isEmpty()
                && orElse(context.settings().apply(FALLBACK_SHARE), "").isEmpty();
        Nodes nodes = new Nodes(prefix(context), counts);
        long maxClients = maxClients(context);
        SharedLimiter limiter = limiter(context, found -> nodes.countIn(found, context.scheduler()));
        return new Guard(limiter, nodes, context.ticker(), maxClients, context.listener());
    }

    /** The limiter alone, without what stands in for it. */
    SharedLimiter limiter(BackendContext context) {
        return limiter(context, found -> {});
    }

    private SharedLimiter limiter(BackendContext context, Consumer<RedissonClient> whenFound) {
        String secret = context.settings().apply(SECRET);
        if (secret == null || secret.isEmpty()) {
            throw new IllegalArgumentException(
                    SECRET + " is not set. All processes that share a Redis must have the same: make one with"
                            + " openssl rand -base64 32, and give it to each of them");
        }
        KeyHasher hasher = KeyHasher.withSecret(secret.getBytes(StandardCharsets.UTF_8));
        String prefix = prefix(context);
        RedisKeys.checkPrefix(PREFIX, prefix);
        RedisKeys keys = new RedisKeys(prefix, hasher, isOn(context, READABLE_ADDRESSES));
        if (client != null) {
            whenFound.accept(client);
            return RedisBackend.over(client, keys, LimiterListener.NONE);
        }
        String file = context.settings().apply(CONFIG);
        boolean named = file != null && !file.isEmpty();
        Config config = named ? read(file) : single(orElse(context.settings().apply(ADDRESS), DEFAULT_ADDRESS));
        return new RedisBackend(
                new MastersOnly(config),
                named ? CONFIG : ADDRESS,
                keys,
                context.scheduler(),
                whenFound,
                LimiterListener.NONE);
    }

    private static String prefix(BackendContext context) {
        return orElse(context.settings().apply(PREFIX), DEFAULT_PREFIX);
    }

    /* Of the limiter that stands in: the same bound as that of a local one. */
    private static long maxClients(BackendContext context) {
        String text = orElse(context.settings().apply(MAX_CLIENTS), Long.toString(LocalLimiter.DEFAULT_MAX_ENTRIES));
        try {
            long bound = Long.parseLong(text.replace("_", ""));
            if (bound > 0) {
                return bound;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(MAX_CLIENTS + " = \"" + text + "\": write how many clients, 1 or more");
    }

    private static boolean isOn(BackendContext context, String setting) {
        String text = orElse(context.settings().apply(setting), "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(setting + " = \"" + text + "\": write true or false");
        }
        return text.equals("true");
    }

    static Config single(String address) {
        URI uri = parsed(address);
        Config config = new Config();
        config.setThreads(2).setNettyThreads(2);
        String user = uri.getRawUserInfo();
        int colon = user == null ? -1 : user.indexOf(':');
        config.useSingleServer()
                .setAddress(uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort())
                .setDatabase(database(uri))
                .setConnectionPoolSize(16)
                .setConnectionMinimumIdleSize(2)
                .setSubscriptionConnectionPoolSize(1)
                .setSubscriptionConnectionMinimumIdleSize(1)
                .setTimeout(2_000);
        if (user != null) {
            config.setPassword(decoded(user.substring(colon + 1)));
            if (colon > 0) {
                config.setUsername(decoded(user.substring(0, colon)));
            }
        }
        return config;
    }

    /* Never repeats the address: it may carry a password. */
    private static URI parsed(String address) {
        try {
            URI uri = new URI(address);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            boolean known = scheme.equals("redis") || scheme.equals("rediss");
            if (known && uri.getHost() != null && uri.getPort() > 0 && uri.getQuery() == null) {
                database(uri);
                return uri;
            }
        } catch (URISyntaxException | NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                ADDRESS + " is not an address of Redis. Write redis://HOST:PORT, rediss:// for TLS, with /N behind for"
                        + " another database, and USER:PASSWORD@ before the host where it asks for them");
    }

    private static int database(URI uri) {
        String path = uri.getPath();
        int database = path == null || path.length() < 2 ? 0 : Integer.parseInt(path.substring(1));
        if (database < 0) {
            throw new NumberFormatException();
        }
        return database;
    }

    /* A plus is a plus here, unlike in forms. */
    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Config read(String file) {
        try {
            return Config.fromYAML(new File(file));
        } catch (IOException | RuntimeException e) {
            // Without its cause: what that says may quote the file, and that has a password.
            throw new IllegalArgumentException(
                    CONFIG + " = \"" + file + "\" cannot be read as a configuration of Redisson: "
                            + e.getClass().getSimpleName() + place(e));
        }
    }

    private static String place(Exception e) {
        Matcher line = LINE.matcher(String.valueOf(e.getMessage()));
        return line.find() ? " in line " + line.group(1) : "";
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null || text.isEmpty() ? otherwise : text;
    }
}
