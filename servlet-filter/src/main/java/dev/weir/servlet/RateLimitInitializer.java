package dev.weir.servlet;

import dev.weir.http.Setting;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link RateLimitFilter} in front of the servlets of every web application that has Weir on its class path, behind the
 * filters that the application declares. Containers that look for initialisers find it; in a server that is embedded without that, hand it over:
 *
 * <pre>{@code
 * handler.addServletContainerInitializer(new RateLimitInitializer());      // Jetty's ServletContextHandler
 * context.addServletContainerInitializer(new RateLimitInitializer(), null); // Tomcat's Context
 * }</pre>
 *
 * <p>That filter steps back for one that the application registers itself, by whatever means. {@code weir.auto-register = false} in
 * a context-param, system property or the environment switches all of this off.
 */
public final class RateLimitInitializer implements ServletContainerInitializer {

    /** The name of the filter that it registers. */
    public static final String FILTER_NAME = "dev.weir.auto";

    /** Made by the container. */
    public RateLimitInitializer() {}

    /**
     * Registers the filter.
     *
     * @throws dev.weir.http.DeploymentException if {@code weir.auto-register} is malformed, or the container is too old
     */
    @Override
    public void onStartup(@Nullable Set<Class<?>> none, ServletContext context) {
        if (!RateLimitFilter.settings(context).isTrue(Setting.AUTO_REGISTER)) {
            return;
        }
        RateLimitFilter.requireServlet6(context);
        FilterRegistration.Dynamic filter = context.addFilter(FILTER_NAME, new AutoRateLimitFilter());
        if (filter != null) { // else this has run already
            filter.setAsyncSupported(true);
            filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
        }
    }
}
