package dev.weir.jaxrs;

import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;

/** The application of a {@link JaxrsServer}, made by the implementation while the server starts in the same thread. */
public final class TestApplication extends Application {

    static final ThreadLocal<Content> NEXT = new ThreadLocal<>();

    private final Content content = NEXT.get();

    record Content(Set<Class<?>> classes, Set<Object> singletons, Map<String, Object> properties) {}

    @Override
    public Set<Class<?>> getClasses() {
        return content.classes();
    }

    @Override
    @SuppressWarnings("deprecation") // still the way to hand over an object that a test keeps
    public Set<Object> getSingletons() {
        return content.singletons();
    }

    @Override
    public Map<String, Object> getProperties() {
        return content.properties();
    }
}
