package dev.weir.compatibility.matrix;

import jakarta.ws.rs.core.Application;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The JAX-RS part of a site: resources, and nothing of Weir's. */
public class Api extends Application {

    private static final String JERSEY_MULTIPART = "org.glassfish.jersey.media.multipart.MultiPartFeature";
    private static final String RESTEASY = "org.jboss.resteasy.plugins.server.servlet.HttpServletDispatcher";

    @Override
    public Set<Class<?>> getClasses() {
        Set<Class<?>> classes = new HashSet<>(Set.of(
                Resources.Plain.class,
                Resources.Shared.class,
                Resources.Shop.class,
                Resources.CatalogueResource.class,
                Resources.Asynchronous.class,
                Resources.Streams.class,
                Resources.Parts.class,
                Resources.Failing.class,
                Resources.Patient.class));
        find(JERSEY_MULTIPART).ifPresent(classes::add);
        find(RESTEASY).ifPresent(itKnowsPublishers -> classes.add(Reactive.class));
        return classes;
    }

    private static Optional<Class<?>> find(String name) {
        try {
            return Optional.of(Class.forName(name));
        } catch (ClassNotFoundException anotherImplementation) {
            return Optional.empty();
        }
    }
}
