package dev.weir.benchmark.load;

import dev.weir.jaxrs.RateLimitFeature;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.servlets.DoSFilter;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;

/** An embedded Jetty. */
final class JettySite {

    private JettySite() {}

    /** Starts it with an application for each guard; returns its port. */
    static int start(List<Guard> guards, Function<Guard, ServletContextHandler> application) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ContextHandlerCollection applications = new ContextHandlerCollection();
        guards.forEach(guard -> applications.addHandler(application.apply(guard)));
        server.setHandler(applications);
        server.start();
        return connector.getLocalPort();
    }

    /** A servlet. */
    static ServletContextHandler servlet(Guard guard, String redis) {
        ServletContextHandler context = new ServletContextHandler(guard.path());
        if (guard != Guard.NONE) {
            FilterHolder filter = guard == Guard.OWN ? dosFilter() : new FilterHolder(Site.filter(guard));
            Site.settings(guard, redis).forEach(filter::setInitParameter);
            filter.setAsyncSupported(true);
            context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        }
        context.addServlet(new ServletHolder(Site.servlet(guard)), "/*");
        return context;
    }

    /** A resource of Jersey. */
    static ServletContextHandler jersey(Guard guard, String redis) {
        ResourceConfig application = new ResourceConfig(
                !guard.limits()
                        ? OkResource.class
                        : guard.refuses() ? OkResource.UsedUp.class : OkResource.Ample.class);
        application.property("weir.auto-register", "false");
        if (guard.isWeir()) {
            application.register(RateLimitFeature.class);
        }
        Site.settings(guard, redis).forEach(application::property);
        ServletContextHandler context = new ServletContextHandler(guard.path());
        context.addServlet(new ServletHolder(new ServletContainer(application)), "/*");
        return context;
    }

    /* It keeps 8 bytes per permit for each client, so there are no more than it needs not to refuse. */
    private static FilterHolder dosFilter() {
        FilterHolder filter = new FilterHolder(DoSFilter.class);
        filter.setInitParameter("maxRequestsPerSec", "200000");
        filter.setInitParameter("delayMs", "-1");
        return filter;
    }
}
