package dev.weir.jaxrs;

import dev.weir.http.Endpoints.Finding;
import dev.weir.http.Weir;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A resource method and what is known of its limits. Those are looked up at deployment in the feature's own Weir; should a
 * filter in front turn out to have another one, once more in that, and then kept.
 */
final class LimitedMethod {

    private final Class<?> type;
    private final Method method;
    private volatile @Nullable Known known;

    private record Known(Weir weir, Finding finding) {}

    LimitedMethod(Class<?> type, Method method) {
        this.type = type;
        this.method = method;
    }

    Class<?> type() {
        return type;
    }

    Finding finding(Weir weir) {
        Known current = known;
        if (current == null || current.weir != weir) {
            String path = path(type);
            Finding finding = weir.endpoints().ofMethod(type, method, path, path + "-" + path(method) + verb(method));
            current = new Known(weir, finding);
            known = current;
        }
        return current.finding;
    }

    /** Whether {@code type} is a resource that requests reach by its own path, not through a locator. */
    static boolean isRoot(Class<?> type) {
        return findPath(type) != null;
    }

    private static String path(Class<?> type) {
        Path path = findPath(type);
        return path == null ? type.getSimpleName() : path.value();
    }

    private static @Nullable Path findPath(Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            Path path = c.getAnnotation(Path.class);
            if (path != null) {
                return path;
            }
            for (Class<?> i : c.getInterfaces()) {
                if (i.isAnnotationPresent(Path.class)) {
                    return i.getAnnotation(Path.class);
                }
            }
        }
        return null;
    }

    private static String path(Method method) {
        Path path = method.getAnnotation(Path.class);
        return path == null ? "" : path.value();
    }

    /* GET goes without saying, and shares its limits with HEAD. */
    private static String verb(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null && !verb.value().equals(HttpMethod.GET)) {
                return "-" + verb.value().toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }
}
