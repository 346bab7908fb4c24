package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.DispatcherType;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Back ends that answer later, for a filter that blocks meanwhile and for one that does not. */
class LaterAnswersFilterTest {

    private static Map<String, JettyServer> servers;

    @RateLimited(name = "admits", permits = 5, per = "1m")
    public static class Admitted extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "refuses", permits = 5, per = "1m")
    public static class Refused extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "fails", permits = 5, per = "1m")
    public static class Failed extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(name = "never", permits = 5, per = "1m")
    public static class Unanswered extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    @BeforeAll
    static void start() throws Exception {
        servers = Map.of("blocking", server("false"), "async", server("true"), "async everywhere", server("true"));
        servers.get("blocking").start();
        servers.get("async").start();
        servers.get("async everywhere").start(EnumSet.allOf(DispatcherType.class));
    }

    private static JettyServer server(String async) {
        return new JettyServer()
                .with("weir.backend", "later")
                .with("weir.async", async)
                .with("weir.deadline", "200ms")
                .servlet("/admitted", Admitted.class)
                .servlet("/refused", Refused.class)
                .servlet("/failed", Failed.class)
                .servlet("/unanswered", Unanswered.class);
    }

    @AfterAll
    static void stop() {
        for (JettyServer server : servers.values()) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocking", "async", "async everywhere"})
    void whoIsAdmittedLaterIsServed(String how) throws Exception {
        HttpResponse<String> answer = servers.get(how).client().get("/admitted?x=1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.headers().allValues("RateLimit")).containsExactly("\"admits\";r=4;t=48");
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocking", "async", "async everywhere"})
    void whoIsRefusedLaterIsToldWhenToComeBack(String how) throws Exception {
        HttpResponse<String> answer = servers.get(how).client().get("/refused");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).endsWith("\"violated-policies\":[\"refuses\"]}");
        assertThat(answer.headers().allValues("RateLimit")).containsExactly("\"refuses\";r=4;t=2");
        assertThat(answer.headers().allValues("Retry-After")).containsExactly("2");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocking", "async", "async everywhere"})
    void whoCannotBeJudgedIsAnswered503(String how) throws Exception {
        for (String path : new String[] {"/failed", "/unanswered"}) {
            HttpResponse<String> answer = servers.get(how).client().get(path);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("#temporary-reduced-capacity");
            assertThat(answer.headers().allValues("Retry-After")).containsExactly("1");
            assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
            assertThat(answer.headers().map()).doesNotContainKey("RateLimit");
        }
    }
}
