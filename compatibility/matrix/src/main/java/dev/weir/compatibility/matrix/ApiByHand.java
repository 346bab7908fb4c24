package dev.weir.compatibility.matrix;

import dev.weir.jaxrs.RateLimitFeature;
import java.util.Set;

/** The same, with Weir's feature registered as well. */
public final class ApiByHand extends Api {

    @Override
    public Set<Class<?>> getClasses() {
        Set<Class<?>> classes = super.getClasses();
        classes.add(RateLimitFeature.class);
        return classes;
    }
}
