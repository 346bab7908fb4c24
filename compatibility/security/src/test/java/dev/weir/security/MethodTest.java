package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import dev.weir.core.LocalLimiter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part D: the method, and what else a request may be in place of one. */
class MethodTest {

    @RateLimited(permits = 5, per = "1m", key = "ip")
    static class Page extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("page");
        }
    }

    @Path("page")
    public static class PageResource {
        @GET
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String read() {
            return "page";
        }

        @POST
        @RateLimited(permits = 3, per = "1m", key = "ip")
        public String write() {
            return "written";
        }
    }

    /** Believes X-HTTP-Method-Override, as some applications do. */
    @PreMatching
    public static class Overriding implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            String method = request.getHeaderString("X-HTTP-Method-Override");
            if (method != null) {
                request.setMethod(method);
            }
        }
    }

    public interface Contract {
        @GET
        @RateLimited(permits = 5, per = "1m", key = "ip")
        String promised();
    }

    public abstract static class Base {
        @GET
        @Path("inherited")
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String inherited() {
            return "inherited";
        }
    }

    @Path("many")
    public static class Many extends Base {
        @Path("sub/{id}")
        public Sub sub() {
            return new Sub();
        }
    }

    @Path("contract")
    public static class Contracted implements Contract {
        @Override
        public String promised() {
            return "promised";
        }
    }

    public static class Sub {
        @GET
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String get() {
            return "sub";
        }
    }

    @Test
    @Row(value = "D6", promise = "HEAD counts as GET")
    void headCountsAsGet() {
        try (Site site = Site.with()
                .servlet("/page", new Page())
                .resources(PageResource.class)
                .start()) {
            for (String path : List.of("/page", "/api/page")) {
                for (String method : List.of("GET", "HEAD", "GET", "HEAD", "GET")) {
                    assertThat(Wire.send(site, method, path).status()).isEqualTo(200);
                }
                for (String method : List.of("HEAD", "GET")) {
                    Wire.Answer refused = Wire.send(site, method, path);
                    assertThat(refused.status()).as(method + " " + path).isEqualTo(429);
                    assertThat(refused.header("Retry-After")).isEqualTo("12");
                }
            }
        }
    }

    @Test
    @Row(
            value = "D7",
            promise =
                    "The method that really runs decides, not X-HTTP-Method-Override, _method, or a verb that nobody knows")
    void methodsThatAreOnlyClaimedChangeNothing() {
        Counting.Login login = new Counting.Login();
        try (Site site = Site.with()
                .servlet("/login", login)
                .resources(PageResource.class)
                .start()) {
            for (String method : List.of("POST", "post", "FOO", "PUT", "TRACE", "DELETE", "GET", "PATCH", "M-SEARCH")) {
                Wire.send(site, method, "/login?_method=OPTIONS", "X-HTTP-Method-Override: OPTIONS");
            }
            assertThat(login.served.get()).isLessThanOrEqualTo(5);

            int admitted = 0;
            for (String pretended : List.of("GET", "OPTIONS", "PUT", "HEAD", "get", "FOO")) {
                Wire.Answer answer = Wire.send(
                        site,
                        "POST",
                        "/api/page?_method=" + pretended,
                        "X-HTTP-Method-Override: " + pretended,
                        "X-HTTP-Method: " + pretended,
                        "X-Method-Override: " + pretended);
                admitted += answer.status() == 200 ? 1 : 0;
            }
            assertThat(admitted).isEqualTo(3);
            for (String unknown : List.of("post", "Post", "FOO")) {
                assertThat(Wire.send(site, unknown, "/api/page").status()).isBetween(400, 501);
                assertThat(Wire.send(site, unknown, "/api/page").body()).doesNotContain("written");
            }
        }
    }

    @Test
    @Row(value = "D8", promise = "Preflights are not counted and leave nothing behind; other OPTIONS requests count")
    void preflightsLeaveNothingBehind() {
        Counting.Login login = new Counting.Login();
        try (Site site = Site.with().servlet("/login", login).start();
                Wire wire = Wire.to(site)) {
            for (int i = 0; i < 2_000; i++) {
                Wire.Answer answer = wire.ask(
                        "OPTIONS",
                        "/login?" + i,
                        "Origin: https://" + i + ".example",
                        "Access-Control-Request-Method: POST",
                        "X-API-Key: " + i);
                assertThat(answer.status()).isEqualTo(200);
            }
            LocalLimiter limiter = (LocalLimiter) site.weir().backend();
            assertThat(limiter.size()).isZero();
            for (int i = 0; i < 5; i++) {
                assertThat(wire.ask("OPTIONS", "/login").status()).isEqualTo(200);
            }
            assertThat(wire.ask("OPTIONS", "/login", "Origin: https://a.example")
                            .status())
                    .isEqualTo(429);
            assertThat(wire.ask("OPTIONS", "/login", "Access-Control-Request-Method: POST")
                            .status())
                    .isEqualTo(429);
            assertThat(wire.ask("POST", "/login", "Origin: https://a.example", "Access-Control-Request-Method: POST")
                            .status())
                    .isEqualTo(429);
        }
    }

    @Test
    @Row(
            value = "D12",
            promise =
                    "Limits hold for sub-resources, inherited methods, those annotated in an interface, and after a filter changed the method")
    void limitsHoldHoweverAResourceMethodIsReached() {
        try (Site site = Site.with()
                .resources(PageResource.class, Many.class, Contracted.class, Overriding.class)
                .start()) {
            for (String path : List.of("/api/many/sub/1", "/api/many/inherited", "/api/contract")) {
                for (int i = 0; i < 5; i++) {
                    assertThat(Wire.send(site, "GET", path).status()).as(path).isEqualTo(200);
                }
                assertThat(Wire.send(site, "GET", path).status()).as(path).isEqualTo(429);
            }
            assertThat(Wire.send(site, "GET", "/api/many/sub/2").status()).isEqualTo(429);
            for (int i = 0; i < 3; i++) {
                assertThat(Wire.send(site, "GET", "/api/page", "X-HTTP-Method-Override: POST")
                                .body())
                        .isEqualTo("written");
            }
            assertThat(Wire.send(site, "GET", "/api/page", "X-HTTP-Method-Override: POST")
                            .status())
                    .isEqualTo(429);
            assertThat(Wire.send(site, "POST", "/api/page").status()).isEqualTo(429);
            assertThat(Wire.send(site, "POST", "/api/page", "X-HTTP-Method-Override: GET")
                            .body())
                    .isEqualTo("page");
        }
    }
}
