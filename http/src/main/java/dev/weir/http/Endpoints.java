package dev.weir.http;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of an application, each registered once by its class or method. Front ends register them at deployment and
 * keep the handles. Safe for use by many threads.
 */
public final class Endpoints {

    private final EndpointReader reader;
    private final Settings settings;
    private final Map<Object, Finding> findings = new ConcurrentHashMap<>();

    /** What is known about a class or a method: an endpoint, that it is exempt, nothing, or that it is wrong. */
    public sealed interface Finding {
        /** It is limited. */
        record Limited(Endpoint endpoint) implements Finding {}

        /** It carries an exemption. */
        record Exempt() implements Finding {}

        /** It carries no annotation of Weir's. */
        record Unmarked() implements Finding {}

        /** Its annotations are malformed: what is wrong with them. */
        record Malformed(List<String> problems) implements Finding {}
    }

    private record MethodOf(Class<?> type, Method method) {}

    Endpoints(EndpointReader reader, Settings settings) {
        this.reader = reader;
        this.settings = settings;
    }

    /** What the annotations of a servlet class say. */
    public Finding ofClass(Class<?> type) {
        return find(type, type.getName(), type.getName(), () -> {
            rejectMarkedMethods(type);
            return AnnotatedLimits.of(type);
        });
    }

    /* They would mean nothing, and the servlet would go without the limit that was meant. */
    private static void rejectMarkedMethods(Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            for (Method method : c.getDeclaredMethods()) {
                boolean limits = method.getAnnotationsByType(RateLimited.class).length > 0;
                if (limits || method.isAnnotationPresent(RateLimitExempt.class)) {
                    throw new IllegalArgumentException((limits ? "@RateLimited" : "@RateLimitExempt") + " on "
                            + c.getName() + "." + method.getName()
                            + ": a servlet is limited as a whole. Move it to the class.");
                }
            }
        }
    }

    /**
     * What the annotations of a resource method, or else of its class, say. The limits of a class are one endpoint, the same
     * for all of its methods.
     *
     * @param classLabel what unnamed limits of the class are named after, such as its path
     * @param methodLabel the same for the method
     */
    public Finding ofMethod(Class<?> type, Method method, String classLabel, String methodLabel) {
        Finding known = findings.get(new MethodOf(type, method));
        if (known != null) {
            return known;
        }
        AnnotatedLimits found;
        try {
            found = AnnotatedLimits.of(method, type);
        } catch (IllegalArgumentException e) {
            return remember(new MethodOf(type, method), new Finding.Malformed(List.of(String.valueOf(e.getMessage()))));
        }
        Finding finding = found.fromMethod()
                ? find(new MethodOf(type, method), originOf(type, method), methodLabel, () -> found)
                : find(type, type.getName(), classLabel, () -> found);
        return remember(new MethodOf(type, method), finding);
    }

    /**
     * The endpoint of the default limits, or null if there are none.
     *
     * @throws DeploymentException if the setting is malformed
     */
    public @Nullable Endpoint defaults() {
        String text = settings.get(Setting.DEFAULT_LIMITS);
        if (text.isEmpty()) {
            return null;
        }
        List<String> problems = new ArrayList<>();
        Endpoint endpoint = settings.parse(Setting.DEFAULT_LIMITS, t -> reader.defaults(LimitText.parse(t)), problems);
        if (endpoint == null) {
            throw new DeploymentException(problems);
        }
        return endpoint;
    }

    private interface Lookup {
        AnnotatedLimits run();
    }

    private Finding find(Object key, String origin, String label, Lookup lookup) {
        Finding known = findings.get(key);
        return known == null ? remember(key, read(origin, label, lookup)) : known;
    }

    private Finding remember(Object key, Finding finding) {
        Finding other = findings.putIfAbsent(key, finding);
        return other == null ? finding : other;
    }

    /* One at a time: names are handed out in order, and two threads must not register one endpoint twice. */
    private synchronized Finding read(String origin, String label, Lookup lookup) {
        List<String> problems = new ArrayList<>();
        try {
            AnnotatedLimits found = lookup.run();
            if (found.exempt()) {
                return new Finding.Exempt();
            }
            if (found.isEmpty()) {
                return new Finding.Unmarked();
            }
            Endpoint endpoint = reader.read(found.limits(), found.place(), origin, label, problems);
            return endpoint == null ? new Finding.Malformed(List.copyOf(problems)) : new Finding.Limited(endpoint);
        } catch (IllegalArgumentException e) {
            return new Finding.Malformed(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static String originOf(Class<?> type, Method method) {
        StringBuilder origin = new StringBuilder(type.getName())
                .append('.')
                .append(method.getName())
                .append('(');
        for (Class<?> parameter : method.getParameterTypes()) {
            origin.append(parameter.getTypeName()).append(',');
        }
        return origin.append(')').toString();
    }
}
