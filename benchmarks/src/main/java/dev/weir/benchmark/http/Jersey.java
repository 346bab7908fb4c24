package dev.weir.benchmark.http;

import dev.weir.jaxrs.RateLimitFeature;
import jakarta.servlet.Servlet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.glassfish.jersey.servlet.ServletContainer;

/**
 * Jersey's servlet, called as a container calls it. A Jetty has initialised it, and then has nothing more to do. Weir's filter is not
 * there: its feature works alone.
 */
final class Jersey implements Way {

    private final String name;
    private final Clients clients = new Clients();
    private final BareResponse response = new BareResponse();
    private final Server server = new Server();
    private final BareRequest request;
    private final Servlet jersey;

    private Jersey(String name, String path, Object... components) throws Exception {
        this.name = name;
        ResourceConfig application = new ResourceConfig(Pages.Resource.class);
        application.property(ServerProperties.WADL_FEATURE_DISABLE, true);
        application.property("weir.max-clients", Integer.toString(Clients.BOUND));
        application.property("weir.auto-register", "false"); // Weir is where it is registered
        for (Object component : components) {
            application.register(component);
        }
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder holder = new ServletHolder("jersey", new ServletContainer(application));
        holder.setInitOrder(1);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
        jersey = holder.getServlet();
        request = new BareRequest(context.getServletContext(), "jersey", path);
        for (int i = 0; i < Clients.COUNT; i++) {
            jersey.service(request.next(Clients.address(i)), response.next());
        }
    }

    /** All of them. */
    static List<Jersey> all() throws Exception {
        return List.of(
                new Jersey("jersey, no filter", "/free"),
                new Jersey("jersey, empty pair", "/free", new EmptyPair()),
                new Jersey("jersey, weir, no limit", "/free", new RateLimitFeature()),
                new Jersey("jersey, weir", "/limited", new RateLimitFeature()),
                new Jersey("jersey, bucket4j", "/free", new Bucket4jPair(Bucket4j.of(Pages.Limited.class))));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public BareResponse response() {
        return response;
    }

    @Override
    public long serve() throws Exception {
        jersey.service(request.next(clients.next()), response.next());
        if (response.getStatus() != 200) {
            throw new IllegalStateException(name + " answers " + response.getStatus());
        }
        return response.size();
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
