package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.junit.jupiter.api.Test;

/** Part D: one request that passes the filter more than once. */
class DispatchTest {

    @RateLimited(permits = 5, per = "1m", key = "ip")
    static class Round extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            if (request.getDispatcherType() != DispatcherType.REQUEST) {
                response.getWriter().print(request.getDispatcherType() + " ");
                return;
            }
            switch (request.getQueryString()) {
                case "forward" -> request.getRequestDispatcher("/other").forward(request, response);
                case "include" -> {
                    request.getRequestDispatcher("/other").include(request, response);
                    request.getRequestDispatcher("/round").include(request, response);
                }
                case "async" -> {
                    AsyncContext later = request.startAsync(request, response);
                    later.start(later::dispatch);
                }
                default -> response.sendError(500);
            }
        }
    }

    /** Another limited servlet, for a minute's worth of one request, so that a second charge would show. */
    @RateLimited(permits = 1, per = "1m", key = "ip")
    static class Other extends Round {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(
            value = "D11",
            promise = "Forwards, includes, asynchronous and error dispatches of a request cost nothing more")
    void dispatchesOfOneRequestCostOnePermit() {
        for (EnumSet<DispatcherType> types :
                List.of(EnumSet.of(DispatcherType.REQUEST), EnumSet.allOf(DispatcherType.class))) {
            for (String way : List.of("forward", "include", "async", "error")) {
                try (Site site = site(types)) {
                    for (int left = 4; left >= 0; left--) {
                        Wire.Answer answer = Wire.send(site, "GET", "/round?" + way);
                        assertThat(answer.status()).isEqualTo(way.equals("error") ? 500 : 200);
                        assertThat(answer.body()).containsIgnoringCase(way);
                        if (!way.equals("error")) { // an error page may begin with no fields: the container decides
                            assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo(String.valueOf(left));
                        }
                    }
                    assertThat(Wire.send(site, "GET", "/round?" + way).status()).isEqualTo(429);
                    assertThat(Wire.send(site, "GET", "/other?error").status()).isEqualTo(500);
                }
            }
        }
    }

    @Test
    @Row(
            value = "D11",
            promise = "A refusal starts no error dispatch, so an error page that is limited itself does not recurse")
    void refusalsStartNoErrorDispatch() {
        try (Site site = site(EnumSet.allOf(DispatcherType.class))) {
            for (int i = 0; i < 5; i++) {
                assertThat(Wire.send(site, "GET", "/round?forward").status()).isEqualTo(200);
            }
            Wire.Answer refused = Wire.send(site, "GET", "/round?forward");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.body()).contains("quota-exceeded").doesNotContain("ERROR");
        }
    }

    private static Site site(EnumSet<DispatcherType> types) {
        return Site.with()
                .servlet("/round", new Round())
                .servlet("/other", new Other())
                .dispatcherTypes(types)
                .context(context -> {
                    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
                    errors.addErrorPage(429, "/other");
                    errors.addErrorPage(500, "/other");
                    context.setErrorHandler(errors);
                })
                .start();
    }
}
