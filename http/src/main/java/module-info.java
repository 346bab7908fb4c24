import org.jspecify.annotations.NullMarked;

/** What both front ends share: annotations to policies, client keys, header fields, the refusal. Knows no container. */
@NullMarked
module dev.weir.http {
    requires transitive dev.weir.annotation;
    requires transitive dev.weir.core;
    requires transitive org.jspecify;

    exports dev.weir.http;

    uses dev.weir.core.spi.BackendProvider;
}
