package dev.weir.compatibility.resteasy;

import dev.weir.jaxrs.Implementation;
import jakarta.servlet.http.HttpServlet;
import java.util.Map;
import org.jboss.resteasy.plugins.server.servlet.HttpServletDispatcher;

/** RESTEasy. */
public final class ResteasyImplementation implements Implementation {

    @Override
    public String name() {
        return "resteasy";
    }

    @Override
    public Class<? extends HttpServlet> servlet() {
        return HttpServletDispatcher.class;
    }

    @Override
    public Map<String, String> initParameters() {
        return Map.of("resteasy.servlet.mapping.prefix", "/api");
    }
}
