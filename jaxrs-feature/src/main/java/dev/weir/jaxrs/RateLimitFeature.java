package dev.weir.jaxrs;

import dev.weir.http.Weir;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits resource methods that carry {@link dev.weir.annotation.RateLimited}, by themselves or through their class; methods
 * without a limit get no filter and pay nothing. It comes by itself ({@link AutoRateLimitFeature}); register it like any other feature
 * to give it a {@link Weir}, or where that is switched off.
 *
 * <pre>{@code
 * public class Api extends Application {
 *     public Set<Class<?>> getClasses() {
 *         return Set.of(SearchResource.class, RateLimitFeature.class);
 *     }
 * }
 * }</pre>
 *
 * <p>Limits by address are judged before authentication ({@code Priorities.AUTHENTICATION - 100}), all others after it and
 * before authorisation ({@code Priorities.AUTHORIZATION - 100}). What the first has charged stays charged if the second
 * refuses.
 *
 * <p>Behind Weir's servlet filter it works with the filter's settings. Otherwise it reads the application's properties that
 * begin with {@code weir.}, then the servlet context's init parameters, and what {@link dev.weir.http.Settings#ofSystem} finds. Where there
 * is no servlet container, an earlier filter supplies the peer's address as the request property
 * {@link #PEER_ADDRESS_PROPERTY}.
 *
 * <p>CXF shows a servlet context during requests only: there, init parameters are not read, and annotations are checked at
 * deployment without the settings of a filter in front. Give both one {@link Weir} by code if that matters.
 *
 * <p>Malformed annotations and settings stop the deployment.
 */
public final class RateLimitFeature implements Feature {

    /** The request property from which the peer's address is read, ahead of the servlet container's. */
    public static final String PEER_ADDRESS_PROPERTY = "dev.weir.peer-address";

    private final @Nullable Weir given;

    @Context
    private @Nullable Application application;

    /** A feature that is configured by settings. */
    public RateLimitFeature() {
        this.given = null;
    }

    /** A feature that works by {@code weir}, which whoever made it closes. */
    public RateLimitFeature(Weir weir) {
        this.given = Objects.requireNonNull(weir, "weir is null");
    }

    @Override
    public boolean configure(FeatureContext context) {
        context.property(LimitBinder.BY_HAND, given == null ? RateLimitFeature.class : given);
        register(context, given, application, true);
        return true;
    }

    /** Registers what limits: once, whether somebody has registered this feature or it comes by itself. */
    static void register(
            FeatureContext context, @Nullable Weir given, @Nullable Application application, boolean byHand) {
        // Instances: RESTEasy makes objects of public classes only, and CXF hands no property on to a binder.
        if (context.getClass().getName().startsWith("org.apache.cxf.")) {
            LimitBinder binder = LimitBinder.checking(given, application, byHand);
            UnboundFilters.register(context, binder);
            if (byHand) {
                CxfServerInTheMaking.stepBack();
            } else {
                CxfServerInTheMaking.begin(binder);
            }
        } else if (isPresent("jakarta.servlet.http.HttpServletRequest")) {
            if (!context.getConfiguration().isRegistered(ServletFeature.class)) {
                context.register(new ServletFeature(given, application));
            }
        } else if (!context.getConfiguration().isRegistered(LimitBinder.class)) {
            context.register(new LimitBinder(given, application, Surroundings.NONE));
        }
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className, false, RateLimitFeature.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
