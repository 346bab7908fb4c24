package dev.weir.servlet;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The classes on the stack of a request: each filter that runs before ours is among them, since it has called the chain that led here. No
 * container tells the order of filters (the registrations of Jetty, Tomcat and Undertow come from a hash table), but the stack does.
 */
record Callers(Set<String> classNames) {

    static Callers ofThisRequest() {
        Set<String> names = new HashSet<>();
        StackWalker.getInstance().forEach(frame -> names.add(frame.getClassName()));
        return new Callers(names);
    }

    /**
     * Whether a filter has been called on the way here: by the class whose {@code doFilter} it has, which may be one that it extends. In
     * doubt it has.
     *
     * @param type its class, or null if that cannot be loaded
     */
    boolean include(@Nullable Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            if (classNames.contains(c.getName())) {
                return true;
            }
            try {
                if (Arrays.stream(c.getDeclaredMethods())
                        .map(Method::getName)
                        .anyMatch(n -> n.startsWith("doFilter"))) {
                    return false;
                }
            } catch (LinkageError e) {
                return true; // something that it mentions is missing
            }
        }
        return true;
    }
}
