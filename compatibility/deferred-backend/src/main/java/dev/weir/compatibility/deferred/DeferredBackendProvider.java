package dev.weir.compatibility.deferred;

import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.core.spi.BackendProvider;

/** Opens a {@link DeferredBackend} under the name {@code deferred}. */
public final class DeferredBackendProvider implements BackendProvider {

    /** For service loading. */
    public DeferredBackendProvider() {}

    @Override
    public String name() {
        return "deferred";
    }

    @Override
    public Backend open(BackendContext context) {
        return new DeferredBackend(context);
    }
}
