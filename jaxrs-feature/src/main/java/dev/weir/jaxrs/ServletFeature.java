package dev.weir.jaxrs;

import dev.weir.http.Weir;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import org.jspecify.annotations.Nullable;

/**
 * The part of the feature for where servlet types can be loaded. A feature again, since features are what implementations
 * inject the servlet context into while they deploy. Without a servlet container behind them, nothing is injected.
 */
final class ServletFeature implements Feature {

    private final @Nullable Weir given;
    private final @Nullable Application application;

    @Context
    private @Nullable HttpServletRequest request;

    @Context
    private @Nullable HttpServletResponse response;

    @Context
    private @Nullable ServletContext context;

    ServletFeature(@Nullable Weir given, @Nullable Application application) {
        this.given = given;
        this.application = application;
    }

    @Override
    public boolean configure(FeatureContext features) {
        Surroundings around =
                new ServletSurroundings(() -> request, () -> response, () -> context, JerseyReferences.of(features));
        features.register(new LimitBinder(given, application, around));
        return true;
    }
}
