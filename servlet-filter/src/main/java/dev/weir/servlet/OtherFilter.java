package dev.weir.servlet;

import jakarta.servlet.FilterRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A filter of somebody else's, as the container has it registered.
 *
 * @param name its name there
 * @param kind what it is for, as far as the names tell
 * @param paths what it is mapped to
 * @param servlets the names of the servlets that it is mapped to
 */
record OtherFilter(String name, String className, Kind kind, Collection<String> paths, Collection<String> servlets) {

    /** What a filter is for. */
    enum Kind {
        CORS(".*(cors|crossorigin).*"),
        AUTHENTICATION(".*(authenticat|keycloak|shiro|oidc|springsecurity).*"),
        ANY(".*");

        private final String names;

        Kind(String names) {
            this.names = names;
        }

        /* One that only stands for another, of whatever class, is told by its name: Spring's, and Spring Boot's nameless one. */
        private static Kind of(String name, String className) {
            String simpleName =
                    className.substring(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
            String word = (className.contains("DelegatingFilterProxy") ? name : simpleName).toLowerCase(Locale.ROOT);
            return Arrays.stream(values())
                    .filter(kind -> word.matches(kind.names))
                    .findFirst()
                    .orElse(ANY);
        }
    }

    /** That of {@code filter}, or null if that is Weir's, or tells no class. */
    static @Nullable OtherFilter of(FilterRegistration filter) {
        String className = filter.getClassName();
        if (className == null || RateLimitFilter.isOurs(className)) {
            return null;
        }
        return new OtherFilter(
                filter.getName(),
                className,
                Kind.of(filter.getName(), className),
                filter.getUrlPatternMappings(),
                filter.getServletNameMappings());
    }

    /** Whether it is mapped to what {@code request} is for. */
    boolean isFor(HttpServletRequest request) {
        String path = ExemptPaths.pathOf(request);
        String servlet = request.getHttpServletMapping().getServletName();
        return paths.stream().anyMatch(pattern -> matches(pattern, path))
                || servlets.contains("*")
                || (servlet != null && servlets.contains(servlet));
    }

    /* Servlet 6.0, section 12.2. */
    private static boolean matches(String pattern, String path) {
        if (pattern.endsWith("/*")) {
            String tree = pattern.substring(0, pattern.length() - 2);
            return path.startsWith(tree) && (path.length() == tree.length() || path.charAt(tree.length()) == '/');
        }
        return pattern.startsWith("*.") ? path.endsWith(pattern.substring(1)) : pattern.equals(path);
    }

    /** As a message has it. */
    @Override
    public String toString() {
        return "\"" + name + "\" (" + className + ")";
    }
}
