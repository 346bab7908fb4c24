package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.RateLimitExempt;
import dev.weir.annotation.RateLimited;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Whatever a container puts in place of the user's class, and whichever method it hands out: the limits stay. */
class ProxiedEndpointTest {

    interface Search<Q> {
        @RateLimited(permits = 1, per = "1s")
        void search(Q query);

        @RateLimited(permits = 2, per = "1s")
        default void help() {}
    }

    @RateLimited(permits = 3, per = "1s")
    static class SearchResource implements Search<String> {
        @Override
        public void search(String query) {}

        public void list() {}

        @RateLimitExempt
        public void health() {}
    }

    /** As CDI and Mockito generate it: overrides everything, annotates nothing. */
    static class Generated extends SearchResource {
        @Override
        public void search(String query) {}

        @Override
        public void list() {}

        @Override
        public void health() {}

        @Override
        public void help() {}
    }

    @Test
    void proxyOverridesWithoutAnnotationsAndChangesNothing() throws Exception {
        for (Class<?> declaring : new Class<?>[] {SearchResource.class, Generated.class}) {
            for (Class<?> endpoint : new Class<?>[] {SearchResource.class, Generated.class}) {
                assertThat(place(declaring.getMethod("search", String.class), endpoint))
                        .isEqualTo("Search.search(Object)");
                assertThat(place(declaring.getMethod("search", Object.class), endpoint)) // a bridge
                        .isEqualTo("Search.search(Object)");
                assertThat(place(declaring.getMethod("list"), endpoint)).isEqualTo("SearchResource");
                assertThat(place(declaring.getMethod("health"), endpoint)).isEqualTo("SearchResource.health()");
                assertThat(place(declaring.getMethod("help"), endpoint)).isEqualTo("Search.help()");
            }
        }
        assertThat(AnnotatedLimits.of(Generated.class)).isEqualTo(AnnotatedLimits.of(SearchResource.class));
    }

    static class Stricter extends SearchResource {
        @Override
        @RateLimited(permits = 4, per = "1s")
        public void search(String query) {}
    }

    @Test
    void methodOfASupertypeStandsForTheOneThatWouldRun() throws Exception {
        for (Method method : new Method[] {
            Search.class.getMethod("search", Object.class), SearchResource.class.getMethod("search", String.class)
        }) {
            assertThat(place(method, Stricter.class)).isEqualTo("Stricter.search(String)");
        }
    }

    @Test
    void methodOfASubtypeKeepsItsOwnLimits() throws Exception {
        assertThat(place(Stricter.class.getMethod("search", String.class), SearchResource.class))
                .isEqualTo("Stricter.search(String)");
    }

    @Test
    void jdkProxyIsReadThroughItsInterfaces() throws Exception {
        Class<?> proxy = Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Search.class}, (self, method, arguments) -> null)
                .getClass();
        assertThat(place(proxy.getMethod("search", Object.class), proxy)).isEqualTo("Search.search(Object)");
        assertThat(place(Search.class.getMethod("help"), proxy)).isEqualTo("Search.help()");
    }

    interface Listing {
        void list();
    }

    static class Listed implements Listing {
        @Override
        public void list() {}
    }

    @RateLimited(permits = 5, per = "1s")
    static class Unrelated {}

    @Test
    void methodOfAnUnrelatedClassFallsBackToTheLimitsOfTheEndpointClass() throws Exception {
        assertThat(place(Listed.class.getMethod("list"), Unrelated.class)).isEqualTo("Unrelated");
    }

    private static String place(Method method, Class<?> endpoint) {
        AnnotatedLimits found = AnnotatedLimits.of(method, endpoint);
        assertThat(found.isEmpty())
                .as("nothing found for %s in %s", method, endpoint)
                .isFalse();
        return found.place().replace(ProxiedEndpointTest.class.getName() + "$", "");
    }
}
