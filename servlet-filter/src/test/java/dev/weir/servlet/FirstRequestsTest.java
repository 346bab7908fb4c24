package dev.weir.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first requests show of other filters around Weir's is said once. */
class FirstRequestsTest {

    private static final String HERE = FirstRequestsTest.class.getName() + "$";

    public static class CorsFilter extends HttpFilter {
        private static final long serialVersionUID = 1L;
    }

    /** Has no method of its own. */
    public static class OurCorsFilter extends PlainCors {}

    public static class PlainCors implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
        }
    }

    public static class BasicAuthenticationFilter extends PlainCors {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
        }
    }

    /** Stands for Spring's, which is told by its name. */
    public static class DelegatingFilterProxy extends BasicAuthenticationFilter {}

    public static class PlainFilter extends HttpFilter {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            chain.doFilter(request, response);
        }
    }

    /** Another limiter. */
    public static class Limiter extends HttpFilter {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            response.setHeader("X-Rate-Limit-Remaining", "7");
            chain.doFilter(request, response);
        }
    }

    @RateLimited(name = "addresses", permits = 1_000, per = "1h", key = "ip")
    public static class PerAddress extends OkServlet {
        private static final long serialVersionUID = 1L;
    }

    private static FilterHolder holder(Class<? extends Filter> type, String name) {
        FilterHolder holder = new FilterHolder(type);
        holder.setName(name);
        holder.setAsyncSupported(true);
        return holder;
    }

    private static JettyServer server() {
        return new JettyServer()
                .with("weir.default-limits", "1000/1h")
                .servlet("/", OkServlet.class)
                .servlet("/addresses", PerAddress.class);
    }

    private static void before(JettyServer server, FilterHolder filter) {
        server.context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
    }

    private static List<String> said(JettyServer server, String path) throws Exception {
        try (LogCapture log = new LogCapture();
                JettyServer started = server.start()) {
            Client client = started.client();
            for (int i = 0; i < 4; i++) {
                assertThat(client.get(path).statusCode()).isEqualTo(200);
            }
            return log.messages();
        }
    }

    @Test
    void aCorsFilterBehindIsSaidOnce() throws Exception {
        assertThat(said(server().filter(holder(OurCorsFilter.class, "ours")), "/"))
                .containsExactly(
                        "WARNING WEIR-7: The filter \"ours\" (" + HERE + "OurCorsFilter) runs behind Weir's, so"
                                + " scripts of other origins cannot read refusals. Map it before Weir's."
                                + " See docs/checks.md#weir-7");
    }

    @ParameterizedTest
    @ValueSource(classes = {CorsFilter.class, OurCorsFilter.class, BasicAuthenticationFilter.class, PlainFilter.class})
    void filtersInFrontAreWhereTheyBelong(Class<? extends Filter> type) throws Exception {
        JettyServer server = server();
        before(server, holder(type, "front"));
        assertThat(said(server, "/")).isEmpty();
    }

    @Test
    void aFilterForOtherPathsIsNotSpokenOf() throws Exception {
        JettyServer server = server();
        server.filter(holder(PlainFilter.class, "plain"));
        server.start();
        FilterHolder late = holder(OurCorsFilter.class, "api");
        server.context.addFilter(late, "/api/*", EnumSet.of(DispatcherType.REQUEST));
        try (server;
                LogCapture log = new LogCapture()) {
            assertThat(server.client().get("/apian").statusCode()).isEqualTo(200);
            assertThat(log.messages()).isEmpty();
            assertThat(server.client().get("/api/x").statusCode()).isEqualTo(200);
            assertThat(log.messages()).singleElement().asString().startsWith("WARNING WEIR-7: ");
        }
    }

    @Test
    void anAuthenticationFilterBehindIsSaidWhereTheUserMatters() throws Exception {
        assertThat(said(server().filter(holder(BasicAuthenticationFilter.class, "login")), "/"))
                .singleElement()
                .asString()
                .startsWith("WARNING WEIR-8: The filter \"login\" (" + HERE + "BasicAuthenticationFilter) runs behind");
        assertThat(said(server().filter(holder(BasicAuthenticationFilter.class, "login")), "/addresses"))
                .isEmpty();
    }

    @Test
    void aFilterThatStandsForAnotherIsToldByItsName() throws Exception {
        assertThat(said(server().filter(holder(DelegatingFilterProxy.class, "springSecurityFilterChain")), "/"))
                .singleElement()
                .asString()
                .startsWith("WARNING WEIR-8: ");
        assertThat(said(server().filter(holder(DelegatingFilterProxy.class, "sessions")), "/"))
                .isEmpty();
    }

    @Test
    void aFilterBeforeOursWithoutAsyncSupportIsNamedOnceWhereItMatters() throws Exception {
        JettyServer server = server().with("weir.async", "true");
        FilterHolder old = holder(PlainFilter.class, "old");
        old.setAsyncSupported(false);
        before(server, old);
        assertThat(said(server, "/"))
                .containsExactly(
                        "WARNING WEIR-9: Requests reach Weir's filter without async support: it, or one before it,"
                                + " is registered without async-supported = true. Before it run: \"old\" (" + HERE
                                + "PlainFilter). See docs/checks.md#weir-9");
    }

    @Test
    void soIsWeirsOwn() throws Exception {
        assertThat(said(server().withoutAsync(), "/"))
                .singleElement()
                .asString()
                .startsWith("WARNING WEIR-9: ")
                .contains("Before it run: none.");
    }

    @Test
    void fieldsOfAnotherLimiterAreSaidOnce() throws Exception {
        JettyServer server = server();
        before(server, holder(Limiter.class, "limiter"));
        assertThat(said(server, "/"))
                .containsExactly(
                        "WARNING WEIR-11: A response has the field X-Rate-Limit-Remaining before Weir writes its own:"
                                + " another limiter is in front. Switch the fields of one of them off. See docs/checks.md#weir-11");
        JettyServer silent = server().with("weir.header-styles", "none");
        before(silent, holder(Limiter.class, "limiter"));
        assertThat(said(silent, "/")).isEmpty();
    }

    @Test
    void twoFiltersWithAWeirEachAreSaid() throws Exception {
        JettyServer server = server();
        server.filter(holder(RateLimitFilter.class, "second"));
        assertThat(said(server, "/"))
                .containsExactly(
                        "WARNING WEIR-10: Another filter of Weir's is in this application, and a request may be charged by both."
                                + " Register one of them. See docs/checks.md#weir-10");
    }

    @Test
    void anApplicationThatStartsAgainHasOneWeir() throws Exception {
        try (LogCapture log = new LogCapture();
                JettyServer server = server().start()) {
            Object weir = server.context.getServletContext().getAttribute(RateLimitFilter.WEIR_ATTRIBUTE);
            server.context.stop();
            assertThat(server.context.getServletContext().getAttribute(RateLimitFilter.WEIR_ATTRIBUTE))
                    .isNull();
            server.context.start();
            assertThat(server.context.getServletContext().getAttribute(RateLimitFilter.WEIR_ATTRIBUTE))
                    .isSameAs(weir);
            assertThat(log.messages()).isEmpty();
        }
    }
}
