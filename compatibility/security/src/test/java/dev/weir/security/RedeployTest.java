package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.weir.annotation.RateLimited;
import dev.weir.core.Limit;
import dev.weir.http.Weir;
import dev.weir.jaxrs.RateLimitFeature;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A web application with a class loader, and a copy of Weir, of its own, which registers nothing; in a server that has another copy.
 */
class RedeployTest {

    private static final int TIMES = 50;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Server server = new Server();
    private final LocalConnector connector = new LocalConnector(server);
    private final ContextHandlerCollection applications = new ContextHandlerCollection();

    @TempDir
    private java.nio.file.Path empty;

    @RateLimited(name = "servlet", permits = 2, per = "1h", key = "global")
    public static class Limited extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(200);
        }
    }

    @Path("/")
    public static class Resource {
        @GET
        @RateLimited(name = "resource", permits = 2, per = "1h", key = "global")
        public String get() {
            return "in";
        }
    }

    public static class Api extends Application {
        @Override
        public Set<Class<?>> getClasses() {
            return Set.of(Resource.class);
        }
    }

    public static class ApiByHand extends Application {
        @Override
        public Set<Class<?>> getClasses() {
            return Set.of(Resource.class, RateLimitFeature.class);
        }
    }

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        server.setHandler(applications);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void fiftyDeploymentsLeaveNoThreadNoBeanAndNoClassLoader() throws Exception {
        deployAskAndUndeploy(false); // so that the server has what it makes once for all
        Set<Thread> threads = threads();
        Set<?> beans = ManagementFactory.getPlatformMBeanServer().queryNames(null, null);
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            loaders.add(deployAskAndUndeploy(i % 2 == 0));
        }
        await("class loaders", () ->
                (int) loaders.stream().filter(each -> each.get() != null).count());
        await("threads", () ->
                (int) threads().stream().filter(each -> !threads.contains(each)).count());
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(null, null))
                .isEqualTo(beans);
    }

    @Test
    void filterOfTheServersCopyBeforeServletsOfTheApplicationsIsAnError() throws Exception {
        WebAppContext application = application(Api.class);
        application.addFilter(new FilterHolder(new RateLimitFilter()), "/*", null);
        applications.addHandler(application);
        assertThatThrownBy(application::start)
                .hasStackTraceContaining("Weir is on the class path twice: from file:")
                .hasStackTraceContaining("Remove one, from the server's libraries or from the application's");
        application.stop();
        applications.removeHandler(application);
    }

    /** With nothing registered, or with the feature by hand and nothing else, which then makes a Weir of its own. */
    private WeakReference<ClassLoader> deployAskAndUndeploy(boolean byHand) throws Exception {
        WebAppContext application = application(byHand ? ApiByHand.class : Api.class);
        application.setInitParameter("weir.auto-register", String.valueOf(!byHand));
        applications.addHandler(application);
        application.start();
        try {
            assertThat(List.of(ask("/servlet"), ask("/servlet"), ask("/servlet")))
                    .containsExactly("200", "200", byHand ? "200" : "429");
            assertThat(List.of(ask("/api/"), ask("/api/"), ask("/api/"))).containsExactly("200", "200", "429");
        } finally {
            application.stop();
            applications.removeHandler(application);
            application.destroy();
        }
        return new WeakReference<>(application.getClassLoader());
    }

    private WebAppContext application(Class<? extends Application> jaxrs) {
        WebAppContext application = new WebAppContext(empty.toString(), "/");
        application.setThrowUnavailableOnStartupException(true);
        application.setExtraClasspath(classPathOfTheApplication());
        application.setAttribute("org.eclipse.jetty.server.webapp.WebInfIncludeJarPattern", "nothing");
        application.addServlet(named(Limited.class.getName(), 0), "/servlet");
        ServletHolder api = named("org.glassfish.jersey.servlet.ServletContainer", 1);
        api.setInitParameter("jakarta.ws.rs.Application", jaxrs.getName());
        application.addServlet(api, "/api/*");
        return application;
    }

    private static ServletHolder named(String className, int order) {
        ServletHolder holder = new ServletHolder();
        holder.setClassName(className);
        holder.setInitOrder(order);
        holder.setAsyncSupported(true);
        return holder;
    }

    /* What a WAR would bring: Weir, what it needs, and the classes here. JAX-RS is the server's. */
    private static String classPathOfTheApplication() {
        return Stream.of(
                        RateLimited.class,
                        Limit.class,
                        Weir.class,
                        RateLimitFilter.class,
                        RateLimitFeature.class,
                        Caffeine.class,
                        RedeployTest.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().toString())
                .collect(Collectors.joining(";"));
    }

    private String ask(String path) throws Exception {
        String answer =
                connector.getResponse("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return answer.split(" ")[1];
    }

    /** Ours, and those that keep an application's class loader. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("weir")
                        || String.valueOf(thread.getContextClassLoader()).contains("WebApp"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private interface Count {
        int now();
    }

    private static void await(String what, Count left) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (left.now() > 0) {
            assertThat(System.nanoTime() - deadline)
                    .as(left.now() + " " + what + " left behind")
                    .isNegative();
            System.gc();
            for (Thread thread : threads()) {
                thread.join(50);
            }
        }
    }
}
