import org.jspecify.annotations.NullMarked;

/** The JAX-RS feature: filters only on methods that carry a limit. RESTful WS 3.1 and later; servlets are not needed. */
@NullMarked
module dev.weir.jaxrs {
    requires transitive dev.weir.http;
    requires transitive jakarta.ws.rs;
    requires transitive org.jspecify;
    requires static jakarta.servlet;

    exports dev.weir.jaxrs;
}
