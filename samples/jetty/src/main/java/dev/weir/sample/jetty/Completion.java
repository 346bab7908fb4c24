package dev.weir.sample.jetty;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.Optional;

/**
 * What {@code POST /api/complete} is asked for.
 *
 * @param prompt what to complete
 * @param maxTokens how long the answer may get, 0 or more
 */
record Completion(String prompt, int maxTokens) {

    private static final int CHARACTERS_PER_TOKEN = 4;

    /** Reads {@code {"prompt": ..., "max_tokens": n}}; nothing if it is something else. */
    static Optional<Completion> parse(String json) {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            JsonObject object = reader.readObject();
            String prompt = object.getString("prompt", null);
            int maxTokens = object.getInt("max_tokens", -1);
            return prompt == null || maxTokens < 0 ? Optional.empty() : Optional.of(new Completion(prompt, maxTokens));
        } catch (JsonException | IllegalStateException notJson) {
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
