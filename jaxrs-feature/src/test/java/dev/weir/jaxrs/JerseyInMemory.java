package dev.weir.jaxrs;

import dev.weir.annotation.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.net.URI;
import java.util.concurrent.Callable;
import org.glassfish.jersey.internal.MapPropertiesDelegate;
import org.glassfish.jersey.server.ApplicationHandler;
import org.glassfish.jersey.server.ContainerRequest;
import org.glassfish.jersey.server.ContainerResponse;
import org.glassfish.jersey.server.ResourceConfig;

/** Jersey without a server: one limited method, asked directly. As a {@link Callable} it asks once and says what it heard. */
public final class JerseyInMemory implements Callable<String> {

    private static final URI BASE = URI.create("http://localhost/");

    @Path("search")
    public static class Search {
        @GET
        @RateLimited(permits = 2, per = "1h", key = "ip", name = "search")
        public String search() {
            return "found";
        }
    }

    private final ApplicationHandler handler;

    public JerseyInMemory() {
        this(new RateLimitFeature());
    }

    JerseyInMemory(RateLimitFeature feature) {
        handler = new ApplicationHandler(new ResourceConfig(Search.class)
                .register(feature)
                .property("jersey.config.server.wadl.disableWadl", true));
    }

    /** Asks; {@code peerAddress} may be null. */
    ContainerResponse ask(String peerAddress) throws Exception {
        ContainerRequest request = new ContainerRequest(
                BASE, BASE.resolve("search"), "GET", null, new MapPropertiesDelegate(), handler.getConfiguration());
        if (peerAddress != null) {
            request.setProperty(RateLimitFeature.PEER_ADDRESS_PROPERTY, peerAddress);
        }
        return handler.apply(request).get();
    }

    @Override
    public String call() throws Exception {
        ContainerResponse response = ask("203.0.113.7");
        return response.getStatus() + " " + response.getHeaderString("RateLimit");
    }
}
