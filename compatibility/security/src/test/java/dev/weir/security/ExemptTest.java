package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import jakarta.servlet.DispatcherType;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.junit.jupiter.api.Test;

/** Part I: what is meant to be without limits, and nothing besides. */
class ExemptTest {

    @RateLimitExempt
    static class Health extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Path("mixed")
    @RateLimited(permits = 5, per = "1m", key = "ip")
    public static class Mixed {
        @GET
        @Path("limited")
        public String limited() {
            return "limited";
        }

        @GET
        @Path("health")
        @RateLimitExempt
        public String health() {
            return "healthy";
        }
    }

    @Test
    @Row(value = "I9", promise = "Static files and health checks can be exempt by path", set = "`weir.exempt-paths`")
    void exemptPathsAreFree() {
        Counting all = new Counting();
        Counting login = new Counting.Login();
        try (Site site = site(all, login, false)) {
            for (int i = 0; i < 50; i++) {
                for (String path : List.of("/health", "/static/a.css", "/static", "/static/b/c.js?v=" + i)) {
                    assertThat(Wire.send(site, "GET", path).status()).isEqualTo(200);
                }
            }
            for (int i = 0; i < 5; i++) {
                assertThat(Wire.send(site, "GET", "/page").status()).isEqualTo(200);
            }
            for (String path : List.of("/page", "/healthy", "/health/x", "/staticfiles", "/a/static/b", "/HEALTH")) {
                assertThat(Wire.send(site, "GET", path).status()).as(path).isEqualTo(429);
            }
        }
    }

    @Test
    @Row(value = "I9", promise = "No spelling of another path makes it an exempt one", set = "`weir.exempt-paths`")
    void otherPathsCannotPoseAsExempt() {
        for (boolean lenient : new boolean[] {false, true}) {
            Counting all = new Counting();
            Counting login = new Counting.Login();
            try (Site site = site(all, login, lenient)) {
                for (int i = 0; i < 5; i++) {
                    assertThat(Wire.send(site, "GET", "/page").status()).isEqualTo(200);
                    assertThat(Wire.send(site, "GET", "/login").status()).isEqualTo(200);
                }
                int before = all.served.get();
                for (String end : List.of("/login", "/page")) {
                    for (String spelling : List.of(
                            "/static/..%s",
                            "/static/%%2e%%2e%s",
                            "/static/..;%s",
                            "/static/..;a=b%s",
                            "/static/..%%2f.%s",
                            "/static%%2f..%s",
                            "/static/..%%2f%s",
                            "/health/..%s",
                            "/health%%2f..%s",
                            "/static/%%252e%%252e%s",
                            "/static/..%%5c%s",
                            "/x/../static/..%s",
                            "%s;/health",
                            "%s;/static/x",
                            "%s?/health",
                            "%s#/static/x",
                            "/health;/..%s",
                            "/static/./..%s")) {
                        String path = String.format(spelling, end);
                        Wire.Answer answer = Wire.send(site, "GET", path);
                        assertThat(answer.status())
                                .as(path + ", lenient " + lenient)
                                .isBetween(400, 499);
                    }
                }
                assertThat(all.served).hasValue(before);
                assertThat(login.served).hasValue(5);
            }
        }
    }

    @Test
    @Row(
            value = "I9",
            promise = "A servlet or a resource method can be exempt by annotation, and error pages cost nothing")
    void exemptServletsMethodsAndErrorPagesAreFree() {
        try (Site site = Site.with()
                .setting("weir.default-limits", "5/1m")
                .servlet("/health", new Health())
                .servlet("/page", new Counting())
                .servlet("/error", new Counting())
                .resources(Mixed.class)
                .dispatcherTypes(EnumSet.allOf(DispatcherType.class))
                .context(context -> {
                    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
                    errors.addErrorPage(404, "/error");
                    context.setErrorHandler(errors);
                })
                .start()) {
            for (int i = 0; i < 50; i++) {
                assertThat(Wire.send(site, "GET", "/health").status()).isEqualTo(200);
                assertThat(Wire.send(site, "GET", "/api/mixed/health").status()).isEqualTo(200);
            }
            for (int i = 0; i < 5; i++) { // one permit for the path that nothing matches, none for its error page
                assertThat(Wire.send(site, "GET", "/nothing").status()).isNotEqualTo(429);
                assertThat(Wire.send(site, "GET", "/api/mixed/limited").status())
                        .isEqualTo(200);
            }
            assertThat(Wire.send(site, "GET", "/page").status()).isEqualTo(429);
            assertThat(Wire.send(site, "GET", "/api/mixed/limited").status()).isEqualTo(429);
            assertThat(Wire.send(site, "GET", "/api/mixed/health").status()).isEqualTo(200);
        }
    }

    private static Site site(Counting all, Counting login, boolean lenient) {
        return Site.with()
                .setting("weir.default-limits", "5/1m")
                .setting("weir.exempt-paths", "/health, /static/*")
                .servlet("/", all)
                .servlet("/login", login)
                .context(context -> context.getServletHandler().setDecodeAmbiguousURIs(lenient))
                .server(server -> PathTest.accept(server, lenient))
                .start();
    }
}
