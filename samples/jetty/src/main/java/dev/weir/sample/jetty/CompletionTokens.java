package dev.weir.sample.jetty;

import dev.weir.http.RequestView;
import dev.weir.http.SettlingCostResolver;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * What a completion costs in tokens: at first the most that it can use, then what the answer says that it did. web.xml registers it
 * as {@code completion-tokens}.
 */
public final class CompletionTokens implements SettlingCostResolver {

    private static final int MAX_BYTES = 16_384;

    @Override
    public long cost(RequestView request) {
        try {
            String body = new String(request.body(MAX_BYTES), StandardCharsets.UTF_8);
            return body.length() == MAX_BYTES
                    ? Completion.tokens(body) // more than anybody may have
                    : Completion.parse(body)
                            .map(Completion::estimate)
                            .orElse(0L); // the resource will say what is wrong
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public OptionalLong actual(Object answer) {
        if (!(answer instanceof String text) || !text.startsWith("{")) {
            return OptionalLong.empty(); // an error, in place of an answer
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return OptionalLong.of(reader.readObject().getJsonObject("usage").getInt("total_tokens"));
        }
    }
}
