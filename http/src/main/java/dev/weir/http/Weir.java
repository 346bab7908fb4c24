package dev.weir.http;

import dev.weir.core.Ask;
import dev.weir.core.Fallback;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.Policies;
import dev.weir.core.Ticker;
import dev.weir.core.spi.Backend;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Rate limiting for one application: its settings, its policies and its back end. The filter and the feature of an
 * application share one, so that they tell clients apart in the same way and speak with one voice.
 *
 * <p>Made by {@link #builder}; closed by who made it. Safe for use by many threads.
 */
public final class Weir implements AutoCloseable {

    /** Against a back end that says it keeps deadlines, and does not. */
    private static final Duration LAST_RESORT = Duration.ofMinutes(2);

    private final Settings settings;
    private final Policies policies;
    private final Backend backend;
    private final Endpoints endpoints;
    private final ClientRules clientRules;
    private final PolicySettings policySettings;
    private final CheckLog checkLog;
    private final NewKeys newKeys;
    private final SpareAsks spareAsks = new SpareAsks();
    private final Fields fields;
    private final Duration deadline;
    private final Waits waits;
    private final LimiterListener listener;
    private final Executor executor;
    private final FailureLog failureLog;
    private final RefusalLog refusalLog;
    private final @Nullable ScheduledExecutorService ownScheduler;

    Weir(Parts parts) {
        settings = parts.settings();
        policies = parts.policies();
        backend = parts.backend();
        endpoints = parts.endpoints();
        clientRules = parts.clientRules();
        policySettings = parts.policySettings();
        checkLog = parts.checkLog();
        newKeys = new NewKeys(parts.newKeysPerAddress(), parts.fallback(), policySettings, policies);
        fields = parts.fields();
        deadline = backend.keepsDeadlines() ? LAST_RESORT : parts.fallback().deadline();
        waits = parts.waits();
        listener = parts.listener();
        executor = parts.executor();
        failureLog = new FailureLog(parts.ticker());
        refusalLog = new RefusalLog(parts.ticker());
        ownScheduler = parts.ownScheduler();
    }

    /** What a builder has found out. */
    record Parts(
            Settings settings,
            Policies policies,
            Backend backend,
            Endpoints endpoints,
            ClientRules clientRules,
            Limit newKeysPerAddress,
            Fields fields,
            Fallback fallback,
            PolicySettings policySettings,
            CheckLog checkLog,
            Waits waits,
            Ticker ticker,
            LimiterListener listener,
            Executor executor,
            @Nullable ScheduledExecutorService ownScheduler) {}

    /** Begins one. */
    public static WeirBuilder builder() {
        return new WeirBuilder();
    }

    /**
     * The Weir that {@code attribute} of an application is, which one front end has published for the others, or null if there is none.
     *
     * @throws DeploymentException if it was made by another copy of Weir, so that the two cannot know of each other
     */
    public static @Nullable Weir published(@Nullable Object attribute) {
        if (attribute == null || attribute instanceof Weir) {
            return (Weir) attribute;
        }
        throw new DeploymentException(List.of(isHereTwice(attribute.getClass(), Weir.class)));
    }

    /** Says so, where {@code one} and {@code other} are the same class of two copies of Weir. */
    public static String isHereTwice(Class<?> one, Class<?> other) {
        return "Weir is on the class path twice: from " + origin(one) + " and from " + origin(other)
                + ". Remove one, from the server's libraries or from the application's";
    }

    private static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        // Its text begins with "(" and the place: no class here names the JDK's classes for networks.
        return source == null
                ? String.valueOf(type.getClassLoader())
                : source.toString().substring(1).split(" ", 2)[0];
    }

    /** What it was made with. */
    public Settings settings() {
        return settings;
    }

    /** The policies in force. */
    public Policies policies() {
        return policies;
    }

    /** Where limited endpoints are registered. */
    public Endpoints endpoints() {
        return endpoints;
    }

    /** Who judges. */
    public Backend backend() {
        return backend;
    }

    /** The exchange of {@code request}: a new one, or the one that another front end has begun. */
    public Exchange exchange(RequestView request) {
        return Exchange.of(this, request);
    }

    /**
     * Whether {@code request} is a CORS preflight (Fetch standard, "CORS-preflight request"): sent by browsers on their own
     * account, without credentials. It is never counted.
     */
    public static boolean isPreflight(RequestView request) {
        return request.method().equals("OPTIONS")
                && request.header("Origin") != null
                && request.header("Access-Control-Request-Method") != null;
    }

    /**
     * Warns of what a front end has found, the first time that {@code check} finds anything.
     *
     * @param text what it is, and what to do; without a full stop
     */
    public void warn(Check check, String text) {
        checkLog.once(check, text);
    }

    /** Whether decisions are not what they should be at the moment, since the back end is out of reach: for a health check to tell. */
    public boolean isDegraded() {
        return backend.isDegraded();
    }

    /** Stops what runs in the background and closes the back end. Nothing may be judged afterwards. */
    @Override
    public void close() {
        policySettings.close();
        backend.close();
        if (ownScheduler != null) {
            ownScheduler.shutdownNow();
        }
    }

    ClientRules clientRules() {
        return clientRules;
    }

    SpareAsks spareAsks() {
        return spareAsks;
    }

    /** Whether each decision is there when {@code decide} returns. */
    boolean answersAtOnce() {
        return backend instanceof LocalLimiter;
    }

    NewKeys newKeys() {
        return newKeys;
    }

    Fields fields() {
        return fields;
    }

    Duration deadline() {
        return deadline;
    }

    /** What goes on with requests whose answers come later. */
    Executor executor() {
        return executor;
    }

    Waits waits() {
        return waits;
    }

    RefusalLog refusalLog() {
        return refusalLog;
    }

    void failed(Endpoint endpoint, @Nullable Ask ask, Throwable cause) {
        if (listener != LimiterListener.NONE && ask != null) {
            listener.failed(ask, cause);
        }
        failureLog.report(endpoint, cause);
    }
}
