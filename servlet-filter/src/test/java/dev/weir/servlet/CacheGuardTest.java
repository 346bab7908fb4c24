package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code weir.cache-guard}, what a shared cache may keep tells nothing of one client's limits. */
class CacheGuardTest {

    private static JettyServer server;

    /** Says by whom its answer may be kept, then answers in the way that its path info names. */
    @RateLimited(name = "guarded", permits = 3, per = "1h")
    public static class Cacheable extends OkServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String control = request.getParameter("control");
            if (control != null) {
                response.setHeader("Cache-Control", control);
            }
            switch (request.getPathInfo()) {
                case "/writes" -> response.getWriter().print("ok");
                case "/streams" -> response.getOutputStream().print("ok");
                case "/flushes" -> response.flushBuffer();
                case "/redirects" -> response.sendRedirect("/elsewhere");
                case "/sends" -> response.sendError(404);
                default -> response.setStatus(200);
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = new JettyServer()
                .with("weir.cache-guard", "true")
                .servlet("/*", Cacheable.class)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"public", "max-age=60%2C%20public", "s-maxage=10", "Public"})
    void responseForEverybodyHasNoFields(String control) throws Exception {
        HttpResponse<String> answer = server.client().get("/writes?control=" + control);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase().contains("ratelimit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/writes", "/streams", "/flushes", "/redirects", "/sends", "/nothing"})
    void otherResponsesHaveThem(String path) throws Exception {
        for (String query : new String[] {"", "?control=private", "?control=max-age=60"}) {
            assertThat(server.client().get(path + query).headers().allValues("RateLimit"))
                    .containsExactly("\"guarded\";r=2;t=2400");
        }
    }

    @Test
    void refusalsHaveThemAndAreKeptByNobody() throws Exception {
        Client client = server.client();
        assertThat(client.admitted("/writes?control=public", 9)).isEqualTo(3);
        HttpResponse<String> refused = client.get("/writes?control=public");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().allValues("RateLimit")).containsExactly("\"guarded\";r=0;t=1200");
        assertThat(refused.headers().allValues("Cache-Control")).containsExactly("no-store");
    }
}
