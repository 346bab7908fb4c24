package dev.weir.http;

import dev.weir.core.ClientKey;
import dev.weir.core.ClientKey.Kind;
import dev.weir.http.ApiKeyVerifier.VerifiedApiKey;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request: API key, then user, then address, each found out when it is first needed and then kept. Belongs to
 * one request; one thread at a time.
 *
 * <p>An API key is no identity until {@link #verify} has found it real. Without a verifier its budget is that of (address,
 * key), so that nobody can drain or read another's; and it counts only once {@link #admitUnverified} says that the address
 * may bring it. {@link NewKeys} decides which of the two happens, if any, before a key or a tier is asked for.
 */
final class Identity {

    /** The tier of who has neither a verified API key nor a user. */
    static final String ANONYMOUS = "anonymous";

    /** Longer API keys are not looked at. */
    static final int MAX_API_KEY_LENGTH = 512;

    private final ClientRules rules;
    /** The request as the first front end saw it: the connection's address and fields are read from here. */
    private final RequestView request;
    /** The request as the latest front end sees it, which may know the user by now. */
    private RequestView latest;

    private @Nullable ClientKey address;
    private Map<KeySource.Resolver, ClientKey> custom = Map.of();
    private @Nullable String presented;
    private boolean presentedRead;
    private @Nullable VerifiedApiKey verified;
    private @Nullable ClientKey apiKey;
    private boolean unverifiedAdmitted;

    Identity(ClientRules rules, RequestView request) {
        this.rules = rules;
        this.request = request;
        this.latest = request;
    }

    /** Another front end has got the request. */
    void nowSeenBy(RequestView view) {
        latest = view;
    }

    /** API key, else user, else address. */
    ClientKey client() {
        if (hasApiKey()) {
            return apiKey();
        }
        return user();
    }

    /** What {@link ClientRules#address} says. */
    ClientKey address() {
        if (address == null) {
            address = rules.address(request);
        }
        return address;
    }

    /** The user, else the address. */
    ClientKey user() {
        String name = userName();
        return name == null ? address() : rules.hasher().hash(Kind.USER, name);
    }

    /** The API key if it is verified, or admitted as unverified; else the address. */
    ClientKey apiKey() {
        if (!hasApiKey()) {
            return address();
        }
        if (apiKey == null) {
            apiKey = isVerified() ? rules.hasher().hash(Kind.API_KEY, required(presented())) : unverifiedKey();
        }
        return apiKey;
    }

    /** What a resolver made of the request, namespaced by the resolver's name; else the address. */
    ClientKey custom(KeySource.Resolver source) {
        ClientKey known = custom.get(source);
        if (known == null) {
            String key = source.resolver().resolve(latest);
            known = key == null || key.isBlank() ? address() : rules.hasher().hash(Kind.CUSTOM, source.word(), key);
            custom = new HashMap<>(custom);
            custom.put(source, known);
        }
        return known;
    }

    /** The tier that the verifier names; {@code anonymous} for who has neither a verified key nor a user; else none. */
    String tier() {
        if (verified != null) {
            return verified.tier();
        }
        return userName() == null ? ANONYMOUS : "";
    }

    /** Whether the request brings an API key. */
    boolean bringsApiKey() {
        return presented() != null;
    }

    /** Whether there is a verifier, without whose word no API key counts. */
    boolean hasVerifier() {
        return rules.verifier() != null;
    }

    /** Asks the verifier, of whom there must be one; whether the API key is real. */
    boolean verify() {
        verified = Objects.requireNonNull(rules.verifier()).verify(required(presented()));
        return isVerified();
    }

    /** The key of (address, API key). */
    ClientKey unverifiedKey() {
        ClientKey from = address();
        return rules.hasher()
                .hash(
                        Kind.UNVERIFIED_API_KEY,
                        Long.toHexString(from.high()),
                        Long.toHexString(from.low()),
                        required(presented()));
    }

    /** Lets the unverified key count. */
    void admitUnverified() {
        unverifiedAdmitted = true;
    }

    RequestView request() {
        return latest;
    }

    private @Nullable String userName() {
        String name = latest.user();
        return name == null ? request.user() : name;
    }

    private static String required(@Nullable String apiKey) {
        return Objects.requireNonNull(apiKey, "only asked of who brings an API key");
    }

    private boolean hasApiKey() {
        return unverifiedAdmitted || isVerified();
    }

    private boolean isVerified() {
        return verified != null;
    }

    /** The one API key of the request; none if the field stands there twice, is empty, or is longer than any key. */
    private @Nullable String presented() {
        if (!presentedRead) {
            presentedRead = true;
            Iterator<String> lines = request.headers(rules.apiKeyHeader());
            if (lines.hasNext()) {
                String key = lines.next().trim();
                boolean one = !lines.hasNext() && !key.isEmpty() && key.length() <= MAX_API_KEY_LENGTH;
                presented = one ? key : null;
            }
        }
        return presented;
    }
}
