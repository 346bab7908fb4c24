package dev.weir.compatibility.matrix;

import dev.weir.jaxrs.RateLimitFeature;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.glassfish.grizzly.http.server.HttpHandlerRegistration;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.Request;
import org.glassfish.jersey.grizzly2.httpserver.GrizzlyHttpContainer;
import org.glassfish.jersey.grizzly2.httpserver.GrizzlyHttpServerFactory;
import org.glassfish.jersey.server.ContainerFactory;
import org.glassfish.jersey.server.ResourceConfig;

/** No servlet container: Jersey on an HTTP server, with no Servlet API on the class path. */
final class GrizzlyContainer implements Container {

    @Override
    public int start(List<Site> sites, List<Path> wars) throws Exception {
        HttpServer server = GrizzlyHttpServerFactory.createHttpServer(URI.create("http://127.0.0.1:0/"), false);
        for (Site site : sites) {
            if (site.kind() != Site.Kind.BEHIND_CORS) {
                ResourceConfig config =
                        ResourceConfig.forApplication(site.kind() == Site.Kind.BY_HAND ? new ApiByHand() : new Api());
                config.register(Peer.class);
                server.getServerConfiguration()
                        .addHttpHandler(
                                ContainerFactory.createContainer(GrizzlyHttpContainer.class, config),
                                HttpHandlerRegistration.builder()
                                        .contextPath(site.path() + "/api")
                                        .urlPattern("/*")
                                        .build());
            }
        }
        server.start();
        return server.getListeners().iterator().next().getPort();
    }

    /** Tells Weir whom a request comes from, as its documentation asks where there is no servlet container. */
    @PreMatching
    public static final class Peer implements ContainerRequestFilter {

        @Context
        private jakarta.inject.Provider<Request> connection;

        @Override
        public void filter(ContainerRequestContext request) {
            request.setProperty(
                    RateLimitFeature.PEER_ADDRESS_PROPERTY, connection.get().getRemoteAddr());
        }
    }
}
