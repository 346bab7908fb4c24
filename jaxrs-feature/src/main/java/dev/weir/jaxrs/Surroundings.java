package dev.weir.jaxrs;

import dev.weir.http.ResponseView;
import dev.weir.http.Weir;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is around the JAX-RS application: nothing ({@link #NONE}), or a servlet container, whose types are named in
 * {@code ServletSurroundings} alone so that the feature loads without them.
 */
interface Surroundings {

    /** No servlet container, or none that can be reached. */
    Surroundings NONE = new Surroundings() {};

    /** The same for the current request alone, where its request and response can be had for less than by asking each time. */
    default Surroundings ofRequest() {
        return this;
    }

    /** The peer's address of the current request, or null. */
    default @Nullable String peerAddress() {
        return null;
    }

    /** The container's own response to the current request, which keeps fields even when the method throws; or null. */
    default @Nullable ResponseView response() {
        return null;
    }

    /** Tells {@code written}, which {@link #response} has returned, that another thread goes on with the response. */
    default void seeAgain(ResponseView written) {}

    /** Whether a request is being served by this thread, as far as can be seen. */
    default boolean isInRequest() {
        return false;
    }

    /** Whether the current request is being dispatched to an error page, which charges nobody. */
    default boolean isErrorDispatch() {
        return false;
    }

    /** Tells the filter in front that resource methods run in the current request's servlet, so its default limits are not for it. */
    default void markServlet() {}

    /** The Weir of the filter in front, or null. */
    default @Nullable Weir weirOfFilter() {
        return null;
    }

    /** Whether there is a filter in front that works by another Weir than {@code own}. */
    default boolean hasFilterOfAnother(Weir own) {
        return false;
    }

    /** Whether the filter in front is of another copy of Weir, the application's if this is the server's. */
    default boolean isFilterOfAnotherCopy() {
        return false;
    }

    /** Has {@code weir} closed when the application ends, where somebody sees to that: else it ends when it is collected. */
    default void closeInTheEnd(Weir weir) {}

    /** The container's own configuration, by name. */
    default Map<String, String> initParameters() {
        return Map.of();
    }
}
