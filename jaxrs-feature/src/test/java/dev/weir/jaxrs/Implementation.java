package dev.weir.jaxrs;

import jakarta.servlet.http.HttpServlet;
import java.util.Map;
import java.util.ServiceLoader;

/** A JAX-RS implementation in a servlet. Found by service loading, so that other modules run these tests on theirs. */
public interface Implementation {

    /** What it is called in assertions about what only one of them does. */
    String name();

    /** The servlet that it runs in. */
    Class<? extends HttpServlet> servlet();

    /** The servlet's init-params, but for the application's class. */
    Map<String, String> initParameters();

    /** The one on the class path. */
    static Implementation found() {
        return ServiceLoader.load(Implementation.class).findFirst().orElseThrow();
    }
}
