package dev.weir.jaxrs;

import dev.weir.http.DeploymentException;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Closes the {@link dev.weir.http.Weir} that a feature has made for itself when the web application ends, since JAX-RS tells features
 * of no end. Containers that look for initialisers find it; in a server that is embedded without that, hand it over, or what the feature
 * has made ends when it is collected.
 */
@SuppressWarnings("exports") // who calls this has servlets
public final class FeatureInitializer implements ServletContainerInitializer {

    /** The context attribute that holds a list of what is to be closed: of types of the JDK, whatever loads this. */
    static final String CLOSED_IN_THE_END = "dev.weir.jaxrs.closed-in-the-end";

    private static final Logger LOGGER = System.getLogger("dev.weir");

    /** Made by the container. */
    public FeatureInitializer() {}

    /**
     * Listens for the end of the application.
     *
     * @throws DeploymentException if the container is older than Servlet 6.0
     */
    @Override
    public void onStartup(@Nullable Set<Class<?>> none, ServletContext context) {
        if (context.getMajorVersion() < 6) {
            throw new DeploymentException(List.of("it needs a container with Servlet 6.0 (Jakarta EE 10) or later, and "
                    + context.getServerInfo() + " has Servlet " + context.getMajorVersion() + "."
                    + context.getMinorVersion()));
        }
        if (context.getAttribute(CLOSED_IN_THE_END) == null) {
            List<AutoCloseable> closed = new CopyOnWriteArrayList<>();
            context.setAttribute(CLOSED_IN_THE_END, closed);
            context.addListener(new End(closed));
        }
    }

    private record End(List<AutoCloseable> closed) implements ServletContextListener {
        @Override
        public void contextDestroyed(ServletContextEvent event) {
            event.getServletContext().removeAttribute(CLOSED_IN_THE_END);
            for (AutoCloseable each : closed) {
                try {
                    each.close();
                } catch (Exception e) {
                    LOGGER.log(
                            Level.WARNING,
                            "What limited " + event.getServletContext().getContextPath() + " does not close",
                            e);
                }
            }
            closed.clear();
        }
    }
}
