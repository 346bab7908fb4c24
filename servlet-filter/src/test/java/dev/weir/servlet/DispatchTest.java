package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client's request is charged once, whatever dispatches the container makes of it and wherever the filter is mapped. */
class DispatchTest {

    private static Map<String, JettyServer> servers;

    /** Where the other servlets dispatch to. */
    @RateLimited(name = "target", permits = 10, per = "1h")
    public static class Target extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    /** Dispatches as its path info says, to itself or to another. */
    @RateLimited(name = "start", permits = 10, per = "1h")
    public static class Start extends OkServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            boolean again = request.getAttribute("started") != null;
            request.setAttribute("started", true);
            try {
                switch (again ? "" : request.getPathInfo()) {
                    case "/forward" -> request.getRequestDispatcher("/target").forward(request, response);
                    case "/forward-to-itself" ->
                        request.getRequestDispatcher("/start/x").forward(request, response);
                    case "/include" -> request.getRequestDispatcher("/target").include(request, response);
                    case "/async" -> request.startAsync().dispatch("/target");
                    case "/async-to-itself" -> request.startAsync().dispatch();
                    case "/error" -> response.sendError(418);
                    default -> super.service(request, response);
                }
            } catch (ServletException e) {
                throw new IOException(e);
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        servers = Map.of("REQUEST", server(), "all dispatches", server());
        servers.get("REQUEST").start();
        servers.get("all dispatches").start(EnumSet.allOf(DispatcherType.class));
    }

    private static JettyServer server() {
        JettyServer server = new JettyServer()
                .with("weir.default-limits", "10/1h")
                .servlet("/target", Target.class)
                .servlet("/start/*", Start.class);
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        errors.addErrorPage(418, "/target");
        server.context.setErrorHandler(errors);
        return server;
    }

    @AfterAll
    static void stop() {
        for (JettyServer server : servers.values()) {
            server.close();
        }
    }

    @ParameterizedTest(name = "/start{1}, filter mapped to {0}")
    @CsvSource({
        "REQUEST, /forward",
        "REQUEST, /forward-to-itself",
        "REQUEST, /include",
        "REQUEST, /async",
        "REQUEST, /async-to-itself",
        "REQUEST, /error",
        "all dispatches, /forward",
        "all dispatches, /forward-to-itself",
        "all dispatches, /include",
        "all dispatches, /async",
        "all dispatches, /async-to-itself",
        "all dispatches, /error"
    })
    void dispatchesAreNotCharged(String mapping, String path) throws Exception {
        Client client = servers.get(mapping).client();
        HttpResponse<String> answer = client.get("/start" + path);
        assertThat(answer.statusCode()).isEqualTo(path.equals("/error") ? 418 : 200);
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.headers().allValues("RateLimit")).containsExactly("\"start\";r=9;t=3240");
        assertThat(client.left("/start/x")).isEqualTo(8);
        assertThat(client.left("/target")).isEqualTo(9);
    }

    @DisplayName("a refusal goes through no error page and charges nothing")
    @ParameterizedTest
    @ValueSource(strings = {"REQUEST", "all dispatches"})
    void refusalIsNotDispatched(String mapping) throws Exception {
        JettyServer server = servers.get(mapping);
        Client client = server.client();
        for (String path : List.of("/start/error", "/start/async-to-itself", "/start/forward", "/start/include")) {
            client.get(path);
        }
        assertThat(client.admitted("/start/x", 10)).isEqualTo(6);
        assertThat(client.get("/start/forward").statusCode()).isEqualTo(429);
        assertThat(client.left("/target")).isEqualTo(9);
    }
}
