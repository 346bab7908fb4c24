package dev.weir.security;

import dev.weir.http.Endpoints.Finding;
import dev.weir.http.Exchange;
import dev.weir.http.Point;
import dev.weir.http.RequestView;
import dev.weir.http.Weir;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request that no server has seen: from any peer, with characters that no server would let through, and many in a second. */
final class BareRequest implements RequestView {

    private final @Nullable String peer;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, Object> attributes = new HashMap<>();

    private BareRequest(@Nullable String peer) {
        this.peer = peer;
    }

    static BareRequest from(@Nullable String peer) {
        return new BareRequest(peer);
    }

    BareRequest header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Whether {@code weir} lets it pass the limits of {@code type}; if not, it must be a 429. */
    boolean passes(Weir weir, Class<?> type) {
        if (!(weir.endpoints().ofClass(type) instanceof Finding.Limited limited)) {
            throw new IllegalArgumentException(type + " carries no sound limit");
        }
        Exchange exchange = weir.exchange(this);
        exchange.judge(limited.endpoint(), Point.ONLY);
        exchange.await();
        if (!exchange.isAdmitted() && exchange.refusal().status() != 429) {
            throw new IllegalStateException("answered " + exchange.refusal().status());
        }
        return exchange.isAdmitted();
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public Iterator<String> headers(String name) {
        String value = headers.get(name);
        return value == null ? Collections.emptyIterator() : List.of(value).iterator();
    }

    @Override
    public @Nullable String peerAddress() {
        return peer;
    }

    @Override
    public @Nullable String user() {
        return null;
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
