package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part I: what a shared cache may keep. */
class CacheTest {

    private static final String PUBLIC = "public, max-age=300";
    private static final List<String> FIELDS =
            List.of("RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset");

    @RateLimited(permits = 5, per = "1m", key = "ip", costBy = "said")
    static class Broken extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Path("page")
    public static class PageResource {
        @GET
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public Response page() {
            return Response.ok("page").header("Cache-Control", PUBLIC).build();
        }

        @GET
        @Path("private")
        @RateLimited(permits = 5, per = "1m", key = "ip")
        public String mine() {
            return "mine";
        }

        @GET
        @Path("broken")
        @RateLimited(permits = 5, per = "1m", key = "ip", costBy = "said")
        public String broken() {
            return "never";
        }
    }

    /** Makes everything cacheable, refusals too. */
    public static class CacheEverything implements ContainerResponseFilter {
        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            response.getHeaders().putSingle("Cache-Control", PUBLIC);
        }
    }

    @Test
    @Row(
            value = "I1",
            promise = "Refusals say Cache-Control: no-store, whatever the application has set for all of its responses")
    void refusalsAreNeverCached() {
        Filter everything = (request, response, chain) -> {
            ((HttpServletResponse) response).setHeader("Cache-Control", PUBLIC);
            chain.doFilter(request, response);
        };
        try (Site site = Site.with()
                .weir(builder -> builder.costResolver("said", request -> -1))
                .filterBefore("/*", everything)
                .servlet("/page", new Counting.Login())
                .servlet("/page/broken", new Broken())
                .resources(PageResource.class, CacheEverything.class)
                .start()) {
            for (String prefix : List.of("", "/api")) {
                for (int i = 0; i < 5; i++) {
                    Wire.Answer admitted = Wire.send(site, "GET", prefix + "/page");
                    assertThat(admitted.status()).isEqualTo(200);
                    assertThat(admitted.headers().get("Cache-Control")).contains(PUBLIC);
                }
                Wire.Answer refused = Wire.send(site, "GET", prefix + "/page");
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.headers().get("Cache-Control")).as(prefix).containsExactly("no-store");
                Wire.Answer unavailable = Wire.send(site, "GET", prefix + "/page/broken");
                assertThat(unavailable.status()).isEqualTo(503);
                assertThat(unavailable.headers().get("Cache-Control"))
                        .as(prefix)
                        .containsExactly("no-store");
            }
        }
    }

    @Test
    @Row(value = "I2", promise = "In JAX-RS, a response that a shared cache may keep carries no client's figures")
    void cacheableResponsesOfResourcesCarryNoFigures() {
        try (Site site = Site.with()
                .weir(builder -> builder.costResolver("said", request -> -1))
                .resources(PageResource.class)
                .start()) {
            Wire.Answer cacheable = Wire.send(site, "GET", "/api/page");
            assertThat(cacheable.status()).isEqualTo(200);
            assertThat(cacheable.headers().keySet()).doesNotContainAnyElementsOf(FIELDS);
            assertThat(Wire.send(site, "GET", "/api/page/private").headers().keySet())
                    .containsAll(FIELDS);
        }
    }

    /** Says that its response is for everybody, at the moment that the query names. */
    @RateLimited(permits = 100, per = "1m", key = "ip")
    static class Cacheable extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            switch (request.getQueryString()) {
                case "first" -> {
                    response.setHeader("Cache-Control", PUBLIC);
                    response.getWriter().print("page");
                }
                case "s-maxage" -> {
                    response.addHeader("Cache-Control", "max-age=3");
                    response.addHeader("cache-control", "S-MaxAge=300");
                    response.getOutputStream().print("page");
                }
                case "without-body" -> response.setHeader("Cache-Control", PUBLIC);
                case "after-writer" -> {
                    PrintWriter writer = response.getWriter();
                    response.setHeader("Cache-Control", PUBLIC);
                    writer.print("page");
                }
                case "after-stream" -> {
                    response.getOutputStream().print("page");
                    response.addHeader("Cache-Control", PUBLIC);
                }
                case "async" -> later(request.startAsync(request, response));
                case "async-unwrapped" -> later(request.startAsync());
                default -> response.getWriter().print("mine");
            }
        }

        private static void later(AsyncContext async) {
            async.start(() -> {
                try {
                    HttpServletResponse response = (HttpServletResponse) async.getResponse();
                    response.setHeader("Cache-Control", PUBLIC);
                    response.getWriter().print("page");
                    async.complete();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    @Row(
            value = "I2",
            promise = "A servlet's response that a shared cache may keep carries no client's figures",
            set = "`weir.cache-guard`")
    void cacheableResponsesOfServletsCarryNoFigures() {
        try (Site site = Site.with()
                .setting("weir.cache-guard", "true")
                .servlet("/page", new Cacheable())
                .start()) {
            assertThat(Wire.send(site, "GET", "/page?private").headers().keySet())
                    .containsAll(FIELDS);
            for (String way : List.of(
                    "first", "s-maxage", "without-body", "after-writer", "after-stream", "async", "async-unwrapped")) {
                Wire.Answer cacheable = Wire.send(site, "GET", "/page?" + way);
                assertThat(cacheable.status()).isEqualTo(200);
                assertThat(cacheable.headers())
                        .as(way)
                        .containsKey("Cache-Control")
                        .doesNotContainKeys(FIELDS.toArray(new String[0]));
            }
        }
    }
}
