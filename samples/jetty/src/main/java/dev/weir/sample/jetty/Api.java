package dev.weir.sample.jetty;

import dev.weir.jaxrs.RateLimitFeature;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** The JAX-RS part: the resources, and Weir's feature like any other. */
@ApplicationPath("api")
public class Api extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                GreetingResource.class,
                SearchResource.class,
                ReportResource.class,
                LoginResource.class,
                FailingResource.class,
                CompleteResource.class,
                WindowResource.class,
                QuotaResource.class,
                RateLimitFeature.class);
    }
}
