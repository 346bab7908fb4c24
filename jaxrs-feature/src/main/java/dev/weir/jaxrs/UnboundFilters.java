package dev.weir.jaxrs;

import dev.weir.http.Point;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Filters for every method, for CXF: it binds none to the methods of sub-resources, and lets only filters, not features,
 * see the servlet request. Methods without a limit pay for a look-up here.
 */
abstract sealed class UnboundFilters {

    private final LimitBinder binder;
    private final Map<Target, LimitedMethod> methods = new ConcurrentHashMap<>();

    @Context
    private @Nullable ResourceInfo resource;

    @Context
    private @Nullable HttpServletRequest request;

    @Context
    private @Nullable HttpServletResponse response;

    private final Surroundings surroundings = new ServletSurroundings(
            () -> request, () -> response, () -> request == null ? null : request.getServletContext(), null);

    /* A method may be inherited by several classes, each with limits of its own. */
    private record Target(Class<?> type, Method method) {}

    private UnboundFilters(LimitBinder binder) {
        this.binder = binder;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    static void register(FeatureContext context, LimitBinder binder) {
        context.register(binder);
        context.register(new BeforeAuthentication(binder), LimitBinder.BEFORE_AUTHENTICATION);
        context.register(new AfterAuthentication(binder), LimitBinder.AFTER_AUTHENTICATION);
        context.register(new Fields(binder), LimitBinder.FIELDS);
    }

    boolean isOff() {
        return binder.isOff();
    }

    void judge(ContainerRequestContext context, Point point) {
        if (isOff()) {
            return;
        }
        Class<?> type = resource == null ? null : resource.getResourceClass();
        Method method = resource == null ? null : resource.getResourceMethod();
        if (type != null && method != null) {
            LimitedMethod limited =
                    methods.computeIfAbsent(new Target(type, method), t -> new LimitedMethod(type, method));
            LimitFilter.judge(context, binder, binder.weir(surroundings), surroundings, limited, point);
        }
    }

    static final class BeforeAuthentication extends UnboundFilters implements ContainerRequestFilter {
        private BeforeAuthentication(LimitBinder binder) {
            super(binder);
        }

        @Override
        public void filter(ContainerRequestContext context) {
            judge(context, Point.BEFORE_AUTHENTICATION);
        }
    }

    static final class AfterAuthentication extends UnboundFilters implements ContainerRequestFilter {
        private AfterAuthentication(LimitBinder binder) {
            super(binder);
        }

        @Override
        public void filter(ContainerRequestContext context) {
            judge(context, Point.AFTER_AUTHENTICATION);
        }
    }

    static final class Fields extends UnboundFilters implements ContainerResponseFilter {
        private final FieldsFilter fields;

        private Fields(LimitBinder binder) {
            super(binder);
            this.fields = new FieldsFilter(surroundings());
        }

        @Override
        public void filter(ContainerRequestContext context, ContainerResponseContext response) {
            if (!isOff()) {
                fields.filter(context, response);
            }
        }
    }
}
