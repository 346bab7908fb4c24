package dev.weir.jaxrs;

import jakarta.ws.rs.ConstrainedTo;
import jakarta.ws.rs.RuntimeType;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import org.jspecify.annotations.Nullable;

/**
 * The {@link RateLimitFeature} as JAX-RS implementations find it by themselves: by service loading, as RESTful WS 3.1 has it, and in CXF by
 * {@link CxfExtension}. Where the application registers that feature too, its Weir counts, and each limit is charged once.
 * {@code weir.auto-register = false} switches this one off. Not for use by hand.
 */
@ConstrainedTo(RuntimeType.SERVER)
public final class AutoRateLimitFeature implements Feature {

    @Context
    private @Nullable Application application;

    /** Made by the JAX-RS implementation. */
    public AutoRateLimitFeature() {}

    @Override
    public boolean configure(FeatureContext context) {
        if (context.getConfiguration().getRuntimeType() == RuntimeType.CLIENT) {
            return false; // implementations load features for clients too
        }
        RateLimitFeature.register(context, null, application, false);
        return true;
    }
}
