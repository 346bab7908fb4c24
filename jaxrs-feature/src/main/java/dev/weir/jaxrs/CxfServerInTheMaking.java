package dev.weir.jaxrs;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The CXF server that this thread makes at the moment. CXF gives each feature a configuration of its own, so nothing there tells the
 * feature that comes by itself of one that is registered by hand. But one thread makes a server from beginning to end: first it
 * configures the features of the bus, then those of the application, then it shows all binders the methods.
 */
final class CxfServerInTheMaking {

    /* Weak: a thread of the container may keep this for good, if a server has no methods or does not come about. */
    private static final ThreadLocal<@Nullable WeakReference<LimitBinder>> AUTOMATIC = new ThreadLocal<>();

    private CxfServerInTheMaking() {}

    /** Its bus has brought {@code automatic}. */
    static void begin(LimitBinder automatic) {
        AUTOMATIC.set(new WeakReference<>(automatic));
    }

    /** Its application registers the feature by hand. */
    static void stepBack() {
        WeakReference<LimitBinder> automatic = AUTOMATIC.get();
        LimitBinder binder = automatic == null ? null : automatic.get();
        if (binder != null) {
            binder.stepBack();
        }
    }

    /** Its features are known. */
    static void end() {
        AUTOMATIC.remove();
    }
}
