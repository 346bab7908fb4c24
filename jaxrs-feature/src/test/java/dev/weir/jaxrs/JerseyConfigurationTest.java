package dev.weir.jaxrs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.net.URI;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jersey's own kind of application. */
@Tag("jersey")
class JerseyConfigurationTest {

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(permits = 2, per = "1h", name = "search")
        public String search() {
            return "found";
        }
    }

    @Path("first")
    public static class First {
        @GET
        @RateLimited(permits = 1, per = "1sec")
        public String get() {
            return "first";
        }
    }

    @Path("second")
    public static class Second {
        @GET
        @RateLimited(permits = -1, per = "1s")
        public String get() {
            return "second";
        }
    }

    @Test
    void propertiesOfAResourceConfigAreSettings() throws Exception {
        ApplicationHandler handler = new ApplicationHandler(new ResourceConfig(Search.class)
                .register(RateLimitFeature.class)
                .property("weir.header-styles", "x-delta"));
        URI uri = URI.create("http://localhost/search");
        ContainerResponse response = handler.apply(new ContainerRequest(
                        uri.resolve("/"), uri, "GET", null, new MapPropertiesDelegate(), handler.getConfiguration()))
                .get();
        assertThat(response.getHeaderString("RateLimit")).isNull();
        assertThat(response.getHeaderString("X-RateLimit-Remaining")).isEqualTo("1");
    }

    @Test
    void malformedAnnotationsInAResourceConfigAreToldInOneMessage() {
        assertThatThrownBy(() -> new ApplicationHandler(
                        new ResourceConfig(First.class, Second.class).register(RateLimitFeature.class)))
                .hasStackTraceContaining("for 2 reasons")
                .hasStackTraceContaining("1sec")
                .hasStackTraceContaining("permits = -1");
    }
}
