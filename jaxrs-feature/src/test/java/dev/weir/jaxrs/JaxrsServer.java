package dev.weir.jaxrs;

import dev.weir.http.Weir;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** An application on a real server at a free port of this machine: JAX-RS at {@code /api/*}, and a client of it. */
final class JaxrsServer implements AutoCloseable {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Server server;
    private final GracefulHandler requests;
    private final URI base;

    private JaxrsServer(Server server, GracefulHandler requests) {
        this.server = server;
        this.requests = requests;
        this.base =
                URI.create("http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort() + "/");
    }

    /** Begins one with these resource classes and the feature. */
    static Plan of(Class<?>... resources) {
        return new Plan(resources);
    }

    /** What the server is to have. */
    static final class Plan {
        private final Set<Class<?>> classes = new LinkedHashSet<>();
        private final Set<Object> singletons = new LinkedHashSet<>();
        private final Map<String, Object> properties = new LinkedHashMap<>();
        private final ServletContextHandler context = new ServletContextHandler("/", false, false);
        private final Implementation implementation = Implementation.found();
        private boolean byHand = true;
        private RateLimitFeature feature = new RateLimitFeature();
        private int threads = 200;

        private Plan(Class<?>... resources) {
            classes.addAll(Set.of(resources));
            context.setClassLoader(JaxrsServer.class.getClassLoader()); // as every web application has one
            context.addServlet(jaxrs(), "/api/*");
        }

        /** With so many threads at most. */
        Plan threads(int most) {
            threads = most;
            return this;
        }

        Plan weir(Weir weir) {
            feature = new RateLimitFeature(weir);
            return this;
        }

        /** Without the feature, as an application that only annotates. */
        Plan nothingRegistered() {
            byHand = false;
            return this;
        }

        /** With the feature's class in place of an object. */
        Plan registeredByClass() {
            classes.add(RateLimitFeature.class);
            return nothingRegistered();
        }

        Plan providers(Object... providers) {
            singletons.addAll(Set.of(providers));
            return this;
        }

        Plan property(String name, Object value) {
            properties.put(name, value);
            return this;
        }

        Plan contextParameter(String name, String value) {
            context.setInitParameter(name, value);
            return this;
        }

        Plan classLoader(ClassLoader loader) {
            context.setClassLoader(loader);
            return this;
        }

        Plan servlet(HttpServlet servlet, String path) {
            context.addServlet(new ServletHolder(servlet), path);
            return this;
        }

        /** Has {@code path} answer for responses of {@code status} that have no body. */
        Plan errorPage(int status, String path) {
            ErrorPageErrorHandler pages = new ErrorPageErrorHandler();
            pages.addErrorPage(status, path);
            context.setErrorHandler(pages);
            return this;
        }

        /** Puts Weir's servlet filter in front of everything. */
        Plan filter(RateLimitFilter filter, String... initParameters) {
            FilterHolder holder = new FilterHolder(filter);
            holder.setAsyncSupported(true);
            for (int i = 0; i < initParameters.length; i += 2) {
                holder.setInitParameter(initParameters[i], initParameters[i + 1]);
            }
            context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST));
            return this;
        }

        JaxrsServer start() throws Exception {
            if (byHand) {
                singletons.add(feature);
            }
            Server server = new Server(new QueuedThreadPool(threads));
            ServerConnector connector = new ServerConnector(server, 1, 1);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            GracefulHandler requests = new GracefulHandler(context);
            server.setHandler(requests);
            TestApplication.NEXT.set(new TestApplication.Content(classes, singletons, properties));
            try {
                server.start();
            } catch (Exception e) {
                server.stop();
                throw e;
            } finally {
                TestApplication.NEXT.remove();
            }
            return new JaxrsServer(server, requests);
        }

        private ServletHolder jaxrs() {
            ServletHolder holder = new ServletHolder("jaxrs", implementation.servlet());
            holder.setInitParameters(implementation.initParameters());
            holder.setInitParameter("jakarta.ws.rs.Application", TestApplication.class.getName());
            holder.setInitOrder(1);
            holder.setAsyncSupported(true);
            return holder;
        }
    }

    URI uri(String path) {
        return base.resolve(path);
    }

    Reply get(String path, String... headers) {
        return send("GET", path, headers);
    }

    Reply send(String method, String path, String... headers) {
        try {
            return new Reply(CLIENT.send(request(method, path, headers), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends {@code body}. */
    Reply post(String path, String contentType, String body) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.sendAsync(request, BodyHandlers.ofString())
                .orTimeout(TestWeir.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .thenApply(Reply::new)
                .join();
    }

    /** Sends without waiting. */
    CompletableFuture<Reply> begin(String path) {
        return CLIENT.sendAsync(request("GET", path), BodyHandlers.ofString())
                .orTimeout(TestWeir.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .thenApply(Reply::new);
    }

    /* A client has its answer before the server is done with the request. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (requests.getCurrentRequestCount() > 0 && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The server does not stop", e);
        }
    }

    private HttpRequest request(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(TestWeir.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.noBody());
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }
}
