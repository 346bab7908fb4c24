package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import dev.weir.core.ManualTicker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which filters a method gets: none that it does not need. */
class BoundFiltersTest {

    @Path("things")
    public static class Things {
        @GET
        public String free() {
            return "free";
        }

        @GET
        @RateLimited(permits = 1, per = "1s", key = "ip")
        public String byAddress() {
            return "limited";
        }

        @GET
        @RateLimited(permits = 1, per = "1s", key = "user")
        public String byUser() {
            return "limited";
        }

        @GET
        @RateLimited(permits = 1, per = "1s", key = "ip")
        @RateLimited(permits = 1, per = "1s")
        public String byBoth() {
            return "limited";
        }
    }

    @Path("limited")
    @RateLimited(permits = 1, per = "1s")
    public static class LimitedThings {
        @GET
        @RateLimitExempt
        public String exempt() {
            return "free";
        }
    }

    private record Resource(Class<?> getResourceClass, Method getResourceMethod) implements ResourceInfo {}

    @Test
    void methodWithoutLimitGetsNoFilter() throws Exception {
        assertThat(boundTo(Things.class, "free")).isEmpty();
    }

    @Test
    void exemptMethodOfALimitedClassGetsNoFilter() throws Exception {
        assertThat(boundTo(LimitedThings.class, "exempt")).isEmpty();
    }

    @Test
    void handlersOfTheImplementationsOwnGetNoFilter() throws Exception {
        assertThat(bound(new Resource(Object.class, Object.class.getMethod("toString"))))
                .isEmpty();
        assertThat(bound(new Resource(null, null))).isEmpty();
    }

    @Test
    void limitByAddressIsBoundBeforeAuthenticationOnly() throws Exception {
        assertThat(boundTo(Things.class, "byAddress")).containsExactly("BeforeAuthentication 900", "FieldsFilter 0");
    }

    @Test
    void limitByUserIsBoundAfterAuthenticationAndBeforeAuthorisation() throws Exception {
        assertThat(boundTo(Things.class, "byUser")).containsExactly("AfterAuthentication 1900", "FieldsFilter 0");
    }

    @Test
    void limitsOfBothKindsAreBoundAtBothPoints() throws Exception {
        assertThat(boundTo(Things.class, "byBoth"))
                .containsExactly("BeforeAuthentication 900", "AfterAuthentication 1900", "FieldsFilter 0");
    }

    private static List<String> boundTo(Class<?> type, String method) throws Exception {
        return bound(new Resource(type, type.getMethod(method)));
    }

    private static List<String> bound(ResourceInfo resource) {
        List<String> bound = new ArrayList<>();
        Configuration configuration = answering(Configuration.class, List.of());
        FeatureContext context = (FeatureContext) Proxy.newProxyInstance(
                BoundFiltersTest.class.getClassLoader(),
                new Class<?>[] {FeatureContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getConfiguration")) {
                        return configuration;
                    }
                    bound.add(arguments[0].getClass().getSimpleName() + " " + arguments[1]);
                    return proxy;
                });
        new LimitBinder(TestWeir.of(new ManualTicker()), null, Surroundings.NONE).configure(resource, context);
        return bound;
    }

    private static <T> T answering(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer));
    }
}
