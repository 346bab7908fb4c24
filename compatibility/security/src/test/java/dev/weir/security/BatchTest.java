package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimited;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;

/** Part D: many operations in one request. */
class BatchTest {

    @RateLimited(permits = 5, per = "1m", key = "ip")
    static class Single extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @RateLimited(permits = 5, per = "1m", key = "ip", costBy = "operations")
    static class Batch extends Counting {
        private static final long serialVersionUID = 1L;
    }

    @Test
    @Row(value = "D13", promise = "A request costs one permit, whatever its body holds")
    void batchesCostOnePermitUnlessTold() {
        try (Site site = Site.with().servlet("/single", new Single()).start()) {
            String batch = "[" + "{\"query\":\"{a:login}\"},".repeat(99) + "{}]";
            try (Wire wire = Wire.to(site)) {
                wire.write("POST /single HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + batch.length() + "\r\n\r\n"
                        + batch);
                assertThat(wire.read(false).header("X-RateLimit-Remaining")).isEqualTo("4");
            }
        }
    }

    @Test
    @Row(
            value = "D13",
            promise = "A cost resolver makes a batch cost what it holds",
            set = "`weir.cost-resolver.NAME` and `costBy`")
    void batchesCostWhatAResolverSays() {
        Filter parser = (request, response, chain) -> {
            String operations = ((HttpServletRequest) request).getHeader("X-Operations");
            request.setAttribute("operations", Long.valueOf(operations));
            chain.doFilter(request, response);
        };
        try (Site site = Site.with()
                .weir(builder -> builder.costResolver("operations", request -> (Long) request.attribute("operations")))
                .filterBefore("/*", parser)
                .servlet("/batch", new Batch())
                .start()) {
            assertThat(remaining(site, 3)).isEqualTo("2");
            assertThat(Wire.send(site, "POST", "/batch", "X-Operations: 3").status())
                    .isEqualTo(429);
            assertThat(remaining(site, 2)).isEqualTo("0");
            Wire.Answer never = Wire.send(site, "POST", "/batch", "X-Operations: 6");
            assertThat(never.status()).isEqualTo(429);
            assertThat(never.header("Retry-After")).isNull();
        }
    }

    private static String remaining(Site site, int operations) {
        return Wire.send(site, "POST", "/batch", "X-Operations: " + operations).header("X-RateLimit-Remaining");
    }
}
