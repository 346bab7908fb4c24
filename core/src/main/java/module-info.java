import org.jspecify.annotations.NullMarked;

/** Rate limiting as a library: limits, decisions, kernels and the local limiter. Knows no container and no HTTP. */
@NullMarked
module dev.weir.core {
    requires transitive org.jspecify;
    requires com.github.benmanes.caffeine;

    exports dev.weir.core;
    exports dev.weir.core.spi;
}
