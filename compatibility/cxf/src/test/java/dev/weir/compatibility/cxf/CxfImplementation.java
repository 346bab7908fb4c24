package dev.weir.compatibility.cxf;

import dev.weir.jaxrs.Implementation;
import jakarta.servlet.http.HttpServlet;
import java.util.Map;
import org.apache.cxf.jaxrs.servlet.CXFNonSpringJaxrsServlet;

/** CXF. */
public final class CxfImplementation implements Implementation {

    @Override
    public String name() {
        return "cxf";
    }

    @Override
    public Class<? extends HttpServlet> servlet() {
        return CXFNonSpringJaxrsServlet.class;
    }

    @Override
    public Map<String, String> initParameters() {
        return Map.of();
    }
}
