package dev.weir.sample.jetty;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What {@code POST /api/complete} is asked for.
 *
 * @param prompt what to complete
 * @param maxTokens how long the answer may get, 0 or more
 */
record Completion(String prompt, int maxTokens) {

    /** The largest body that is read, by who counts the tokens and by who answers. */
    static final int MAX_BYTES = 16_384;

    private static final int CHARACTERS_PER_TOKEN = 4;

    /** Reads {@code {"prompt": ..., "max_tokens": n}}, in UTF-8 as all JSON is; nothing if it is something else, or too long. */
    static Optional<Completion> parse(byte[] json) {
        if (json.length > MAX_BYTES) {
            return Optional.empty();
        }
        try (JsonReader reader =
                Json.createReaderFactory(null).createReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8)) {
            JsonObject object = reader.readObject();
            JsonNumber maxTokens = object.getJsonNumber("max_tokens");
            int most = maxTokens == null ? -1 : maxTokens.intValueExact();
            String prompt = object.getString("prompt", null);
            return prompt == null || most < 0 ? Optional.empty() : Optional.of(new Completion(prompt, most));
        } catch (RuntimeException notUnderstood) { // no JSON, nested too deep, no number, not a whole one
            return Optional.empty();
        }
    }

    /** How many tokens {@code text} has, roughly. */
    static int tokens(String text) {
        return (text.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }

    /** The most that this can use: the prompt, and the longest answer. */
    long estimate() {
        return (long) tokens(prompt) + maxTokens;
    }
}
