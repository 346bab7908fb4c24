package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.ServiceLoader;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Applications in whose web.xml, or code, nothing about Weir need stand. */
class NothingRegisteredTest {

    private static final EnumSet<DispatcherType> REQUEST = EnumSet.of(DispatcherType.REQUEST);

    @RateLimited(name = "limited", permits = 2, per = "1h", key = "global")
    public static class Limited extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "by-tenant", permits = 2, per = "1h", key = "tenant")
    public static class ByTenant extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 2, per = "1hour")
    public static class Malformed extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void initialiserIsFoundByServiceLoading() {
        assertThat(ServiceLoader.load(ServletContainerInitializer.class))
                .hasAtLeastOneElementOfType(RateLimitInitializer.class);
    }

    @Test
    void annotatedServletOfAWebApplicationIsLimited(@TempDir Path empty) throws Exception {
        WebAppContext application = new WebAppContext(empty.toString(), "/");
        application.setParentLoaderPriority(true);
        application.addServlet(new ServletHolder("limited", Limited.class), "/limited");
        application.addServlet(new ServletHolder("free", OkServlet.class), "/free");
        try (JettyServer server = new JettyServer().start(application)) {
            assertThat(server.client().admitted("/limited", 4)).isEqualTo(2);
            HttpResponse<String> free = server.client().get("/free");
            assertThat(free.statusCode()).isEqualTo(200);
            assertThat(free.headers().map().keySet()).noneMatch(name -> name.contains("ratelimit"));
        }
    }

    @Test
    void initialiserCanBeHandedToAServerThatLooksForNone() throws Exception {
        try (JettyServer server = start(application())) {
            assertThat(server.client().admitted("/limited", 4)).isEqualTo(2);
        }
    }

    @Test
    void applicationWithoutLimitsIsLeftAlone() throws Exception {
        ServletContextHandler application = application();
        application.addServlet(new ServletHolder("other", OkServlet.class), "/other");
        try (JettyServer server = start(application)) {
            assertThat(server.client().admitted("/other", 4)).isEqualTo(4);
        }
    }

    @Test
    void mistakesStopTheDeployment() {
        ServletContextHandler application = application();
        application.addServlet(Malformed.class, "/malformed");
        assertThatThrownBy(() -> start(application)).hasStackTraceContaining("1hour");
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        ServletContextHandler application = application();
        application.addServlet(Malformed.class, "/malformed");
        application.setInitParameter("weir.auto-register", "false");
        try (JettyServer server = start(application)) {
            assertThat(server.client().admitted("/limited", 4)).isEqualTo(4);
        }
    }

    @Test
    void switchThatIsNeitherOnNorOffStopsTheDeployment() {
        ServletContextHandler application = application();
        application.setInitParameter("weir.auto-register", "no");
        assertThatThrownBy(() -> start(application))
                .hasStackTraceContaining("weir.auto-register = \"no\": write true or false");
    }

    /** By which means an application may register the filter. */
    enum Means {
        BEFORE {
            @Override
            void register(ServletContextHandler application, RateLimitFilter filter) {
                application.addFilter(new FilterHolder(filter), "/*", REQUEST);
            }
        },
        BY_AN_INITIALISER {
            @Override
            void register(ServletContextHandler application, RateLimitFilter filter) {
                application.addServletContainerInitializer((types, context) -> add(context, filter));
            }
        },
        BY_A_LISTENER {
            @Override
            void register(ServletContextHandler application, RateLimitFilter filter) {
                application.addEventListener(new ServletContextListener() {
                    @Override
                    public void contextInitialized(ServletContextEvent event) {
                        add(event.getServletContext(), filter);
                    }
                });
            }
        },
        INSIDE_ANOTHER {
            @Override
            void register(ServletContextHandler application, RateLimitFilter filter) {
                application.addFilter(new FilterHolder(new Wrapper(filter)), "/*", REQUEST);
            }
        };

        abstract void register(ServletContextHandler application, RateLimitFilter filter);

        private static void add(ServletContext context, RateLimitFilter filter) {
            context.addFilter("of-the-application", filter).addMappingForUrlPatterns(REQUEST, true, "/*");
        }
    }

    private record Wrapper(Filter wrapped) implements Filter {
        @Override
        public void init(FilterConfig config) throws ServletException {
            wrapped.init(config);
        }

        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            wrapped.doFilter(request, response, chain);
        }
    }

    @ParameterizedTest
    @EnumSource
    void filterOfTheApplicationWinsAndChargesOnce(Means means) throws Exception {
        Settings settings = Settings.ofSystem().after("test", Map.of("weir.default-limits", "3/1h"));
        try (Weir weir = Weir.builder()
                .settings(settings)
                .keyResolver("tenant", request -> "one")
                .build()) {
            ServletContextHandler application = application();
            application.addServlet(new ServletHolder("tenants", ByTenant.class), "/tenants");
            application.addServlet(new ServletHolder("other", OkServlet.class), "/other");
            means.register(application, new RateLimitFilter(weir));
            try (JettyServer server = start(application)) {
                assertThat(server.client().admitted("/limited", 4)).isEqualTo(2);
                assertThat(server.client().admitted("/tenants", 4)).isEqualTo(2);
                assertThat(server.client().admitted("/other", 4)).isEqualTo(3);
            }
        }
    }

    /** Lets scripts of others read every answer. */
    private static final class Cors implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            ((HttpServletResponse) response).setHeader("Access-Control-Allow-Origin", "*");
            chain.doFilter(request, response);
        }
    }

    @Test
    void filtersThatTheApplicationDeclaresComeFirst() throws Exception {
        ServletContextHandler application = application();
        application.addFilter(new FilterHolder(new Cors()), "/*", REQUEST);
        try (JettyServer server = start(application)) {
            assertThat(server.client().admitted("/limited", 4)).isEqualTo(2);
            HttpResponse<String> refusal = server.client().get("/limited");
            assertThat(refusal.statusCode()).isEqualTo(429);
            assertThat(refusal.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue("*");
        }
    }

    private static ServletContextHandler application() {
        ServletContextHandler application = new ServletContextHandler("/");
        application.setClassLoader(NothingRegisteredTest.class.getClassLoader());
        application.getServletHandler().setStartWithUnavailable(false);
        application.addServlet(new ServletHolder("limited", Limited.class), "/limited");
        return application;
    }

    private static JettyServer start(ServletContextHandler application) throws Exception {
        application.addServletContainerInitializer(new RateLimitInitializer());
        return new JettyServer().start(application);
    }
}
