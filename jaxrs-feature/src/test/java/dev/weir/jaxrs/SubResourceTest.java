package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import dev.weir.servlet.RateLimitFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Classes that requests reach through a locator: not known at deployment, limited all the same. */
class SubResourceTest {

    private static final AtomicInteger SERVED = new AtomicInteger();

    @Path("shop")
    public static class Shop {
        @Path("orders")
        public Orders orders() {
            return new Orders();
        }

        @Path("own")
        public OwnLimits own() {
            return new OwnLimits();
        }

        @Path("broken")
        public Broken broken() {
            return new Broken();
        }

        @Path("broken-root")
        public BrokenRoot brokenRoot() {
            return new BrokenRoot();
        }
    }

    @RateLimited(permits = 2, per = "1h")
    public static class Orders {
        @GET
        public String list() {
            return "orders";
        }

        @GET
        @Path("exempt")
        @RateLimitExempt
        public String exempt() {
            return "exempt";
        }
    }

    public static class OwnLimits {
        @GET
        @RateLimited(permits = 2, per = "1h", key = "ip", name = "by-ip")
        @RateLimited(permits = 5, per = "1h", name = "by-client")
        public String limited() {
            return "limited";
        }

        @GET
        @Path("free")
        public String free() {
            return "free";
        }
    }

    @RateLimited(permits = 2, per = "1 hour")
    public static class Broken {
        @GET
        public String get() {
            SERVED.incrementAndGet();
            return "unlimited";
        }

        @GET
        @Path("other")
        public String other() {
            SERVED.incrementAndGet();
            return "unlimited";
        }
    }

    /** Has a path of its own, but nobody registers it. */
    @Path("broken-root")
    @RateLimited(permits = 2, per = "2 hours")
    public static class BrokenRoot {
        @GET
        public String get() {
            SERVED.incrementAndGet();
            return "unlimited";
        }
    }

    private final ManualTicker ticker = new ManualTicker();
    private JaxrsServer server;

    @BeforeEach
    void start() throws Exception {
        SERVED.set(0);
        server = JaxrsServer.of(Shop.class).weir(TestWeir.of(ticker)).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void methodOfALimitedSubResourceIsLimitedFromItsFirstRequestOn() {
        assertThat(server.get("api/shop/orders").limit()).isEqualTo("\"Orders-1h\";r=1;t=1800");
        assertThat(server.get("api/shop/orders").limit()).isEqualTo("\"Orders-1h\";r=0;t=1800");
        Reply refused = server.get("api/shop/orders");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.limit()).isEqualTo("\"Orders-1h\";r=0;t=1800");
        assertThat(refused.field("Retry-After")).isEqualTo("1800");
    }

    @Test
    void limitsOfBothPointsHoldInASubResource() {
        assertThat(server.get("api/shop/own").limit()).isEqualTo("\"by-ip\";r=1;t=1800, \"by-client\";r=4;t=2880");
        server.get("api/shop/own");
        assertThat(server.get("api/shop/own").limit()).isEqualTo("\"by-ip\";r=0;t=1800");
    }

    @Test
    void unlimitedAndExemptMethodsOfSubResourcesSayNothing() {
        assertThat(server.get("api/shop/own/free").isSilent()).isTrue();
        assertThat(server.get("api/shop/orders/exempt").isSilent()).isTrue();
    }

    @Test
    void malformedSubResourceAnswers503EveryTimeAndIsLoggedOnce() throws Exception {
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 3; i++) {
                for (String path : new String[] {"api/shop/broken", "api/shop/broken/other"}) {
                    Reply reply = server.get(path);
                    assertThat(reply.status()).as("%s", reply).isEqualTo(503);
                    assertThat(reply.field("Retry-After")).isEqualTo("1");
                    assertThat(reply.field("Cache-Control")).isEqualTo("no-store");
                    assertThat(reply.body()).contains("temporary-reduced-capacity");
                }
            }
            assertThat(log.messages()).singleElement().asString().contains(Broken.class.getName(), "1 hour");
        }
        assertThat(SERVED).hasValue(0);
    }

    @Test
    void malformedSubResourceWithAPathOfItsOwnAnswers503EveryTimeAndIsLoggedOnce() throws Exception {
        try (LogCapture log = new LogCapture()) {
            for (int i = 0; i < 3; i++) {
                Reply reply = server.get("api/shop/broken-root");
                assertThat(reply.status()).as("%s", reply).isEqualTo(503);
                assertThat(reply.field("Retry-After")).isEqualTo("1");
                assertThat(reply.body()).contains("temporary-reduced-capacity");
            }
            assertThat(log.messages()).singleElement().asString().contains(BrokenRoot.class.getName(), "2 hours");
        }
        assertThat(SERVED).hasValue(0);
    }

    @Test
    void malformedSubResourceLeavesTheOthersAlone() throws Exception {
        try (LogCapture log = new LogCapture()) {
            server.get("api/shop/broken");
            assertThat(server.get("api/shop/orders").limit()).isEqualTo("\"Orders-1h\";r=1;t=1800");
            assertThat(log.messages()).hasSize(1);
        }
    }

    /* The filter's default limits have begun to judge the request when the sub-resource becomes known. */
    @Test
    void firstRequestToASubResourceBehindTheFilterIsLimitedByBoth() throws Exception {
        try (JaxrsServer behind = JaxrsServer.of(Shop.class)
                .filter(new RateLimitFilter(
                        TestWeir.of(ticker, "weir.default-limits", "9/1h", "weir.jaxrs-default", "true")))
                .start()) {
            Reply reply = behind.get("api/shop/orders");
            assertThat(reply.status()).as("%s", reply).isEqualTo(200);
            assertThat(reply.limit()).isEqualTo("\"default\";r=8;t=3200, \"Orders-1h\";r=1;t=1800");
        }
    }
}
