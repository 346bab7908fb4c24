package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.Part;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.BufferedReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** Part I: what a refusal costs, and what it says. */
class RefusalTest {

    @Path("login")
    public static class LoginResource {
        @POST
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String login(String body) {
            return "in";
        }
    }

    /** A request that tells of everything that is dear: its session, its body, its parameters. */
    private static final class Guarded extends HttpServletRequestWrapper {
        private final List<String> touched;

        Guarded(HttpServletRequest request, List<String> touched) {
            super(request);
            this.touched = touched;
        }

        private <T> T touch(String what) {
            touched.add(what);
            throw new IllegalStateException(what + " of a refused request");
        }

        @Override
        public HttpSession getSession() {
            return touch("getSession");
        }

        @Override
        public HttpSession getSession(boolean create) {
            return touch("getSession");
        }

        @Override
        public ServletInputStream getInputStream() {
            return touch("getInputStream");
        }

        @Override
        public BufferedReader getReader() {
            return touch("getReader");
        }

        @Override
        public String getParameter(String name) {
            return touch("getParameter");
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return touch("getParameterMap");
        }

        @Override
        public Collection<Part> getParts() {
            return touch("getParts");
        }
    }

    @Test
    @Row(
            value = "I3",
            promise = "A refusal reads no body and no parameters, makes no session, and says all in 512 bytes")
    void refusalsTouchNeitherBodyNorSession() {
        List<String> touched = new CopyOnWriteArrayList<>();
        Filter guard = (request, response, chain) -> {
            HttpServletRequest http = (HttpServletRequest) request;
            chain.doFilter(http.getHeader("X-Guard") == null ? http : new Guarded(http, touched), response);
        };
        try (Site site = Site.with()
                .filterBefore("/*", guard)
                .servlet("/login", new Counting.Login())
                .resources(LoginResource.class)
                .start()) {
            for (String path : List.of("/login", "/api/login")) {
                for (int i = 0; i < 5; i++) {
                    assertThat(Wire.send(site, "POST", path).status()).isEqualTo(200);
                }
                for (String type : List.of("text/plain", "application/json", "application/octet-stream")) {
                    try (Wire wire = Wire.to(site)) {
                        // The body never comes: whoever waited for it would not answer.
                        wire.write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Guard: on\r\nContent-Type: "
                                + type + "\r\nContent-Length: 1000\r\n\r\n");
                        Wire.Answer refused = wire.read(false);
                        assertThat(refused.status()).isEqualTo(429);
                        assertThat(refused.body()).contains("quota-exceeded").hasSizeLessThanOrEqualTo(512);
                        assertThat(refused.header("Set-Cookie")).isNull();
                    }
                }
            }
            assertThat(touched).isEmpty();
        }
    }

    @Test
    @Row(value = "I3", promise = "The log has one line for a client and minute, however often it is refused")
    void refusalsAreLoggedOnceAMinute() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler capture = capture(lines);
        Logger logger = Logger.getLogger("dev.weir.refusals");
        logger.addHandler(capture);
        logger.setLevel(Level.INFO);
        logger.setUseParentHandlers(false);
        try (Site site = Site.with().servlet("/login", new Counting.Login()).start()) {
            for (int minute = 1; minute <= 3; minute++) {
                for (int i = 0; i < 50; i++) {
                    Wire.send(site, "POST", "/login", "User-Agent: ${jndi:ldap://x}");
                }
                assertThat(lines).hasSize(minute);
                site.ticker.advance(Duration.ofMinutes(1));
            }
            assertThat(lines)
                    .allSatisfy(line -> assertThat(line)
                            .startsWith("Refused ADDRESS#")
                            .hasSizeLessThanOrEqualTo(256)
                            .doesNotContain("jndi", "127.0.0.1"));
        } finally {
            logger.removeHandler(capture);
            logger.setLevel(null);
            logger.setUseParentHandlers(true);
        }
    }

    @Test
    @Row(
            value = "I5",
            promise = "Hammering changes nothing: the wait neither grows nor shrinks, and who then waits is admitted")
    void hammeringChangesNothing() {
        try (Site site = Site.with()
                .servlet("/login", new Counting.Login())
                .resources(LoginResource.class)
                .start()) {
            for (String path : List.of("/login", "/api/login")) {
                try (Wire wire = Wire.to(site)) {
                    for (int i = 0; i < 5; i++) {
                        assertThat(wire.ask("POST", path).status()).isEqualTo(200);
                    }
                    Set<String> said = new HashSet<>();
                    for (int i = 0; i < 500; i++) {
                        Wire.Answer refused = wire.ask("POST", path);
                        said.add(refused.status() + " " + refused.header("Retry-After") + " "
                                + refused.header("RateLimit") + refused.header("X-RateLimit-Remaining"));
                    }
                    assertThat(said).hasSize(1).first().asString().startsWith("429 12 ");
                    site.ticker.advance(Duration.ofSeconds(12));
                    assertThat(wire.ask("POST", path).status()).isEqualTo(200);
                    assertThat(wire.ask("POST", path).status()).isEqualTo(429);
                }
            }
        }
    }

    private static Handler capture(List<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord logged) {
                lines.add(new SimpleFormatter().formatMessage(logged));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
