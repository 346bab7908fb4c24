package dev.weir.http;

/** The little that Weir writes of a response. */
public interface ResponseView {

    /** Sets a header field, in place of whatever lines it had. */
    void set(String name, String value);

    /** Adds a line to a header field. */
    void add(String name, String value);

    /** Removes a header field, where the container can. */
    void remove(String name);

    /** Whether a header field has that line already, where this can be told; {@code false} otherwise. */
    default boolean has(String name, String line) {
        return false;
    }
}
