package dev.weir.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings, by the one name that each has as an init-param, as a system property and (upper case, with underscores) in
 * the environment.
 */
public enum Setting {
    /** Which back end keeps the state. */
    BACKEND("weir.backend", "local"),
    /** Where the Redis of a fleet is, for the back end {@code redis}. */
    REDIS("weir.redis", "redis://127.0.0.1:6379"),
    /** A configuration of Redisson, in place of an address. */
    REDIS_CONFIG("weir.redis-config", ""),
    /** What the keys in Redis begin with. */
    REDIS_PREFIX("weir.redis-prefix", "weir"),
    /** Whether addresses stand in the keys there as such. */
    REDIS_READABLE_ADDRESSES("weir.redis-readable-addresses", "false"),
    /** How many clients the local limiter remembers. */
    MAX_CLIENTS("weir.max-clients", "1000000"),
    /** How often refilled clients are forgotten. */
    SWEEP_EVERY("weir.sweep-every", "30s"),
    /** What client keys are hashed with; a random one of this process unless set. */
    SECRET("weir.secret", ""),
    /** Addresses and prefixes of the proxies whose forwarding header is believed. */
    TRUSTED_PROXIES("weir.trusted-proxies", ""),
    /** Which forwarding header the proxies write: none, forwarded or x-forwarded-for. */
    FORWARDING_HEADER("weir.forwarding-header", "none"),
    /** How many bits of an IPv6 address make one client. */
    IPV6_PREFIX("weir.ipv6-prefix", "64"),
    /** The header field that carries API keys. */
    API_KEY_HEADER("weir.api-key-header", "X-API-Key"),
    /** The class that says which API keys are real. */
    API_KEY_VERIFIER("weir.api-key-verifier", ""),
    /** How many API keys that nobody has verified, or that are wrong, an address may bring. */
    NEW_KEYS("weir.new-keys-per-address", "10/1h"),
    /** The tiers that annotations may name; any unless set. */
    TIERS("weir.tiers", ""),
    /** Which header fields are sent. */
    HEADER_STYLES("weir.header-styles", "draft, x-epoch"),
    /** By how many percent a client may be told to wait longer than it must, at random. */
    RETRY_JITTER("weir.retry-jitter", "0"),
    /** The limits of servlets that carry no annotation. */
    DEFAULT_LIMITS("weir.default-limits", ""),
    /** Paths that the filter leaves alone. */
    EXEMPT_PATHS("weir.exempt-paths", ""),
    /** Classes of servlets in which Weir's JAX-RS feature runs, besides the known ones. */
    JAXRS_SERVLETS("weir.jaxrs-servlets", ""),
    /** Whether the default limits cover JAX-RS servlets too, their 404s and 405s included. */
    JAXRS_DEFAULT("weir.jaxrs-default", "false"),
    /** Whether the filter leaves its fields out of responses that a shared cache may keep. */
    CACHE_GUARD("weir.cache-guard", "false"),
    /**
     * Whether the filter frees the container's thread while a request waits for its turn or a decision is under way; auto does
     * where no other filter is registered, which an asynchronous dispatch might skip.
     */
    ASYNC("weir.async", "auto"),
    /** How many requests may wait for their turn at once. */
    MAX_WAITING("weir.max-waiting", "10000"),
    /** How many of them may hold a thread of the container meanwhile. */
    MAX_WAITING_THREADS("weir.max-waiting-threads", "4"),
    /** How long a decision of a back end elsewhere may take, where an annotation does not say. */
    DEADLINE("weir.deadline", "50ms"),
    /** What becomes of a request for which there is no decision by then: open, local or closed. */
    ON_FAILURE("weir.on-failure", "local"),
    /** Which share of the limits this process may use by itself then; one by the number of nodes unless set. */
    FALLBACK_SHARE("weir.fallback-share", ""),
    /** How many processes share the limits; unless set, those that the back end has last seen. */
    NODES("weir.nodes", ""),
    /** The class of a key resolver; the name under which annotations use it follows. */
    KEY_RESOLVER("weir.key-resolver.", ""),
    /** The class of a cost resolver; the name under which annotations use it follows. */
    COST_RESOLVER("weir.cost-resolver.", ""),
    /**
     * What holds for one policy, whatever its annotations say: the policy's name follows, and one of {@code on-failure},
     * {@code deadline}, {@code fallback-share} and {@code max-error} behind it.
     */
    POLICY("weir.policy.", "");

    /** What every setting's name begins with. */
    public static final String PREFIX = "weir.";

    private final String key;
    private final String defaultText;

    Setting(String key, String defaultText) {
        this.key = key;
        this.defaultText = defaultText;
    }

    /** The name as an init-param and as a system property. Ends in a dot if a word of the user's follows. */
    public String key() {
        return key;
    }

    /** What holds where nothing is set. */
    public String defaultText() {
        return defaultText;
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

    private boolean isFamily() {
        return key.endsWith(".");
    }
}
