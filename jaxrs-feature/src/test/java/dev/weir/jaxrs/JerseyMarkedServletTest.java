package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import dev.weir.servlet.RateLimitFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A servlet that nobody knows to run JAX-RS: the filter's default limits cover it until the feature has been seen in it. */
@Tag("jersey")
class JerseyMarkedServletTest {

    @Path("hello")
    public static class Hello {
        @GET
        @RateLimited(permits = 100, per = "1h", name = "hello")
        public String hello() {
            return "hello";
        }
    }

    /** Jersey inside of a servlet of somebody's own. */
    private static final class Wrapping extends HttpServlet {
        private static final long serialVersionUID = 1L;
        private final transient ServletContainer jersey =
                new ServletContainer(new ResourceConfig(Hello.class).register(RateLimitFeature.class));

        @Override
        public void init(ServletConfig config) throws ServletException {
            super.init(config);
            jersey.init(config);
        }

        @Override
        public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            jersey.service(request, response);
        }
    }

    @Test
    void defaultLimitsStepBackWhereTheFeatureHasLeftItsMark() throws Exception {
        Settings settings = Settings.ofSystem().after("init-param", Map.of("weir.default-limits", "3/1h"));
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        server.setHandler(context);
        try (Weir weir = Weir.builder().settings(settings).build()) {
            context.addFilter(new FilterHolder(new RateLimitFilter(weir)), "/*", EnumSet.of(DispatcherType.REQUEST));
            context.addServlet(new ServletHolder(new Wrapping()), "/api/*");
            server.start();
            URI hello = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/api/hello");

            assertThat(policies(hello)).isEqualTo("\"default\";q=3;w=3600, \"hello\";q=100;w=3600");
            for (int i = 0; i < 10; i++) {
                assertThat(policies(hello)).isEqualTo("\"hello\";q=100;w=3600");
            }
        } finally {
            server.stop();
        }
    }

    private static String policies(URI uri) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return String.join(" | ", answer.headers().allValues("RateLimit-Policy"));
    }
}
