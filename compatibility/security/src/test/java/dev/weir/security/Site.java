package dev.weir.security;

import dev.weir.core.ManualTicker;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.http.WeirBuilder;
import dev.weir.jaxrs.RateLimitFeature;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;

/**
 * A server as a user would have it, on a free loopback port: Jetty, Weir's filter on {@code /*}, servlets, and Jersey with Weir's
 * feature on {@code /api/*}. Time stands still until {@link #ticker} is moved.
 */
final class Site implements AutoCloseable {

    /** Moves the time of decisions. */
    final ManualTicker ticker = new ManualTicker();

    private final Server server = new Server();
    private final Weir weir;

    private Site(Plan plan) {
        WeirBuilder builder = Weir.builder()
                .settings(Settings.ofSystem().after("init-param", plan.settings))
                .ticker(ticker);
        plan.customizer.accept(builder);
        weir = builder.build();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", true, false);
        plan.outerFilters.forEach((filter, path) ->
                context.addFilter(new FilterHolder(filter), path, EnumSet.of(DispatcherType.REQUEST)));
        FilterHolder filter = new FilterHolder(new RateLimitFilter(weir));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", plan.dispatcherTypes);
        plan.servlets.forEach((path, servlet) -> {
            ServletHolder holder = new ServletHolder(servlet);
            holder.setAsyncSupported(true);
            context.addServlet(holder, path);
        });
        if (plan.resources.length > 0) {
            ServletHolder jersey = new ServletHolder(
                    new ServletContainer(new ResourceConfig(plan.resources).register(RateLimitFeature.class)));
            jersey.setInitOrder(1);
            jersey.setAsyncSupported(true);
            context.addServlet(jersey, "/api/*");
        }
        plan.contextCustomizer.accept(context);
        server.setHandler(context);
        plan.serverCustomizer.accept(server);
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IllegalStateException("The site did not start", e);
        }
    }

    /** Begins one. */
    static Plan with() {
        return new Plan();
    }

    int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    Weir weir() {
        return weir;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The site did not stop", e);
        } finally {
            weir.close();
        }
    }

    /** What the site will be. */
    static final class Plan {
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Map<String, HttpServlet> servlets = new LinkedHashMap<>();
        private final Map<Filter, String> outerFilters = new LinkedHashMap<>();
        private Class<?>[] resources = {};
        private EnumSet<DispatcherType> dispatcherTypes = EnumSet.of(DispatcherType.REQUEST);
        private Consumer<WeirBuilder> customizer = builder -> {};
        private Consumer<ServletContextHandler> contextCustomizer = context -> {};
        private Consumer<Server> serverCustomizer = server -> {};

        Plan setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        Plan servlet(String path, HttpServlet servlet) {
            servlets.put(path, servlet);
            return this;
        }

        Plan resources(Class<?>... classes) {
            resources = classes;
            return this;
        }

        /** A filter before Weir's. */
        Plan filterBefore(String path, Filter filter) {
            outerFilters.put(filter, path);
            return this;
        }

        Plan dispatcherTypes(EnumSet<DispatcherType> types) {
            dispatcherTypes = types;
            return this;
        }

        /** Verifiers, resolvers, clocks. */
        Plan weir(Consumer<WeirBuilder> more) {
            customizer = customizer.andThen(more);
            return this;
        }

        /** Whatever else the container can be told. */
        Plan context(Consumer<ServletContextHandler> more) {
            contextCustomizer = contextCustomizer.andThen(more);
            return this;
        }

        /** The same for the server and its connector. */
        Plan server(Consumer<Server> more) {
            serverCustomizer = serverCustomizer.andThen(more);
            return this;
        }

        Site start() {
            return new Site(this);
        }
    }
}
