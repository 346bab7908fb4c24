package dev.weir.http;

import org.jspecify.annotations.Nullable;

/**
 * Says which API keys are real. Named by {@code weir.api-key-verifier}, or given to {@link WeirBuilder#apiKeyVerifier}.
 * Asked on every request that carries a key, so it should answer from memory; compare keys with
 * {@link java.security.MessageDigest#isEqual}. Safe for use by many threads.
 */
@FunctionalInterface
public interface ApiKeyVerifier {

    /**
     * What is known about {@code apiKey}, or null if it is not one. An exception refuses the request with 503: it is
     * neither unlimited nor taken for a wrong key.
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
