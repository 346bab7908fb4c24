package dev.weir.sample.jetty;

import dev.weir.http.RequestView;
import dev.weir.http.SettlingCostResolver;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.OptionalLong;

/**
 * What a completion costs in tokens: at first the most that it can use, then what the answer says that it did. web.xml registers it
 * as {@code completion-tokens}.
 */
public final class CompletionTokens implements SettlingCostResolver {

    @Override
    public long cost(RequestView request) {
        try {
            // What the resource will not understand either, or find too long, uses nothing.
            return Completion.parse(request.body(Completion.MAX_BYTES + 1))
                    .map(Completion::estimate)
                    .orElse(0L);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public OptionalLong actual(Object answer) {
        if (!(answer instanceof String text) || !text.startsWith("{")) {
            return answer == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(0); // what is wrong has been said, and nothing used
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return OptionalLong.of(reader.readObject().getJsonObject("usage").getInt("total_tokens"));
        }
    }
}
