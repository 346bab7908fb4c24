package dev.weir.core.spi;

/** Opens a {@link Backend}. Listed for {@link java.util.ServiceLoader}, chosen by the setting {@code weir.backend}. */
public interface BackendProvider {

    /** The word that chooses this back end in {@code weir.backend}, such as {@code redis}. */
    String name();

    /**
     * Opens the back end.
     *
     * @throws IllegalArgumentException if a setting is wrong; the message begins with its name, and says its value, if that is no secret, and
     *     the fix
     */
    Backend open(BackendContext context);
}
