import org.jspecify.annotations.NullMarked;

/** The JAX-RS feature: filters only on methods that carry a limit. RESTful WS 3.1 and later; servlets are not needed. */
@NullMarked
@SuppressWarnings("requires-automatic") // CXF, which has modules of no other kind
module dev.weir.jaxrs {
    requires transitive dev.weir.http;
    requires transitive jakarta.ws.rs;
    requires transitive org.jspecify;
    requires static jakarta.servlet;
    requires static org.apache.cxf.core;

    exports dev.weir.jaxrs;

    // Not FeatureInitializer, which only the class path offers: the module would need servlets then.
    provides jakarta.ws.rs.core.Feature with
            dev.weir.jaxrs.AutoRateLimitFeature;
}
