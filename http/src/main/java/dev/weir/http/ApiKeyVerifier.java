package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * Says which API keys are real. Named by {@code weir.api-key-verifier}, or given to {@link WeirBuilder#apiKeyVerifier}.
 * Asked on nearly every request that carries a key, so it should answer from memory; compare keys with
 * {@link java.security.MessageDigest#isEqual}. Not asked of keys that are new to an address which has brought too many wrong
 * ones ({@code weir.new-keys-per-address}): they count as wrong. Safe for use by many threads.
 */
@FunctionalInterface
public interface ApiKeyVerifier {

    /**
     * What is known about {@code apiKey}, or null if it is not one. Each text that is one has a budget of its own, so of
     * several spellings of a key only one may be. An exception refuses the request with 503: it is neither unlimited nor
     * taken for a wrong key; its message is logged, so it must not repeat the key.
     *
     * @param apiKey as the client sent it, at most 512 characters
     */
    @Nullable
    VerifiedApiKey verify(String apiKey);

    /**
     * An API key that is real.
     *
     * @param tier the tier of its owner, or an empty text for none
     */
    record VerifiedApiKey(String tier) {}
}
