package dev.weir.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings, by the one name that each has as an init-param, as a system property, in {@code weir.properties} and (upper case,
 * with underscores) in the environment. What each means stands beside it, and from there in docs/settings.md.
 */
public enum Setting {
    BACKEND("weir.backend", "local", "which back end keeps the state"),
    REDIS(
            "weir.redis",
            "redis://127.0.0.1:6379",
            "where Redis is, for `weir.backend = redis`: `redis://HOST:PORT`, `rediss://` for TLS, `/N` behind it for another"
                    + " database, `USER:PASSWORD@` before the host"),
    REDIS_CONFIG("weir.redis-config", unset("none"), "a configuration file of Redisson, in place of the address"),
    REDIS_PREFIX(
            "weir.redis-prefix",
            "weir",
            "what the keys in Redis begin with: 1 to 32 of the characters `A-Z a-z 0-9 . _ -`"),
    REDIS_READABLE_ADDRESSES(
            "weir.redis-readable-addresses",
            "false",
            "`true`: a client that is an address stands in its keys there as such, for whoever looks after the server"),
    MAX_CLIENTS(
            "weir.max-clients",
            "1000000",
            "how many entries (a client under one endpoint's limits) the local limiter remembers, 64 or more"),
    SWEEP_EVERY(
            "weir.sweep-every", "30s", "how often clients that have refilled are forgotten; a duration above nothing"),
    SECRET(
            "weir.secret",
            unset(""),
            "what client keys are hashed with, 16 bytes or more; a random one of this process unless set"),
    TRUSTED_PROXIES(
            "weir.trusted-proxies",
            unset("none"),
            "addresses and prefixes of proxies whose forwarding header is believed"),
    FORWARDING_HEADER(
            "weir.forwarding-header",
            "none",
            "which header the proxies tell the client's address in: `none`, `forwarded` or `x-forwarded-for`"),
    IPV6_PREFIX("weir.ipv6-prefix", "64", "how many bits of an IPv6 address make one client, 1 to 128"),
    API_KEY_HEADER("weir.api-key-header", "X-API-Key", "the field that carries API keys"),
    API_KEY_VERIFIER("weir.api-key-verifier", unset("none"), "a class that implements `ApiKeyVerifier`"),
    NEW_KEYS(
            "weir.new-keys-per-address",
            "10/1h",
            "how many API keys that nobody has verified, or that are wrong, an address may bring; one limit"),
    KEY_RESOLVER(
            "weir.key-resolver.",
            unset(""),
            "a class that implements `KeyResolver`; annotations use it as NAME, which in the environment is read in lower case, with"
                    + " dashes"),
    COST_RESOLVER("weir.cost-resolver.", unset(""), "a class that implements `CostResolver`; the same of NAME"),
    TIERS("weir.tiers", unset("any"), "the tiers that annotations may name, separated by commas"),
    HEADER_STYLES(
            "weir.header-styles",
            "draft, x-epoch",
            "which header fields are sent: `draft`, `x-epoch`, `x-delta`, or `none`; not both of `x-epoch` and `x-delta`"),
    RETRY_JITTER(
            "weir.retry-jitter", "0", "by how many percent at most, 0 to 10, `Retry-After` is lengthened at random"),
    DEFAULT_LIMITS(
            "weir.default-limits", unset("none"), "limits of servlets without annotation: `100/1m, 1_000/1h burst 50`"),
    EXEMPT_PATHS("weir.exempt-paths", unset("none"), "paths that the filter leaves alone: `/health`, `/static/*`"),
    AUTO_REGISTER(
            "weir.auto-register",
            "true",
            "whether the filter and the feature [register themselves](front-ends.md#registered-by-themselves) where the application has"
                    + " not done so: `true` or `false`; not an init-param of the filter"),
    JAXRS_SERVLETS(
            "weir.jaxrs-servlets",
            unset(""),
            "classes of servlets in which Weir's feature runs, besides the known ones"),
    JAXRS_DEFAULT(
            "weir.jaxrs-default",
            "false",
            "whether the default limits cover JAX-RS servlets, their 404s and 405s included: `true` or `false`"),
    CACHE_GUARD(
            "weir.cache-guard",
            "false",
            "whether the filter leaves its fields out of responses that say `public` or `s-maxage`: `true`, which wraps each limited"
                    + " response, or `false`"),
    ASYNC(
            "weir.async",
            "auto",
            "whether the filter frees its thread while a request waits for its turn or a decision is under way: `true`, `false`, or"
                    + " `auto`, which does where no other filter is registered and `weir.cache-guard` is off"
                    + " ([read this first](front-ends.md))"),
    MAX_WAITING(
            "weir.max-waiting",
            "10000",
            "how many requests may wait for their turn at once, 0 or more; others are refused"),
    MAX_WAITING_THREADS(
            "weir.max-waiting-threads",
            "4",
            "how many of them may hold a thread of the container meanwhile, 0 or more"),
    DEADLINE(
            "weir.deadline",
            "50ms",
            "how long a decision of a back end elsewhere may take, where an annotation does not say: `1ms` to `1h`"),
    ON_FAILURE(
            "weir.on-failure",
            "local",
            "what becomes of a request for which there is no decision by then, where an annotation does not say: `open` admits it,"
                    + " `local` has this process decide by its share of the limit, `closed` answers 503"),
    FALLBACK_SHARE(
            "weir.fallback-share",
            unset("1 / `weir.nodes`"),
            "which share of the limits this process may use by itself then, above 0 to 1"),
    NODES(
            "weir.nodes",
            unset("those that Redis has [last seen](back-ends.md#redis-one-limit-for-a-fleet)"),
            "how many processes share the limits, 1 or more"),
    /** The family of {@link PolicyWord}: the policy's name follows, a dot, and one of the words. */
    POLICY("weir.policy.", unset("as its annotation says"), "for one policy");

    /** What every setting's name begins with. */
    public static final String PREFIX = "weir.";

    private final String key;
    private final String defaultText;
    private final String inPlaceOfADefault;
    private final String meaning;

    Setting(String key, String defaultText, String meaning) {
        this(key, defaultText, "", meaning);
    }

    Setting(String key, Unset unset, String meaning) {
        this(key, "", unset.words, meaning);
    }

    Setting(String key, String defaultText, String inPlaceOfADefault, String meaning) {
        this.key = key;
        this.defaultText = defaultText;
        this.inPlaceOfADefault = inPlaceOfADefault;
        this.meaning = meaning;
    }

    private record Unset(String words) {}

    /* There is no default; what holds then, in words. */
    private static Unset unset(String words) {
        return new Unset(words);
    }

    /** The name as an init-param and as a system property. Ends in a dot if a word of the user's follows. */
    public String key() {
        return key;
    }

    /** What holds where nothing is set; empty where that is no value. */
    public String defaultText() {
        return defaultText;
    }

    /** The same for people to read, in Markdown. */
    String defaultInWords() {
        return defaultText.isEmpty() ? inPlaceOfADefault : "`" + defaultText + "`";
    }

    /** What it means, with its values and their ranges: in Markdown, without a full stop. */
    String meaning() {
        return meaning;
    }

    /** Whether a word of the user's follows. */
    boolean isFamily() {
        return key.endsWith(".");
    }

    /** The name in the environment. */
    static String environmentName(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static boolean isKnown(String key) {
        return Arrays.stream(values())
                .anyMatch(
                        s -> s.isFamily() ? key.startsWith(s.key) && key.length() > s.key.length() : s.key.equals(key));
    }

    static Optional<String> nearest(String key) {
        List<String> keys = Arrays.stream(values()).map(Setting::key).toList();
        return Suggestion.nearest(key, keys);
    }

    /** The name in the environment that {@code name} is near to, if it is a name of ours that is none. */
    static Optional<String> meantInEnvironment(String name) {
        String prefix = environmentName(PREFIX);
        boolean known = Arrays.stream(values()).anyMatch(s -> {
            String own = environmentName(s.key);
            return s.isFamily() ? name.startsWith(own) : name.equals(own);
        });
        if (known || !name.startsWith(prefix)) {
            return Optional.empty();
        }
        // Without what they share, which would make all of them near.
        List<String> rests = Arrays.stream(values())
                .filter(s -> !s.isFamily())
                .map(s -> environmentName(s.key).substring(prefix.length()))
                .toList();
        return Suggestion.nearest(name.substring(prefix.length()), rests).map(prefix::concat);
    }
}
