package dev.weir.jaxrs;

import dev.weir.http.DeploymentException;
import dev.weir.http.Endpoint;
import dev.weir.http.Endpoints.Finding;
import dev.weir.http.Point;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts filters on the methods that carry a limit, and on no others. */
sealed class LimitBinder implements DynamicFeature permits ServletLimitBinder {

    static final int BEFORE_AUTHENTICATION = Priorities.AUTHENTICATION - 100;
    static final int AFTER_AUTHENTICATION = Priorities.AUTHORIZATION - 100;
    /** Response filters run from the highest number down: this one is the last, when the application has had its say. */
    static final int FIELDS = 0;

    private static final Logger LOGGER = System.getLogger("dev.weir");

    private final boolean binds;
    private @Nullable Weir weir;

    /** A binder that binds filters. */
    LimitBinder() {
        this(true);
    }

    /** A binder that only checks the resources, if {@code binds} is false. */
    LimitBinder(boolean binds) {
        this.binds = binds;
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Class<?> type = resource.getResourceClass();
        Method method = resource.getResourceMethod();
        if (type == null || method == null) {
            return; // a handler of the implementation's own
        }
        Weir used = weir(context.getConfiguration());
        LimitedMethod limited = new LimitedMethod(type, method);
        Finding finding = limited.finding(used);
        if (finding instanceof Finding.Malformed malformed) {
            refuseToDeploy(malformed, type, context);
        } else if (binds && finding instanceof Finding.Limited found) {
            bind(limited, found.endpoint(), context);
        }
    }

    private void bind(LimitedMethod method, Endpoint endpoint, FeatureContext context) {
        if (endpoint.hasLimitsAt(Point.BEFORE_AUTHENTICATION)) {
            context.register(new LimitFilter.BeforeAuthentication(this, method), BEFORE_AUTHENTICATION);
        }
        if (endpoint.hasLimitsAt(Point.AFTER_AUTHENTICATION)) {
            context.register(new LimitFilter.AfterAuthentication(this, method), AFTER_AUTHENTICATION);
        }
        context.register(new FieldsFilter(surroundings()), FIELDS);
    }

    /**
     * A mistake in a resource stops the deployment, together with those in all other resources that are known. One in a class
     * that only a locator returns comes to light at its first use, too late for that: its methods answer 503.
     */
    private void refuseToDeploy(Finding.Malformed malformed, Class<?> type, FeatureContext context) {
        if (LimitedMethod.isRoot(type)) {
            Set<String> problems = new LinkedHashSet<>(malformed.problems());
            Set<Class<?>> resources = new LinkedHashSet<>(List.of(type));
            resources.addAll(context.getConfiguration().getClasses());
            context.getConfiguration().getInstances().forEach(instance -> resources.add(instance.getClass()));
            resources.stream().filter(LimitedMethod::isRoot).forEach(resource -> collect(resource, problems));
            throw new DeploymentException(List.copyOf(problems));
        }
        LOGGER.log(
                Level.ERROR,
                "The methods of {0} answer 503 until its limits are mended: {1}",
                type.getName(),
                String.join(" ", malformed.problems()));
        context.register(new UnavailableFilter(), BEFORE_AUTHENTICATION);
    }

    private void collect(Class<?> resource, Set<String> problems) {
        for (Method method : resource.getMethods()) {
            Finding finding = new LimitedMethod(resource, method).finding(weir());
            if (method.getDeclaringClass() != Object.class && finding instanceof Finding.Malformed malformed) {
                problems.addAll(malformed.problems());
            }
        }
    }

    /** The Weir that methods were bound with. */
    Weir weir() {
        return Objects.requireNonNull(weir, "configure has not been called");
    }

    Surroundings surroundings() {
        return Surroundings.NONE;
    }

    /** Given by code, or else that of the filter in front, or else made of settings; the same for all methods. */
    private Weir weir(Configuration configuration) {
        Weir found = weir;
        if (found == null) {
            found = configuration.getProperty(RateLimitFeature.WEIR_PROPERTY) instanceof Weir given
                    ? given
                    : surroundings().weirOfFilter();
            if (found == null) {
                found = Weir.builder().settings(settings(configuration)).build();
            }
            weir = found;
        }
        return found;
    }

    private Settings settings(Configuration configuration) {
        Map<String, String> properties = new LinkedHashMap<>();
        configuration.getProperties().forEach((name, value) -> properties.put(name, String.valueOf(value)));
        return Settings.ofSystem()
                .after("context-param", surroundings().initParameters())
                .after("property", properties);
    }
}
