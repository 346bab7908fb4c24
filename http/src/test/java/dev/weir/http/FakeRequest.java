package dev.weir.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request made of nothing but what Weir reads. */
final class FakeRequest implements RequestView {

    private final Map<String, List<String>> lines = new HashMap<>();
    private final Map<String, Object> attributes = new HashMap<>();
    private final @Nullable String peer;
    private String method = "GET";
    private @Nullable String user;

    private FakeRequest(@Nullable String peer) {
        this.peer = peer;
    }

    static FakeRequest from(@Nullable String peer) {
        return new FakeRequest(peer);
    }

    FakeRequest method(String method) {
        this.method = method;
        return this;
    }

    /** Another line of the field. */
    FakeRequest header(String name, String value) {
        lines.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                .add(value);
        return this;
    }

    FakeRequest apiKey(String key) {
        return header("X-API-Key", key);
    }

    FakeRequest user(String name) {
        this.user = name;
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Iterator<String> headers(String name) {
        return lines.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).iterator();
    }

    @Override
    public @Nullable String peerAddress() {
        return peer;
    }

    @Override
    public @Nullable String user() {
        return user;
    }

    @Override
    public @Nullable Object attribute(String name) {
        return attributes.get(name);
    }

    @Override
    public void attribute(String name, Object value) {
        attributes.put(name, value);
    }
}
