package dev.weir.jaxrs;

import dev.weir.http.Passage;
import dev.weir.http.ResponseView;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.Principal;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JAX-RS request as Weir reads it. */
final class JaxrsPassage extends Passage {

    private final ContainerRequestContext request;
    private final Surroundings surroundings;
    private @Nullable ResponseView written;

    JaxrsPassage(ContainerRequestContext request, Surroundings surroundings) {
        this.request = request;
        this.surroundings = surroundings;
    }

    /** Writes the fields into {@code target}, and remembers where they stand. */
    void writeTo(@Nullable ResponseView target) {
        if (target != null) {
            writeFields(target);
            written = target;
        }
    }

    @Override
    protected @Nullable ResponseView response() {
        return written;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public Iterator<String> headers(String name) {
        List<String> lines = request.getHeaders().get(name);
        return lines == null ? Collections.emptyIterator() : lines.iterator();
    }

    @Override
    public @Nullable String peerAddress() {
        return request.getProperty(RateLimitFeature.PEER_ADDRESS_PROPERTY) instanceof String given
                ? given
                : surroundings.peerAddress();
    }

    @Override
    public @Nullable String user() {
        Principal user = request.getSecurityContext() == null
                ? null
                : request.getSecurityContext().getUserPrincipal();
        return user == null ? null : user.getName();
    }

    @Override
    public byte[] body(int max) throws IOException {
        InputStream stream = request.getEntityStream();
        if (stream == null) {
            return new byte[0];
        }
        byte[] beginning = stream.readNBytes(max);
        request.setEntityStream(new SequenceInputStream(new ByteArrayInputStream(beginning), stream));
        return beginning;
    }

    @Override
    public @Nullable Object attribute(String name) {
        return request.getProperty(name);
    }

    @Override
    public void attribute(String name, Object value) {
        request.setProperty(name, value);
    }
}
