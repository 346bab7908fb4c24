package dev.weir.redisson;

import dev.weir.core.Bundle;
import dev.weir.core.ClientKey;

/** A client under a bundle, whichever version of that. */
record ClientOfBundle(String bundle, ClientKey client) {

    static ClientOfBundle of(Bundle bundle, ClientKey client) {
        return new ClientOfBundle(bundle.name(), client);
    }
}
