package dev.weir.jaxrs;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import dev.weir.http.Endpoints.Finding;
import dev.weir.http.Weir;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
        for (Method each : withOverridden(method)) {
            Path path = each.getAnnotation(Path.class);
            if (path != null) {
                return path.value();
            }
        }
        return "";
    }

    /* GET goes without saying, and shares its limits with HEAD. */
    private static String verb(Method method) {
        for (Method each : withOverridden(method)) {
            String verb = httpMethod(each);
            if (verb != null) {
                return verb.equals(HttpMethod.GET) ? "" : "-" + verb.toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    private static @Nullable String httpMethod(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                return verb.value();
            }
        }
        return null;
    }

    /** A method and those of the same signature in supertypes, where its JAX-RS annotations may stand. */
    private static List<Method> withOverridden(Method method) {
        List<Method> methods = new ArrayList<>(List.of(method));
        Deque<Class<?>> types = new ArrayDeque<>(List.of(method.getDeclaringClass()));
        while (!types.isEmpty()) {
            Class<?> type = types.remove();
            try {
                methods.add(type.getDeclaredMethod(method.getName(), method.getParameterTypes()));
            } catch (NoSuchMethodException notThere) {
                // nor does it have to be
            }
            if (type.getSuperclass() != null) {
                types.add(type.getSuperclass());
            }
            types.addAll(List.of(type.getInterfaces()));
        }
        return methods;
    }

    /** What is wrong with annotations of Weir's that stand where they mean nothing: on methods that only find sub-resources. */
    static List<String> misplaced(Class<?> resource) {
        List<String> problems = new ArrayList<>();
        for (Method method : resource.getMethods()) {
            List<Method> all = withOverridden(method);
            boolean locator = all.stream().anyMatch(each -> each.isAnnotationPresent(Path.class))
                    && all.stream().allMatch(each -> httpMethod(each) == null);
            boolean marked = method.getAnnotationsByType(RateLimited.class).length > 0
                    || method.isAnnotationPresent(RateLimitExempt.class);
            if (locator && marked) {
                problems.add("@RateLimited on " + resource.getName() + "." + method.getName()
                        + ": the method only finds a sub-resource, so nothing would be limited. Move it to the class that it"
                        + " returns, or to that class' methods.");
            }
        }
        return problems;
    }
}
