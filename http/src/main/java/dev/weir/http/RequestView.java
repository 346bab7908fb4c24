package dev.weir.http;

import java.io.IOException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The little that Weir reads of a request. Each front end adapts its own; resolvers of users read it too. */
public interface RequestView {

    /** The method that the container dispatches, such as {@code GET}. */
    String method();

    /** The lines of a header field, in the order received; empty if there is none. */
    Iterator<String> headers(String name);

    /** The address of whoever opened the connection, as the container gives it, or null. Never a forwarded one. */
    @Nullable
    String peerAddress();

    /** The name of the user whom the container has authenticated, or null. Never what a header says. */
    @Nullable
    String user();

    /** What was kept under {@code name} for the time of this request, or null. */
    @Nullable
    Object attribute(String name);

    /** Keeps {@code value} for the time of this request. */
    void attribute(String name, Object value);

    /**
     * The first bytes of the body, which the endpoint will read all the same. For cost resolvers: it blocks until the client has sent
     * them.
     *
     * @param max how many at most, 0 or more
     * @throws IOException if the client breaks off
     * @throws UnsupportedOperationException in the servlet filter, which leaves bodies alone; in the JAX-RS feature it works
     */
    default byte[] body(int max) throws IOException {
        throw new UnsupportedOperationException(
                "The body can be read ahead in the JAX-RS feature only: annotate a resource method");
    }

    /** The first line of a header field, or null. */
    default @Nullable String header(String name) {
        Iterator<String> lines = headers(name);
        return lines.hasNext() ? lines.next() : null;
    }
}
