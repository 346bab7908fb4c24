package dev.weir.compatibility.matrix;

import java.util.Map;

/**
 * A JAX-RS implementation as a site needs it.
 *
 * @param servlet the class name of the servlet that it comes as; empty if there is no implementation
 * @param initParameters what has to be told to that servlet
 */
record Implementation(String servlet, Map<String, String> initParameters) {

    private static final Implementation NONE = new Implementation("", Map.of());
    private static final Implementation JERSEY =
            new Implementation("org.glassfish.jersey.servlet.ServletContainer", Map.of());
    private static final Implementation RESTEASY = new Implementation(
            "org.jboss.resteasy.plugins.server.servlet.HttpServletDispatcher",
            Map.of("resteasy.servlet.mapping.prefix", "/api"));
    private static final Implementation CXF =
            new Implementation("org.apache.cxf.jaxrs.servlet.CXFNonSpringJaxrsServlet", Map.of());

    /** That of a stack: {@code jersey-3.1} is Jersey. */
    static Implementation of(String stack) {
        return switch (stack.replaceFirst("-.*", "")) {
            case "servlets" -> NONE;
            case "jersey" -> JERSEY;
            case "resteasy" -> RESTEASY;
            case "cxf" -> CXF;
            default -> throw new IllegalArgumentException("\"" + stack + "\" is no implementation of the matrix");
        };
    }

    /** Whether there is one. */
    boolean exists() {
        return !servlet.isEmpty();
    }
}
