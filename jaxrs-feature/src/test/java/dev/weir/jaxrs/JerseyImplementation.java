package dev.weir.jaxrs;

import jakarta.servlet.http.HttpServlet;
import java.util.Map;
import org.glassfish.jersey.servlet.ServletContainer;

/** Jersey. */
public final class JerseyImplementation implements Implementation {

    @Override
    public String name() {
        return "jersey";
    }

    @Override
    public Class<? extends HttpServlet> servlet() {
        return ServletContainer.class;
    }

    @Override
    public Map<String, String> initParameters() {
        return Map.of("jersey.config.server.wadl.disableWadl", "true");
    }
}
