package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.spi.Backend;
import dev.weir.http.Weir;
import dev.weir.jaxrs.RateLimitFeature;
import dev.weir.servlet.RateLimitFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.junit.jupiter.api.Test;

/** Part E: what an application leaves behind when it is undeployed. */
class UndeployTest {

    private static final int PATIENCE_MILLIS = 20_000;

    @Path("limited")
    @RateLimited(permits = 5, per = "1m")
    public static class Limited {
        @GET
        public String get() {
            return "in";
        }
    }

    @Test
    @Row(value = "E9", promise = "Undeployed, the filter and the feature leave no thread and no limiter behind")
    void undeployingFreesThreadsAndLimiters() throws Exception {
        Set<Thread> before = threads();
        for (int i = 0; i < 3; i++) {
            WeakReference<Backend> closed = openAndClose();
            awaitTrue("the limiter of a closed Weir is collected", () -> closed.get() == null);
            WeakReference<Backend> ofFilter = deployAndUndeployFilter();
            awaitTrue("the limiter of a filter is collected", () -> ofFilter.get() == null);
            deployAndUndeployFeature();
        }
        awaitTrue("no thread is left", () -> before.containsAll(threads()));
    }

    private static WeakReference<Backend> openAndClose() {
        Weir weir = Weir.builder().build();
        assertThat(threads()).isNotEmpty();
        weir.close();
        return new WeakReference<>(weir.backend());
    }

    /** With a Weir of the filter's own, made by the container. */
    private static WeakReference<Backend> deployAndUndeployFilter() throws Exception {
        Set<Thread> before = threads();
        AtomicReference<WeakReference<Backend>> backend = new AtomicReference<>();
        ServletContextHandler context = new ServletContextHandler("/");
        context.addFilter(new FilterHolder(RateLimitFilter.class), "/*", null);
        context.addServlet(Counting.Login.class, "/login");
        runIn(context, () -> {
            Weir weir = (Weir) context.getServletContext().getAttribute(RateLimitFilter.WEIR_ATTRIBUTE);
            backend.set(new WeakReference<>(weir.backend()));
            assertThat(before.containsAll(threads())).isFalse();
        });
        return backend.get();
    }

    /** With a Weir of the feature's own, which nobody closes. */
    private static void deployAndUndeployFeature() throws Exception {
        Set<Thread> before = threads();
        ServletContextHandler context = new ServletContextHandler("/");
        ResourceConfig application = new ResourceConfig(Limited.class)
                .register(RateLimitFeature.class)
                .property("weir.sweep-every", "100ms");
        ServletHolder holder = new ServletHolder(new ServletContainer(application));
        holder.setInitOrder(1);
        context.addServlet(holder, "/*");
        runIn(context, () -> assertThat(before.containsAll(threads())).isFalse());
    }

    private static void runIn(ServletContextHandler context, Runnable check) throws Exception {
        Server server = new Server();
        server.setHandler(context);
        server.start();
        try {
            check.run();
        } finally {
            server.stop();
            server.destroy();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("weir"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** Collects garbage until {@code condition} holds, for a while at most. */
    private static void awaitTrue(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what + " in time").isNegative();
            System.gc();
            for (Thread thread : threads()) {
                thread.join(50);
            }
        }
    }
}
