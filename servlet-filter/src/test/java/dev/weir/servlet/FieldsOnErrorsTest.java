package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worked example 28: whoever was admitted is told of the limits, however the servlet then fails. */
class FieldsOnErrorsTest {

    /* Held, since the log manager holds loggers by weak references only. Jetty logs what servlets throw. */
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");
    private static JettyServer server;

    /** Fails as its path info says. */
    @RateLimited(name = "default", permits = 100, per = "60s")
    public static class Failing extends OkServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            switch (request.getPathInfo()) {
                case "/throws" -> throw new IllegalStateException("on purpose");
                case "/throws-io" -> throw new IOException("on purpose");
                case "/throws-after-writing" -> {
                    response.getWriter().print("half an answer");
                    throw new IllegalStateException("on purpose");
                }
                case "/sends" -> response.sendError(500);
                case "/sends-for-page" -> response.sendError(599);
                case "/sets" -> response.setStatus(500);
                default -> super.service(request, response);
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        JETTY.setLevel(Level.OFF);
        server = new JettyServer().servlet("/failing/*", Failing.class).servlet("/page", OkServlet.class);
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        errors.addErrorPage(599, "/page");
        server.context.setErrorHandler(errors);
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
        JETTY.setLevel(null);
    }

    @ParameterizedTest
    @CsvSource({
        "/throws, 500",
        "/throws-io, 500",
        "/throws-after-writing, 500",
        "/sends, 500",
        "/sends-for-page, 599",
        "/sets, 500"
    })
    void fieldsStayOnTheError(String path, int status) throws Exception {
        HttpResponse<String> answer = server.client().get("/failing" + path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().allValues("RateLimit-Policy")).containsExactly("\"default\";q=100;w=60");
        assertThat(answer.headers().allValues("RateLimit")).containsExactly("\"default\";r=99;t=60");
        assertThat(answer.headers().allValues("X-RateLimit-Remaining")).containsExactly("99");
        assertThat(answer.headers().map()).doesNotContainKey("Retry-After");
    }
}
