package dev.weir.jaxrs;

import dev.weir.http.ResponseView;
import dev.weir.http.Weir;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A servlet container, reached through what the JAX-RS implementation injects. The injected objects are proxies that work
 * during a request at most; one that does not work means that there is no container to be reached.
 */
final class ServletSurroundings implements Surroundings {

    /** The context attribute under which the servlet filter publishes its Weir. */
    private static final String WEIR_ATTRIBUTE = "dev.weir.http.Weir";
    /** The context attribute that holds the filter's set of names of servlets in which this feature runs. */
    private static final String MARKS_ATTRIBUTE = "dev.weir.jaxrs-servlets";

    private final Supplier<@Nullable HttpServletRequest> request;
    private final Supplier<@Nullable HttpServletResponse> response;
    private final Supplier<@Nullable ServletContext> context;
    private final @Nullable JerseyReferences references;

    ServletSurroundings(
            Supplier<@Nullable HttpServletRequest> request,
            Supplier<@Nullable HttpServletResponse> response,
            Supplier<@Nullable ServletContext> context,
            @Nullable JerseyReferences references) {
        this.request = request;
        this.response = response;
        this.context = context;
        this.references = references;
    }

    @Override
    public Surroundings ofRequest() {
        HttpServletRequest its = references == null ? null : references.request();
        HttpServletResponse answer = references == null || its == null ? null : references.response();
        return its == null || answer == null ? this : new ServletRequestSurroundings(this, its, answer);
    }

    @Override
    public @Nullable String peerAddress() {
        return ask(request, HttpServletRequest::getRemoteAddr);
    }

    @Override
    public @Nullable ResponseView response() {
        // Asked for something, since a proxy without a request behind it is not null.
        Boolean usable = ask(response, r -> !r.isCommitted());
        HttpServletResponse target = response.get();
        if (usable == null || !usable || target == null) {
            return null;
        }
        return new Written(target);
    }

    @Override
    public void seeAgain(ResponseView written) {
        HttpServletResponse target = response.get();
        if (written instanceof Written view && target != null) {
            view.target = target;
        }
    }

    private static final class Written implements ResponseView {
        /* Often a proxy that finds the response by the thread. */
        private HttpServletResponse target;

        Written(HttpServletResponse target) {
            this.target = target;
        }

        @Override
        public void set(String name, String value) {
            target.setHeader(name, value);
        }

        @Override
        public void add(String name, String value) {
            target.addHeader(name, value);
        }

        @Override
        public boolean has(String name, String line) {
            return target.getHeaders(name).contains(line);
        }

        @Override
        public void remove(String name) {
            target.setHeader(name, null);
        }
    }

    @Override
    public boolean isInRequest() {
        return ask(request, HttpServletRequest::getMethod) != null;
    }

    @Override
    public boolean isErrorDispatch() {
        return ask(request, HttpServletRequest::getDispatcherType) == DispatcherType.ERROR;
    }

    @Override
    @SuppressWarnings("unchecked") // the filter's set of names
    public void markServlet() {
        String name = ask(request, ServletSurroundings::servletToMark);
        Set<String> marked =
                (Set<String>) ask(request, r -> r.getServletContext().getAttribute(MARKS_ATTRIBUTE));
        if (name != null && marked != null) {
            marked.add(name);
        }
    }

    /* Not in an include, which keeps the mapping of the servlet that includes; and not the default servlet, which may only be
     * what lies behind a JAX-RS implementation that runs as a filter. */
    private static @Nullable String servletToMark(HttpServletRequest request) {
        HttpServletMapping mapping = request.getHttpServletMapping();
        boolean ownServlet = (request.getDispatcherType() == DispatcherType.REQUEST || cameBack(request, mapping))
                && mapping.getMappingMatch() != MappingMatch.DEFAULT;
        return ownServlet ? mapping.getServletName() : null;
    }

    /* To the servlet that it was for, after the filter has freed the container's thread. */
    private static boolean cameBack(HttpServletRequest request, HttpServletMapping mapping) {
        return request.getDispatcherType() == DispatcherType.ASYNC
                && (!(request.getAttribute(AsyncContext.ASYNC_MAPPING) instanceof HttpServletMapping first)
                        || Objects.equals(first.getServletName(), mapping.getServletName()));
    }

    @Override
    public @Nullable Weir weirOfFilter() {
        return Weir.published(ask(context, c -> c.getAttribute(WEIR_ATTRIBUTE)));
    }

    @Override
    public boolean isFilterOfAnotherCopy() {
        Object published = ask(context, c -> c.getAttribute(WEIR_ATTRIBUTE));
        return published != null && !(published instanceof Weir);
    }

    @Override
    @SuppressWarnings("unchecked") // the initialiser's list
    public void closeInTheEnd(Weir weir) {
        if (ask(context, c -> c.getAttribute(FeatureInitializer.CLOSED_IN_THE_END)) instanceof List<?> closed) {
            ((List<AutoCloseable>) closed).add(weir);
        }
    }

    @Override
    public boolean hasFilterOfAnother(Weir own) {
        Object found = ask(context, c -> c.getAttribute(WEIR_ATTRIBUTE));
        return found != null && found != own;
    }

    @Override
    public Map<String, String> initParameters() {
        Map<String, String> parameters = ask(context, c -> {
            Map<String, String> found = new LinkedHashMap<>();
            c.getInitParameterNames().asIterator().forEachRemaining(name -> found.put(name, c.getInitParameter(name)));
            return found;
        });
        return parameters == null ? Map.of() : parameters;
    }

    private static <T, R> @Nullable R ask(Supplier<@Nullable T> source, Function<T, @Nullable R> question) {
        try {
            T target = source.get();
            return target == null ? null : question.apply(target);
        } catch (RuntimeException notInARequest) {
            return null;
        }
    }
}
