package dev.weir.redisson;

import dev.weir.core.Bundle;

/**
 * What stands at a key of ours cannot be judged by, and is not thrown away either: that would be a burst for somebody, or the loss
 * of what another program keeps there. Names the bundle and its keys, never a client.
 */
final class UnreadableStateException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private UnreadableStateException(String message) {
        super(message);
    }

    /** Another type, or a value that no version of ours has written. */
    static UnreadableStateException foreign(Bundle bundle, String keys) {
        return new UnreadableStateException("Something else stands in Redis where a client's state under bundle \""
                + bundle.name() + "\" belongs, and was left alone. Delete it (a key like " + keys
                + "), or set weir.redis-prefix to one of your own");
    }

    /** The same where rules should stand. */
    static UnreadableStateException foreign(String key) {
        return new UnreadableStateException(
                "Something else stands in Redis where rules belong, and was left alone. Delete the key " + key
                        + ", or set weir.redis-prefix to one of your own");
    }

    static UnreadableStateException ofUnknownRules(Bundle bundle, String keys) {
        return new UnreadableStateException("A client's state under bundle \"" + bundle.name()
                + "\" stands under rules that nobody has written down, and was left alone. Delete it (a key like "
                + keys
                + "): that client begins anew");
    }
}
