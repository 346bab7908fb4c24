package dev.weir.servlet;

import dev.weir.annotation.RateLimited;
import dev.weir.http.DeploymentException;
import dev.weir.http.Endpoint;
import dev.weir.http.Endpoints.Finding;
import dev.weir.http.Setting;
import dev.weir.http.Weir;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoint of the servlet that a request is for: by the servlet that the container has matched, never by the URI.
 * Annotations are read once per servlet; a request costs one look-up.
 */
final class ServletEndpoints {

    /** Servlets in which JAX-RS implementations run; Weir's feature in them finds the resource methods' own limits. */
    private static final Set<String> KNOWN_JAXRS_SERVLETS = Set.of(
            "org.glassfish.jersey.servlet.ServletContainer",
            "org.jboss.resteasy.plugins.server.servlet.HttpServletDispatcher",
            "org.jboss.resteasy.plugins.server.servlet.HttpServlet30Dispatcher",
            "org.apache.cxf.jaxrs.servlet.CXFNonSpringJaxrsServlet",
            "org.apache.cxf.transport.servlet.CXFNonSpringServlet",
            "org.apache.cxf.transport.servlet.CXFServlet");

    private static final Logger LOGGER = System.getLogger("dev.weir");

    /** The context attribute under which the feature finds the set to leave its mark in. */
    private static final String MARKS_ATTRIBUTE = "dev.weir.jaxrs-servlets";

    private final Weir weir;
    private final ServletContext context;
    private final @Nullable Endpoint defaults;
    private final boolean defaultsCoverJaxrs;
    private final Set<String> jaxrsServlets = new HashSet<>(KNOWN_JAXRS_SERVLETS);
    private final Set<String> malformedServlets = ConcurrentHashMap.newKeySet();
    /** Names of servlets that Weir's feature has found itself in. */
    private final Set<String> markedByFeature = ConcurrentHashMap.newKeySet();

    private final Map<String, Target> byServletName = new ConcurrentHashMap<>();
    private final Target unnamed;

    /**
     * What a servlet is limited by.
     *
     * @param endpoint its limits, or null if it has none
     * @param malformed whether it is not to be served, since its limits are malformed
     * @param mayBeLifted whether the limits are the default ones, which are not for servlets in which Weir's feature runs
     */
    record Target(@Nullable Endpoint endpoint, boolean malformed, boolean mayBeLifted) {
        private static final Target FREE = new Target(null, false, false);
        private static final Target MALFORMED = new Target(null, true, false);
    }

    ServletEndpoints(Weir weir, ServletContext context) {
        this.weir = weir;
        this.context = context;
        this.defaults = weir.endpoints().defaults();
        this.defaultsCoverJaxrs = weir.settings().isTrue(Setting.JAXRS_DEFAULT);
        this.unnamed = defaults == null ? Target.FREE : new Target(defaults, false, false);
        Arrays.stream(weir.settings().get(Setting.JAXRS_SERVLETS).split(","))
                .map(String::trim)
                .forEach(jaxrsServlets::add);
        context.setAttribute(MARKS_ATTRIBUTE, markedByFeature);
    }

    /**
     * Reads the annotations of all servlets that are registered so far.
     *
     * @throws DeploymentException with everything that is wrong with them
     */
    static void readAll(Weir weir, ServletContext context) {
        List<String> problems = new ArrayList<>();
        for (ServletRegistration servlet : context.getServletRegistrations().values()) {
            Class<?> type = load(context, servlet.getClassName());
            if (type != null) {
                reportForeign(type, problems);
            }
            if (type != null && weir.endpoints().ofClass(type) instanceof Finding.Malformed malformed) {
                problems.addAll(malformed.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new DeploymentException(problems);
        }
    }

    /* Of the server's copy of Weir, if this is the application's, or the other way round: to us it would mean nothing. */
    private static void reportForeign(Class<?> servlet, List<String> problems) {
        for (Annotation annotation : servlet.getAnnotations()) {
            Class<?> type = annotation.annotationType();
            boolean isOurs = type == RateLimited.class || type == RateLimited.List.class;
            if (!isOurs && type.getName().startsWith(RateLimited.class.getName())) {
                problems.add(Weir.isHereTwice(type, RateLimited.class));
            }
        }
    }

    /** What the servlet that {@code request} is for is limited by. */
    Target of(HttpServletRequest request) {
        String name = request.getHttpServletMapping().getServletName();
        if (name == null) { // Liberty, for a path that no servlet matches
            return unnamed;
        }
        Target known = byServletName.get(name);
        if (known == null) {
            known = find(name);
            if (context.getServletRegistration(name)
                    != null) { // else a name that the container made up: do not keep it
                byServletName.put(name, known);
            }
        }
        // A mark lifts the default limits, never those of an annotation.
        return known.mayBeLifted && markedByFeature.contains(name) ? Target.FREE : known;
    }

    private Target find(String servletName) {
        ServletRegistration servlet = context.getServletRegistration(servletName);
        String className = servlet == null ? null : servlet.getClassName();
        Class<?> type = load(context, className);
        if (runsJaxrs(className, type)) {
            return defaultsCoverJaxrs ? byDefault() : Target.FREE;
        }
        Finding finding =
                type == null ? new Finding.Unmarked() : weir.endpoints().ofClass(type);
        if (finding instanceof Finding.Limited limited) {
            return new Target(limited.endpoint(), false, false);
        }
        if (finding instanceof Finding.Malformed malformed) { // registered after the filter was initialised
            if (malformedServlets.add(servletName)) {
                LOGGER.log(
                        Level.ERROR,
                        "Servlet {0} answers 503 until its limits are mended: {1}",
                        servletName,
                        String.join(" ", malformed.problems()));
            }
            return Target.MALFORMED;
        }
        return finding instanceof Finding.Exempt ? Target.FREE : byDefault();
    }

    private Target byDefault() {
        return defaults == null ? Target.FREE : new Target(defaults, false, !defaultsCoverJaxrs);
    }

    /* Known by the class of the servlet, or by one that it extends. */
    private boolean runsJaxrs(@Nullable String className, @Nullable Class<?> type) {
        boolean known = className != null && jaxrsServlets.contains(className);
        for (Class<?> c = type; c != null && !known; c = c.getSuperclass()) {
            known = jaxrsServlets.contains(c.getName());
        }
        return known;
    }

    /* By the application's loader; embedded contexts may have none of their own. */
    static @Nullable Class<?> load(ServletContext context, @Nullable String className) {
        if (className == null) {
            return null;
        }
        ClassLoader[] loaders = {
            context.getClassLoader(),
            Thread.currentThread().getContextClassLoader(),
            ServletEndpoints.class.getClassLoader()
        };
        for (ClassLoader loader : loaders) {
            try {
                return Class.forName(className, false, loader);
            } catch (ClassNotFoundException | LinkageError e) {
                // the next one may know it; a class that nobody can load is a servlet that cannot run
            }
        }
        return null;
    }
}
