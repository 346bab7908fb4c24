import org.jspecify.annotations.NullMarked;

/** The servlet filter: finds the policy of the target servlet. Servlet 6.0 and later. */
@NullMarked
module dev.weir.servlet {
    requires transitive dev.weir.http;
    requires transitive jakarta.servlet;
    requires transitive org.jspecify;

    exports dev.weir.servlet;

    provides jakarta.servlet.ServletContainerInitializer with
            dev.weir.servlet.RateLimitInitializer;
}
