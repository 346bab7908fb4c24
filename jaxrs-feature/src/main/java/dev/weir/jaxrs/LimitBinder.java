package dev.weir.jaxrs;

import dev.weir.http.Check;
import dev.weir.http.DeploymentException;
import dev.weir.http.Endpoint;
import dev.weir.http.Endpoints.Finding;
import dev.weir.http.Point;
import dev.weir.http.Setting;
import dev.weir.http.Settings;
import dev.weir.http.Weir;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Configuration;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts filters on the methods that carry a limit, and on no others. */
final class LimitBinder implements DynamicFeature {

    static final int BEFORE_AUTHENTICATION = Priorities.AUTHENTICATION - 100;
    static final int AFTER_AUTHENTICATION = Priorities.AUTHORIZATION - 100;
    /** Response filters run from the highest number down: this one is the last, when the application has had its say. */
    static final int FIELDS = 0;

    /** The property by which a feature that was registered by hand says so: its Weir, or its class if it has none. */
    static final String BY_HAND = "dev.weir.jaxrs.by-hand";

    private static final Logger LOGGER = System.getLogger("dev.weir");

    private final @Nullable Application application;
    private final Surroundings surroundings;
    private final boolean binds;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();
    private boolean isByHand;
    private @Nullable Weir given;
    private @Nullable Weir weir;
    private @Nullable Weir ownWeir;
    private boolean isDecided;
    private volatile boolean isSeenToItsEnd;
    private volatile boolean isOff;

    /**
     * A binder that binds filters, in {@code application} as far as it is known: by {@code given} if that is not null, or by the Weir that
     * {@link #BY_HAND} holds.
     */
    LimitBinder(@Nullable Weir given, @Nullable Application application, Surroundings surroundings) {
        this(given, application, surroundings, true, given != null);
    }

    private LimitBinder(
            @Nullable Weir given,
            @Nullable Application application,
            Surroundings surroundings,
            boolean binds,
            boolean isByHand) {
        this.given = given;
        this.application = application;
        this.surroundings = surroundings;
        this.binds = binds;
        this.isByHand = isByHand;
    }

    /** A binder that only checks the resources, for filters that are not bound by it. */
    static LimitBinder checking(@Nullable Weir given, @Nullable Application application, boolean isByHand) {
        return new LimitBinder(given, application, Surroundings.NONE, false, isByHand);
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Method method = resource.getResourceMethod();
        if (resource.getResourceClass() == null || method == null) {
            return; // a handler of the implementation's own
        }
        decide(context.getConfiguration());
        if (isOff) {
            return;
        }
        Class<?> type = implementing(resource.getResourceClass(), context.getConfiguration());
        Weir used = weir(context.getConfiguration());
        LimitedMethod limited = new LimitedMethod(type, method);
        Finding finding = limited.finding(used);
        List<String> misplaced = LimitedMethod.misplaced(type);
        if (!misplaced.isEmpty()) {
            refuse(new Finding.Malformed(misplaced), type, used, context);
        } else if (finding instanceof Finding.Malformed malformed) {
            refuse(malformed, type, used, context);
        } else if (binds
                && finding instanceof Finding.Limited found
                && (isByHand || !isBoundByAnotherCopy(context.getConfiguration(), type))) {
            bind(limited, found.endpoint(), context);
        }
    }

    /* Each implementation finds the features of the server's copy of Weir and of the application's, if there are both. */
    private boolean isBoundByAnotherCopy(Configuration configuration, Class<?> type) {
        for (Object each : configuration.getInstances()) {
            Class<?> filter = each.getClass();
            if (filter != FieldsFilter.class && filter.getName().equals(FieldsFilter.class.getName())) {
                if (reported.add(type.getName())) {
                    LOGGER.log(
                            Level.ERROR,
                            "Weir is on the class path twice; the limits of {0} are those of {1}, and not charged by {2}",
                            type.getName(),
                            filter.getProtectionDomain().getCodeSource(),
                            FieldsFilter.class.getProtectionDomain().getCodeSource());
                }
                return true;
            }
        }
        return false;
    }

    /* Binders are asked when all features are registered; only then is it known whether one was by hand. */
    private void decide(Configuration configuration) {
        if (!isDecided) {
            isDecided = true;
            if (!binds) {
                CxfServerInTheMaking.end();
            }
            Object mark = configuration.getProperty(BY_HAND);
            if (mark instanceof Weir its) {
                given = its;
            }
            isByHand |= mark instanceof Weir || mark == RateLimitFeature.class;
            if (!isByHand && !isOff) {
                // A mark that is left is of another copy of Weir, whose feature the application has registered.
                isOff = mark != null || !settings(configuration).isTrue(Setting.AUTO_REGISTER);
            }
        }
    }

    /** Leaves all to a feature that is registered by hand. */
    void stepBack() {
        isOff = true;
    }

    /** Whether this limits nothing. */
    boolean isOff() {
        return isOff;
    }

    private void bind(LimitedMethod method, Endpoint endpoint, FeatureContext context) {
        if (endpoint.hasLimitsAt(Point.BEFORE_AUTHENTICATION)) {
            context.register(new LimitFilter.BeforeAuthentication(this, method), BEFORE_AUTHENTICATION);
        }
        if (endpoint.hasLimitsAt(Point.AFTER_AUTHENTICATION)) {
            context.register(new LimitFilter.AfterAuthentication(this, method), AFTER_AUTHENTICATION);
        }
        context.register(new FieldsFilter(surroundings), FIELDS);
    }

    /**
     * A mistake in a resource stops the deployment, together with those in all other resources that are known. One in a class
     * that only a locator returns comes to light at its first use, during a request, too late for that: its methods answer 503.
     */
    private void refuse(Finding.Malformed malformed, Class<?> type, Weir used, FeatureContext context) {
        if (LimitedMethod.isRoot(type) && !surroundings.isInRequest()) {
            Set<String> problems = new LinkedHashSet<>(malformed.problems());
            resources(context.getConfiguration()).filter(LimitedMethod::isRoot).forEach(resource -> {
                problems.addAll(LimitedMethod.misplaced(resource));
                for (Method method : resource.getMethods()) {
                    if (new LimitedMethod(resource, method).finding(used) instanceof Finding.Malformed other) {
                        problems.addAll(other.problems());
                    }
                }
            });
            if (ownWeir != null) {
                ownWeir.close();
            }
            throw new DeploymentException(List.copyOf(problems));
        }
        report(malformed, type);
        context.register(new UnavailableFilter(), BEFORE_AUTHENTICATION);
    }

    /* RESTEasy shows the interface that carries the path, not the class that implements it, which may carry the limits. */
    private Class<?> implementing(Class<?> type, Configuration configuration) {
        return !type.isInterface()
                ? type
                : resources(configuration)
                        .filter(each -> !each.isInterface() && type.isAssignableFrom(each))
                        .findFirst()
                        .orElse(type);
    }

    @SuppressWarnings("deprecation") // singletons are resources too, as long as there are any
    private Stream<Class<?>> resources(Configuration configuration) {
        Stream<Object> known =
                Stream.concat(configuration.getClasses().stream(), configuration.getInstances().stream());
        if (application != null) {
            known = Stream.concat(
                    known, Stream.concat(application.getClasses().stream(), application.getSingletons().stream()));
        }
        return known.map(each -> each instanceof Class<?> type ? type : each.getClass());
    }

    /** Tells of a class whose methods answer 503: once of each. */
    void report(Finding.Malformed malformed, Class<?> type) {
        if (reported.add(type.getName())) {
            LOGGER.log(
                    Level.ERROR,
                    "The methods of {0} answer 503 until its limits are mended: {1}",
                    type.getName(),
                    String.join(" ", malformed.problems()));
        }
    }

    /** The Weir that methods were bound with. */
    Weir weir() {
        return Objects.requireNonNull(weir, "configure has not been called");
    }

    /** The same, where the filter in front is seen only now, during a request. */
    Weir weir(Surroundings around) {
        Weir ofFilter = given == null ? weirOfFilter(around) : null;
        Weir own = ownWeir;
        if (own != null && !isSeenToItsEnd) {
            isSeenToItsEnd = true;
            around.closeInTheEnd(own);
        }
        return ofFilter == null ? weir() : ofFilter;
    }

    /* Another copy's filter is an error where the feature was asked for; else each copy limits what carries its own annotations. */
    private @Nullable Weir weirOfFilter(Surroundings around) {
        return !isByHand && around.isFilterOfAnotherCopy() ? null : around.weirOfFilter();
    }

    Surroundings surroundings() {
        return surroundings;
    }

    /** Given by code, or else that of the filter in front, or else made of settings; the same for all methods. */
    private Weir weir(Configuration configuration) {
        Weir found = weir;
        if (found == null) {
            found = given == null ? weirOfFilter(surroundings) : given;
            if (found != null && surroundings.hasFilterOfAnother(found)) {
                found.warn(
                        Check.TWO_WEIRS,
                        "The feature has a Weir of its own beside the filter's, and a request may be charged by both."
                                + " Give it none, or register a filter with the same");
            }
            if (found == null) {
                found = Weir.builder().settings(settings(configuration)).build();
                ownWeir = found;
                surroundings.closeInTheEnd(found);
            }
            weir = found;
        }
        return found;
    }

    private Settings settings(Configuration configuration) {
        Map<String, String> properties = new LinkedHashMap<>();
        configuration.getProperties().forEach((name, value) -> properties.put(name, String.valueOf(value)));
        return Settings.ofSystem()
                .after("context-param", surroundings.initParameters())
                .after("property", properties);
    }
}
