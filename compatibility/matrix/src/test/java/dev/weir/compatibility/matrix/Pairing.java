package dev.weir.compatibility.matrix;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cell of the matrix: a container and a JAX-RS implementation.
 *
 * @param container null if there is none
 * @param implementation null for servlets only
 */
record Pairing(Stack container, Stack implementation) {

    static final List<Stack> CONTAINERS = List.of(
            new Stack("jetty-ee10", "Jetty 12.1, EE 10", "jetty-ee10-webapp"),
            new Stack("jetty-ee11", "Jetty 12.1, EE 11", "jetty-ee11-webapp"),
            new Stack("tomcat-10.1", "Tomcat 10.1", "tomcat-embed-core"),
            new Stack("tomcat-11.0", "Tomcat 11.0", "tomcat-embed-core"),
            new Stack("undertow", "Undertow 2.3", "undertow-servlet"));

    static final List<Stack> IMPLEMENTATIONS = List.of(
            new Stack("jersey-3.1", "Jersey 3.1", "jersey-container-servlet"),
            new Stack("jersey-4.0", "Jersey 4.0", "jersey-container-servlet"),
            new Stack("resteasy-6.2", "RESTEasy 6.2", "resteasy-core"),
            new Stack("resteasy-7.0", "RESTEasy 7.0", "resteasy-core"),
            new Stack("cxf-4.1", "CXF 4.1", "cxf-rt-frontend-jaxrs"),
            new Stack("cxf-4.2", "CXF 4.2", "cxf-rt-frontend-jaxrs"));

    static final Stack JERSEY_ALONE = new Stack("jersey-grizzly", "Jersey 3.1 on Grizzly", "jersey-server");

    static final String NO_IMPLEMENTATION = "servlets";
    static final String NO_CONTAINER = "none";

    /** These have every container and every implementation among them. */
    private static final List<String> SIX = List.of(
            "jetty-ee10+jersey-3.1",
            "jetty-ee11+cxf-4.2",
            "tomcat-10.1+resteasy-6.2",
            "tomcat-11.0+jersey-4.0",
            "undertow+resteasy-7.0",
            "undertow+cxf-4.1");

    /** Every cell that can exist, by container. */
    static List<Pairing> all() {
        List<Pairing> all = new ArrayList<>();
        for (Stack container : CONTAINERS) {
            all.add(new Pairing(container, null));
            IMPLEMENTATIONS.forEach(each -> all.add(new Pairing(container, each)));
        }
        all.add(new Pairing(null, JERSEY_ALONE));
        return all;
    }

    /** Those that {@code -Dcells} asks for: {@code six} (the default), {@code all}, or names with commas between. */
    static List<Pairing> asked() {
        String asked = System.getProperty("cells", "six");
        if (asked.equals("all")) {
            return all();
        }
        List<String> names = asked.equals("six") ? SIX : Arrays.asList(asked.split(","));
        List<Pairing> found =
                all().stream().filter(each -> names.contains(each.name())).toList();
        if (found.size() != names.size()) {
            throw new IllegalArgumentException("-Dcells=" + asked + ": write six, all, or some of "
                    + all().stream().map(Pairing::name).toList());
        }
        return found;
    }

    static Pairing named(String name) {
        return all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    String name() {
        return containerName() + "+" + implementationName();
    }

    String containerName() {
        return container == null ? NO_CONTAINER : container.name();
    }

    String implementationName() {
        return implementation == null ? NO_IMPLEMENTATION : container == null ? "jersey-3.1" : implementation.name();
    }

    /** What its process has on the class path besides the application: Weir, the container, the implementation. */
    List<Path> jars() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (Stack each : Stream.of(Stack.WEIR, container, implementation)
                .filter(each -> each != null)
                .toList()) {
            jars.addAll(each.jars());
        }
        return jars;
    }

    @Override
    public String toString() {
        return name();
    }
}
