package dev.weir.servlet;

import dev.weir.http.Check;
import dev.weir.http.DeploymentException;
import dev.weir.http.Endpoint;
import dev.weir.http.Exchange;
import dev.weir.http.Point;
import dev.weir.http.Refusal;
import dev.weir.http.Setting;
import dev.weir.http.Settings;
import dev.weir.http.WaitMode;
import dev.weir.http.Weir;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits servlets: by {@link dev.weir.annotation.RateLimited} on the servlet's class, or else by the default limits of
 * {@code weir.default-limits}. {@link RateLimitInitializer} registers it by itself; by hand it is registered in {@code web.xml}, with
 * settings as init-params, or in code.
 *
 * <pre>{@code
 * <filter>
 *   <filter-name>weir</filter-name>
 *   <filter-class>dev.weir.servlet.RateLimitFilter</filter-class>
 *   <async-supported>true</async-supported>
 *   <init-param><param-name>weir.default-limits</param-name><param-value>100/1m</param-value></init-param>
 * </filter>
 * <filter-mapping><filter-name>weir</filter-name><url-pattern>/*</url-pattern></filter-mapping>
 * }</pre>
 *
 * <p>A request is charged once, when it arrives; forwards, includes, asynchronous and error dispatches of it pass. Fields
 * are written before the servlet runs, since it may commit the response; a refusal neither reads the body nor creates a
 * session.
 *
 * <p>Malformed annotations and settings stop the deployment: {@link #init} throws with all of them.
 */
public final class RateLimitFilter implements Filter {

    /** The context attribute under which an application's {@link Weir} is found, by the feature for one. */
    public static final String WEIR_ATTRIBUTE = "dev.weir.http.Weir";

    private final @Nullable Weir given;
    private final WaitingRequests waiting = new WaitingRequests();
    private @Nullable ServletContext context;
    private @Nullable Weir weir;
    private @Nullable ServletEndpoints endpoints;
    private @Nullable ExemptPaths exemptPaths;
    /* Null when they are over; several threads may see so a little later. */
    private @Nullable FirstRequests firstRequests;
    private boolean async;
    private boolean cacheGuard;

    /** A filter that is configured by init-params, context-params and what {@link Settings#ofSystem} finds. */
    public RateLimitFilter() {
        this.given = null;
    }

    /** A filter that works by {@code weir}, which whoever made it closes. */
    public RateLimitFilter(Weir weir) {
        this.given = Objects.requireNonNull(weir, "weir is null");
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
        ServletContext context = config.getServletContext();
        Settings settings = given == null
                ? settings(context)
                        .after(
                                "init-param",
                                values(config.getInitParameterNames().asIterator(), config::getInitParameter))
                : given.settings();
        List<String> problems = new ArrayList<>();
        attempt(() -> requireServlet6(context), problems);
        attempt(() -> Weir.published(context.getAttribute(WEIR_ATTRIBUTE)), problems);
        if (given != null) {
            config.getInitParameterNames().asIterator().forEachRemaining(name -> reportUseless(name, problems));
        }
        exemptPaths = attempt(() -> ExemptPaths.of(settings), problems);
        cacheGuard = Boolean.TRUE.equals(attempt(() -> settings.isTrue(Setting.CACHE_GUARD), problems));
        async = Boolean.TRUE.equals(attempt(() -> isAsync(settings, config), problems));
        Weir used =
                given == null ? attempt(() -> Weir.builder().settings(settings).build(), problems) : given;
        if (used != null) {
            endpoints = attempt(() -> new ServletEndpoints(used, context), problems);
            attempt(() -> ServletEndpoints.readAll(used, context), problems);
            weir = used;
        } else {
            attempt(() -> settings.isTrue(Setting.JAXRS_DEFAULT), problems); // which nobody has asked for yet
        }
        if (!problems.isEmpty()) {
            destroy();
            DeploymentException e = new DeploymentException(problems);
            throw new ServletException(e.getMessage(), e);
        }
        watch(Objects.requireNonNull(used), context);
        context.setAttribute(WEIR_ATTRIBUTE, used);
    }

    /** Containers of Jakarta EE 9 would load this, and not all that it relies on would hold. */
    static void requireServlet6(ServletContext context) {
        if (context.getMajorVersion() < 6) {
            throw new DeploymentException(List.of("it needs a container with Servlet 6.0 (Jakarta EE 10) or later, and "
                    + context.getServerInfo() + " has Servlet " + context.getMajorVersion() + "."
                    + context.getMinorVersion()));
        }
    }

    private void watch(Weir used, ServletContext context) {
        Object other = context.getAttribute(WEIR_ATTRIBUTE);
        if (other != null && other != used && other != context.getAttribute(AutoRateLimitFilter.WEIR_ATTRIBUTE)) {
            used.warn(
                    Check.TWO_WEIRS,
                    "Another filter of Weir's is in this application, and a request may be charged by both. Register one of them");
        }
        boolean writesFields = !used.settings().get(Setting.HEADER_STYLES).equals("none");
        firstRequests = new FirstRequests(used, async, writesFields);
        this.context = context;
    }

    /*
     * An asynchronous dispatch skips filters that are not mapped to it, and nothing tells whether one is: any might be. The
     * cache guard decides when the servlet has returned, and from a dispatch it does not return to us.
     */
    private boolean isAsync(Settings settings, FilterConfig config) {
        return switch (settings.get(Setting.ASYNC)) {
            case "true" -> true;
            case "false" -> false;
            case "auto" -> !cacheGuard && isOnlyFilter(config.getServletContext());
            default ->
                throw new DeploymentException(List.of(settings.place(Setting.ASYNC) + " = \""
                        + settings.get(Setting.ASYNC) + "\": write auto, true or false"));
        };
    }

    private static boolean isOnlyFilter(ServletContext context) {
        return context.getFilterRegistrations().values().stream().allMatch(filter -> isOurs(filter.getClassName()));
    }

    /** Whether a filter of this class is Weir's. */
    static boolean isOurs(@Nullable String className) {
        return RateLimitFilter.class.getName().equals(className)
                || AutoRateLimitFilter.class.getName().equals(className);
    }

    private static <T> @Nullable T attempt(Supplier<T> step, List<String> problems) {
        try {
            return step.get();
        } catch (DeploymentException e) {
            problems.addAll(e.problems());
            return null;
        }
    }

    private static void attempt(Runnable step, List<String> problems) {
        try {
            step.run();
        } catch (DeploymentException e) {
            problems.addAll(e.problems());
        }
    }

    /**
     * Settles what {@code request} took at an estimate, by what {@code answer} tells the {@link dev.weir.http.SettlingCostResolver}. For
     * servlets; the JAX-RS feature does it by itself. The fields, which are written before a servlet runs, tell of the estimate.
     *
     * @param answer what has become of it, as the resolver knows it
     */
    public static void settle(HttpServletRequest request, Object answer) {
        if (request.getAttribute(Exchange.ATTRIBUTE) instanceof Exchange exchange) {
            exchange.settle(answer);
        }
    }

    private static void reportUseless(String initParam, List<String> problems) {
        if (initParam.startsWith(Setting.PREFIX)) {
            problems.add("init-param " + initParam + " stands beside a Weir that code has made, which does not read it."
                    + " Give it to the settings of that Weir");
        }
    }

    @Override
    public void destroy() {
        waiting.endAll();
        if (context != null && weir != null && context.getAttribute(WEIR_ATTRIBUTE) == weir) {
            context.removeAttribute(WEIR_ATTRIBUTE);
        }
        if (given == null && weir != null) {
            weir.close();
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest http
                && response instanceof HttpServletResponse answer
                && request.getDispatcherType() == DispatcherType.REQUEST) {
            limit(http, answer, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void limit(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (endpoints == null) {
            throw new ServletException(
                    "Weir's filter has not been initialised. Have its init called by whoever holds it:"
                            + " with Spring's DelegatingFilterProxy, set targetFilterLifecycle to true");
        }
        ServletEndpoints.Target target = endpoints.of(request);
        if (target.malformed()) {
            refuse(Refusal.unavailable(), request, response);
            return;
        }
        Endpoint endpoint = target.endpoint();
        if (endpoint == null || Objects.requireNonNull(exemptPaths).contains(request)) {
            chain.doFilter(request, response);
            return;
        }
        FirstRequests first = firstRequests;
        if (first != null && !first.look(request, response, endpoint)) {
            firstRequests = null;
        }
        ServletPassage passage = new ServletPassage(request, response);
        if (Weir.isPreflight(passage)) {
            chain.doFilter(request, response);
        } else if (cacheGuard || !passage.judge(Objects.requireNonNull(weir), endpoint, Point.ONLY)) {
            exchange(passage, endpoint, request, response, chain);
        } else {
            passage.keep();
            passage.writeFields();
            if (passage.isAdmitted()) {
                chain.doFilter(request, response);
            } else {
                refuse(passage.refusal(), request, response);
            }
        }
    }

    private void exchange(
            ServletPassage passage,
            Endpoint endpoint,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        Exchange exchange = Objects.requireNonNull(weir).exchange(passage);
        boolean freesThread = async && request.isAsyncSupported();
        exchange.judge(endpoint, Point.ONLY, freesThread ? WaitMode.FREES_THREAD : WaitMode.HOLDS_THREAD);
        if (!exchange.isDone()) {
            if (freesThread) {
                waiting.add(exchange, request, response, cacheGuard);
                return;
            }
            exchange.await();
        }
        if (exchange.isAdmitted() && cacheGuard) {
            proceedGuarded(exchange, request, response, chain);
            return;
        }
        exchange.writeFields(passage);
        if (exchange.isAdmitted()) {
            chain.doFilter(request, response);
        } else {
            refuse(exchange.refusal(), request, response);
        }
    }

    private static void proceedGuarded(
            Exchange exchange, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        CacheGuard guard = new CacheGuard(response, exchange);
        try {
            chain.doFilter(request, guard);
        } finally {
            if (!request.isAsyncStarted()) { // else the answer is still to come, and is guarded when it does
                guard.decide(); // nothing was written, or an exception is on its way to the container
            }
        }
    }

    /* By setStatus, not sendError: that would start an error dispatch and might drop our fields. */
    static void refuse(Refusal refusal, HttpServletRequest request, HttpServletResponse response) {
        byte[] body = refusal.body();
        refusal.writeFields(new ServletResponseView(response));
        response.setStatus(refusal.status());
        response.setContentType(refusal.contentType());
        response.setContentLength(body.length);
        if (!request.getMethod().equals("HEAD")) {
            try {
                response.getOutputStream().write(body);
            } catch (IOException clientIsGone) {
                return; // and a line in the log for each would be its work
            }
        }
    }

    /** What holds in {@code context} where no init-param says otherwise. */
    static Settings settings(ServletContext context) {
        return Settings.ofSystem()
                .after(
                        "context-param",
                        values(context.getInitParameterNames().asIterator(), context::getInitParameter));
    }

    private static Map<String, String> values(Iterator<String> names, Function<String, String> lookup) {
        Map<String, String> values = new LinkedHashMap<>();
        names.forEachRemaining(name -> values.put(name, lookup.apply(name)));
        return Collections.unmodifiableMap(values);
    }
}
