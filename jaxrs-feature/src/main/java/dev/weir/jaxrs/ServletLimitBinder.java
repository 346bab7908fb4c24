package dev.weir.jaxrs;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.Context;
import org.jspecify.annotations.Nullable;

/** The binder where servlet types can be loaded. Without a servlet container behind them, nothing is injected. */
final class ServletLimitBinder extends LimitBinder {

    @Context
    private @Nullable HttpServletRequest request;

    @Context
    private @Nullable HttpServletResponse response;

    @Context
    private @Nullable ServletContext context;

    private final Surroundings surroundings = new ServletSurroundings(() -> request, () -> response, () -> context);

    @Override
    Surroundings surroundings() {
        return surroundings;
    }
}
