package dev.weir.jaxrs;

import java.util.ArrayList;
import java.util.List;
import org.apache.cxf.Bus;

/**
 * Has CXF use the feature, since it loads no features as services: named in {@code META-INF/cxf/bus-extensions.txt}, made for each bus, and
 * the only class here that needs CXF.
 */
public final class CxfExtension {

    private static final String PROVIDERS = "org.apache.cxf.jaxrs.bus.providers";

    /** Adds the feature to the providers of {@code bus}. */
    @SuppressWarnings("exports") // who calls this has CXF
    public CxfExtension(Bus bus) {
        List<Object> providers = new ArrayList<>();
        if (bus.getProperty(PROVIDERS) instanceof List<?> known) {
            providers.addAll(known);
        }
        if (providers.stream().noneMatch(AutoRateLimitFeature.class::isInstance)) {
            providers.add(new AutoRateLimitFeature());
            bus.setProperty(PROVIDERS, providers);
        }
    }
}
