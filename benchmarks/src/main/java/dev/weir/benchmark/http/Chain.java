package dev.weir.benchmark.http;

import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServlet;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/**
 * A filter and a servlet, called as a container calls them. A Jetty has initialised Weir's filter, and then has nothing more to do.
 */
final class Chain implements Way {

    private final String name;
    private final int status;
    private final Clients clients = new Clients();
    private final BareResponse response = new BareResponse();
    private final FilterChain end;
    private final Server server = new Server();
    private final BareRequest request;
    private final @Nullable Filter filter;

    private interface Filters {
        @Nullable
        Filter from(Filter weir);
    }

    private Chain(String name, int status, HttpServlet servlet, Filters filters) throws Exception {
        this.name = name;
        this.status = status;
        this.end = servlet::service;
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder("page", servlet), "/page");
        FilterHolder weir = new FilterHolder(RateLimitFilter.class);
        weir.setAsyncSupported(true);
        weir.setInitParameter("weir.max-clients", Integer.toString(Clients.BOUND));
        context.addFilter(weir, "/*", EnumSet.of(DispatcherType.REQUEST));
        server.setHandler(context);
        server.start();
        request = new BareRequest(context.getServletContext(), "page", "/page");
        filter = filters.from(weir.getFilter());
        for (int i = 0; i < Clients.COUNT; i++) {
            serve(Clients.address(i));
        }
    }

    /** All of them. */
    static List<Chain> all() throws Exception {
        return List.of(
                new Chain("no filter", 200, new Pages.Free(), weir -> null),
                new Chain(
                        "empty filter",
                        200,
                        new Pages.Free(),
                        weir -> (ask, answer, rest) -> rest.doFilter(ask, answer)),
                new Chain("weir, no limit", 200, new Pages.Free(), weir -> weir),
                new Chain("weir", 200, new Pages.Limited(), weir -> weir),
                new Chain("weir, refused", 429, new Pages.Gone(), weir -> weir),
                new Chain("weir, large figures", 200, new Pages.Large(), weir -> weir),
                new Chain(
                        "bucket4j",
                        200,
                        new Pages.Free(),
                        weir -> new Bucket4jFilter(Bucket4j.of(Pages.Limited.class))),
                new Chain(
                        "bucket4j, refused",
                        429,
                        new Pages.Free(),
                        weir -> new Bucket4jFilter(Bucket4j.of(Pages.Gone.class))),
                new Chain(
                        "bucket4j, large figures",
                        200,
                        new Pages.Free(),
                        weir -> new Bucket4jFilter(Bucket4j.of(Pages.Large.class))));
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
        serve(clients.next());
        if (response.getStatus() != status) {
            throw new IllegalStateException(name + " answers " + response.getStatus());
        }
        return response.size();
    }

    private void serve(String address) throws Exception {
        request.next(address);
        response.next();
        if (filter == null) {
            end.doFilter(request, response);
        } else {
            filter.doFilter(request, response, end);
        }
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
