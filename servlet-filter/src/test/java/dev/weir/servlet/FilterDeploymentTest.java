package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import dev.weir.http.Setting;
import dev.weir.http.Weir;
import jakarta.servlet.DispatcherType;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filter by its class name, as a deployment descriptor has it: what it reads, and what it does not put up with. */
class FilterDeploymentTest {

    private static final String HERE = FilterDeploymentTest.class.getName() + "$";

    @RateLimited(permits = 1, per = "1sec")
    public static class BadPeriod extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 1, per = "1s", key = "adress")
    public static class BadKey extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void malformedAnnotationsStopTheStartAndAreAllNamed() {
        JettyServer server = new JettyServer().servlet("/a", BadPeriod.class).servlet("/b", BadKey.class);
        assertThatThrownBy(() -> start(server, filter()))
                .hasStackTraceContaining("Weir cannot start, for 2 reasons:")
                .hasStackTraceContaining("@RateLimited on " + HERE + "BadPeriod: per = \"1sec\" is not a duration.")
                .hasStackTraceContaining("@RateLimited on " + HERE + "BadKey: key = \"adress\" is not a registered");
    }

    @Test
    void malformedServletThatIsRegisteredLaterAnswers503EveryTimeAndIsLoggedOnce() throws Exception {
        try (JettyServer server =
                        new JettyServer().with("weir.default-limits", "100/1h").start();
                LogCapture log = new LogCapture()) {
            ServletHolder late = new ServletHolder("late", BadPeriod.class);
            server.context.addServlet(late, "/late/*");
            late.start();
            Client client = server.client();
            for (String path : new String[] {"/late/a", "/late/b", "/late/a"}) {
                HttpResponse<String> answer = client.get(path);
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().allValues("Retry-After")).containsExactly("1");
                assertThat(answer.body()).contains("temporary-reduced-capacity");
            }
            assertThat(log.messages()).singleElement().asString().contains("Servlet late ", "BadPeriod", "1sec");
        }
    }

    @RateLimited(name = "fine", permits = 2, per = "1h")
    public static class Fine extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void annotationsAreReadInAContextWithoutAClassLoader() throws Exception {
        try (JettyServer server = new JettyServer().servlet("/", Fine.class)) {
            server.context.setClassLoader(null); // as a ServletContextHandler has it unless told
            server.start();
            assertThat(server.client().admitted("/", 5)).isEqualTo(2);
        }
    }

    @Test
    void mistakesOfAllKindsAreReportedTogether() {
        FilterHolder filter = filter();
        filter.setInitParameter("weir.exempt-paths", "health");
        filter.setInitParameter("weir.async", "yes");
        filter.setInitParameter("weir.default-limits", "many");
        assertThatThrownBy(() -> start(new JettyServer().servlet("/a", BadKey.class), filter))
                .hasStackTraceContaining("Weir cannot start, for 4 reasons:")
                .hasStackTraceContaining("weir.exempt-paths")
                .hasStackTraceContaining("weir.async")
                .hasStackTraceContaining("weir.default-limits")
                .hasStackTraceContaining("@RateLimited on " + HERE + "BadKey");
    }

    @Test
    void initParamsThatNobodyWouldReadAreAMistake() {
        try (Weir weir = Weir.builder().build()) {
            FilterHolder filter = new FilterHolder(new RateLimitFilter(weir));
            filter.setInitParameter("weir.default-limits", "1/1h");
            assertThatThrownBy(() -> start(new JettyServer(), filter))
                    .hasStackTraceContaining("init-param weir.default-limits stands beside a Weir that code has made");
        }
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', textBlock = """
            weir.default-limits | 100 per minute | init-param weir.default-limits = "100 per minute": "100 per minute" is not a limit: it has no "/".
            weir.exempt-paths   | health         | init-param weir.exempt-paths: "health" is not a path. Write it decoded, from the context root on. Examples: /health, /static/*
            weir.exempt-paths   | /a, /b/../c    | init-param weir.exempt-paths: "/b/../c" is not a path.
            weir.exempt-paths   | /%68ealth      | init-param weir.exempt-paths: "/%68ealth" is not a path.
            weir.async          | yes            | init-param weir.async = "yes": write auto, true or false
            weir.jaxrs-default  | 1              | init-param weir.jaxrs-default = "1": write true or false
            weir.header-style   | draft          | init-param weir.header-style is not a setting of Weir. Did you mean weir.header-styles?
            weir.deadline       | 1              | init-param weir.deadline = "1": "1" is not a duration.
            """)
    void malformedInitParamStopsTheStartAndIsNamed(String name, String value, String message) {
        FilterHolder filter = filter();
        filter.setInitParameter(name, value);
        assertThatThrownBy(() -> start(new JettyServer(), filter))
                .hasStackTraceContaining("Weir cannot start: " + message);
    }

    @Test
    void initParamsComeBeforeContextParams() throws Exception {
        FilterHolder filter = filter();
        filter.setInitParameter("weir.header-styles", "x-delta");
        try (JettyServer server = new JettyServer().servlet("/", OkServlet.class)) {
            server.context.setInitParameter("weir.header-styles", "none");
            server.context.setInitParameter("weir.default-limits", "5/1h");
            start(server, filter);
            HttpResponse<String> answer = server.client().get("/");
            assertThat(answer.headers().allValues("X-RateLimit-Limit")).containsExactly("5");
            assertThat(answer.headers().map()).doesNotContainKey("RateLimit");
        }
    }

    @Test
    void theFileOfTheApplicationComesLast(@TempDir Path classes) throws Exception {
        Files.writeString(
                classes.resolve("weir.properties"), "weir.header-styles = none\nweir.default-limits = 5/1h\n");
        FilterHolder filter = filter();
        filter.setInitParameter("weir.header-styles", "x-delta");
        URL[] path = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, FilterDeploymentTest.class.getClassLoader());
                JettyServer server = new JettyServer().servlet("/", OkServlet.class)) {
            server.context.setClassLoader(loader);
            start(server, filter);
            HttpResponse<String> answer = server.client().get("/");
            assertThat(answer.headers().allValues("X-RateLimit-Limit")).containsExactly("5");
        }
    }

    @Test
    void aBadFileOfTheApplicationStopsTheStart(@TempDir Path classes) throws Exception {
        Files.writeString(classes.resolve("weir.properties"), "async = yes\nweir.async = yes\n");
        URL[] path = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(path, FilterDeploymentTest.class.getClassLoader())) {
            JettyServer server = new JettyServer();
            server.context.setClassLoader(loader);
            String place = "weir.properties at " + path[0] + "weir.properties: ";
            assertThatThrownBy(() -> start(server, filter()))
                    .hasStackTraceContaining("Weir cannot start, for 2 reasons:")
                    .hasStackTraceContaining(place + "weir.async = \"yes\": write auto, true or false")
                    .hasStackTraceContaining(place + "async is not a setting of Weir. Did you mean weir.async?");
        }
    }

    @Test
    void headersThatAreOffAreNotSent() throws Exception {
        try (JettyServer server = new JettyServer()
                .with("weir.header-styles", "none")
                .with("weir.default-limits", "1/1h")
                .servlet("/", OkServlet.class)
                .start()) {
            Client client = server.client();
            for (int status : new int[] {200, 429}) {
                HttpResponse<String> answer = client.get("/");
                assertThat(answer.statusCode()).isEqualTo(status);
                assertThat(answer.headers().map().keySet())
                        .noneMatch(name -> name.toLowerCase().contains("ratelimit"));
            }
        }
    }

    @Test
    void theFeatureFindsTheWeirOfTheFilter() throws Exception {
        try (JettyServer server = new JettyServer()) {
            start(server, filter());
            Object found = server.context.getServletContext().getAttribute(RateLimitFilter.WEIR_ATTRIBUTE);
            assertThat(found).isInstanceOf(Weir.class);
            assertThat(((Weir) found).settings().get(Setting.DEADLINE)).isEqualTo("50ms");
        }
    }

    private static FilterHolder filter() {
        return new FilterHolder(RateLimitFilter.class);
    }

    private static void start(JettyServer server, FilterHolder filter) throws Exception {
        server.context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        server.start(server.context);
    }
}
