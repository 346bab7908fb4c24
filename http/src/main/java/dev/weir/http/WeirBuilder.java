package dev.weir.http;

import dev.weir.core.KeyHasher;
import dev.weir.core.Limit;
import dev.weir.core.LimiterListener;
import dev.weir.core.LocalLimiter;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import dev.weir.core.Sleeper;
import dev.weir.core.Sweeper;
import dev.weir.core.TaskThreads;
import dev.weir.core.Ticker;
import dev.weir.core.WindowAnchor;
import dev.weir.core.spi.Backend;
import dev.weir.core.spi.BackendContext;
import dev.weir.core.spi.BackendProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Weir}. What is given by code wins over settings. {@link #build} reports everything that is wrong at once.
 */
public final class WeirBuilder {

    private static final String LOCAL = "local";

    private final List<String> problems = new ArrayList<>();
    private final CheckLog checkLog = new CheckLog();
    private final Map<String, KeySource> keySources = new LinkedHashMap<>();
    private final Map<String, CostResolver> costResolvers = new LinkedHashMap<>();
    private Settings settings = Settings.ofSystem();
    private Ticker ticker = Ticker.system();
    private Clock clock = Clock.systemUTC();
    private LimiterListener listener = LimiterListener.NONE;
    private Executor executor = TaskThreads.shared();
    private @Nullable Sleeper sleeper;
    private @Nullable ScheduledExecutorService scheduler;
    private @Nullable ApiKeyVerifier verifier;
    private @Nullable BackendProvider backendProvider;

    WeirBuilder() {
        for (KeySource source : KeySource.BuiltIn.values()) {
            keySources.put(source.word(), source);
        }
    }

    /** Where settings are looked up; as {@link Settings#ofSystem} says unless said. */
    public WeirBuilder settings(Settings settings) {
        this.settings = settings;
        return this;
    }

    /** The clock of decisions; the system's unless said. */
    public WeirBuilder ticker(Ticker ticker) {
        this.ticker = ticker;
        return this;
    }

    /** The time of day, which {@code X-RateLimit-Reset} reads, and windows once, when this is built; the system's unless said. */
    public WeirBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** What lets requests wait for their turn; real time unless said, or the ticker if it is a sleeper too. */
    public WeirBuilder sleeper(Sleeper sleeper) {
        this.sleeper = sleeper;
        return this;
    }

    /** What runs work in the background; a daemon thread of its own unless said. It is not shut down with the rest. */
    public WeirBuilder scheduler(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
        return this;
    }

    /**
     * What goes on with a request that holds no thread when its answer has come from elsewhere: it may block, in resolvers and in writing
     * a refusal. Unless said, a thread of its own for each, virtual from Java 21 on.
     */
    public WeirBuilder executor(Executor executor) {
        this.executor = executor;
        return this;
    }

    /** Told of decisions and failures. */
    public WeirBuilder listener(LimiterListener listener) {
        this.listener = listener;
        return this;
    }

    /** Opens the back end, whatever {@code weir.backend} says: over a client of Redis that there is already, say. */
    public WeirBuilder backend(BackendProvider provider) {
        this.backendProvider = provider;
        return this;
    }

    /** Knows which API keys are real. Without one they are no identity. */
    public WeirBuilder apiKeyVerifier(ApiKeyVerifier verifier) {
        this.verifier = verifier;
        return this;
    }

    /** Lets annotations say {@code key = "name"}. */
    public WeirBuilder keyResolver(String name, KeyResolver resolver) {
        if (isFreeName("key resolver", name, keySources.containsKey(name))) {
            keySources.put(name, new KeySource.Resolver(name, resolver));
        }
        return this;
    }

    /** Lets annotations say {@code costBy = "name"}. */
    public WeirBuilder costResolver(String name, CostResolver resolver) {
        if (isFreeName("cost resolver", name, costResolvers.containsKey(name))) {
            costResolvers.put(name, resolver);
        }
        return this;
    }

    /**
     * Makes it.
     *
     * @throws DeploymentException if settings or registrations are wrong: all that is, in one message
     */
    public Weir build() {
        settings.reportUnknown(problems);
        ClientRules clientRules = clientRules();
        Limit newKeys = settings.parse(Setting.NEW_KEYS, SettingText::oneLimit, problems);
        Set<HeaderStyle> styles = settings.parse(Setting.HEADER_STYLES, HeaderStyle::parse, problems);
        Integer jitter = settings.parse(Setting.RETRY_JITTER, SettingText::jitterPercent, problems);
        Fallbacks fallbacks = Fallbacks.of(settings, problems);
        PolicySettings policySettings = PolicySettings.of(settings, problems);
        Waits waits = waits();
        Set<String> tiers = settings.parse(Setting.TIERS, SettingText::words, problems);
        registerNamedClasses();
        Policies policies = new Policies();
        ScheduledExecutorService given = scheduler;
        ScheduledExecutorService runner = given == null ? newScheduler() : given;
        ScheduledExecutorService own = given == null ? runner : null;
        Backend backend = null;
        try {
            backend = openBackend(policies, runner);
            if (!problems.isEmpty()
                    || backend == null
                    || clientRules == null
                    || newKeys == null
                    || styles == null
                    || jitter == null
                    || fallbacks == null
                    || waits == null
                    || tiers == null) {
                throw new DeploymentException(problems);
            }
            EndpointReader reader = new EndpointReader(
                    policies,
                    keySources,
                    costResolvers,
                    tiers,
                    fallbacks,
                    policySettings,
                    new LimitChecks(checkLog, policies, verifier != null));
            Weir weir = new Weir(new Weir.Parts(
                    settings,
                    policies,
                    backend,
                    new Endpoints(reader, settings),
                    clientRules,
                    newKeys,
                    new Fields(styles, clock, jitter),
                    fallbacks.usual(),
                    policySettings,
                    checkLog,
                    waits,
                    ticker,
                    listener,
                    executor,
                    own));
            policySettings.watch(policies, runner, checkLog);
            warnOfNearMisses();
            return weir;
        } catch (RuntimeException e) {
            if (backend != null) {
                backend.close();
            }
            if (own != null) {
                own.shutdownNow();
            }
            throw e;
        }
    }

    private void warnOfNearMisses() {
        settings.nearMisses()
                .forEach((name, meant) -> checkLog.each(
                        Check.NEAR_A_SETTING,
                        "The environment variable " + name + " is not a setting of Weir. Did you mean " + meant + "?"));
    }

    private @Nullable Waits waits() {
        Integer max = settings.parse(Setting.MAX_WAITING, SettingText::amount, problems);
        Integer maxThreads = settings.parse(Setting.MAX_WAITING_THREADS, SettingText::amount, problems);
        if (max == null || maxThreads == null) {
            return null;
        }
        return new Waits(max, maxThreads, sleeper());
    }

    private Sleeper sleeper() {
        if (sleeper != null) {
            return sleeper;
        }
        return ticker instanceof Sleeper own ? own : Sleeper.system();
    }

    private @Nullable ClientRules clientRules() {
        TrustedProxies proxies = settings.parse(Setting.TRUSTED_PROXIES, SettingText::proxies, problems);
        ForwardingHeader forwarding = settings.parse(Setting.FORWARDING_HEADER, ForwardingHeader::parse, problems);
        Integer prefix = settings.parse(Setting.IPV6_PREFIX, SettingText::ipv6Prefix, problems);
        String header = settings.parse(Setting.API_KEY_HEADER, SettingText::fieldName, problems);
        KeyHasher hasher = settings.parse(Setting.SECRET, SettingText::hasher, problems);
        if (verifier == null && !settings.get(Setting.API_KEY_VERIFIER).isEmpty()) {
            verifier = settings.parse(
                    Setting.API_KEY_VERIFIER, name -> Plugins.newInstance(name, ApiKeyVerifier.class), problems);
        }
        if (proxies == null || forwarding == null || prefix == null || header == null || hasher == null) {
            return null;
        }
        return new ClientRules(
                new ClientAddress(proxies, forwarding),
                new ProxyWatch(proxies, forwarding, checkLog),
                prefix,
                header,
                verifier,
                hasher);
    }

    private void registerNamedClasses() {
        settings.family(Setting.KEY_RESOLVER).forEach((name, className) -> {
            KeyResolver resolver = plugin(Setting.KEY_RESOLVER, name, className, KeyResolver.class);
            if (resolver != null && !(keySources.get(name) instanceof KeySource.Resolver)) {
                keyResolver(name, resolver);
            }
        });
        settings.family(Setting.COST_RESOLVER).forEach((name, className) -> {
            CostResolver resolver = plugin(Setting.COST_RESOLVER, name, className, CostResolver.class);
            if (resolver != null && !costResolvers.containsKey(name)) {
                costResolver(name, resolver);
            }
        });
    }

    private <T> @Nullable T plugin(Setting family, String name, String className, Class<T> type) {
        try {
            return Plugins.newInstance(className, type);
        } catch (IllegalArgumentException e) {
            problems.add(settings.place(family.key() + name) + " = \"" + className + "\": " + e.getMessage());
            return null;
        }
    }

    private @Nullable Backend openBackend(Policies policies, ScheduledExecutorService runner) {
        Long maxClients = settings.parse(Setting.MAX_CLIENTS, SettingText::bound, problems);
        Duration sweepEvery = settings.parse(Setting.SWEEP_EVERY, SettingText::positive, problems);
        BackendProvider provider = backendProvider;
        String wanted = provider == null ? settings.get(Setting.BACKEND) : provider.name();
        if (provider == null && wanted.equals(LOCAL)) {
            return maxClients == null || sweepEvery == null ? null : openLocal(maxClients, sweepEvery, runner);
        }
        if (provider == null) {
            provider = findProvider(wanted);
        }
        if (provider == null) {
            return null;
        }
        try {
            return provider.open(new BackendContext(settings::find, policies, ticker, runner, listener));
        } catch (IllegalArgumentException e) {
            String place = backendProvider == null ? settings.place(Setting.BACKEND) : Setting.BACKEND.key();
            problems.add(place + " = \"" + wanted + "\": " + settings.placed(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private Backend openLocal(long maxClients, Duration sweepEvery, ScheduledExecutorService runner) {
        LocalLimiter limiter = new LocalLimiter(
                maxClients, LocalLimiter.DEFAULT_MAX_OPEN, ticker, WindowAnchor.of(ticker, clock), listener);
        Sweeper.start(limiter, runner, sweepEvery);
        return limiter;
    }

    private @Nullable BackendProvider findProvider(String wanted) {
        List<String> found = new ArrayList<>(List.of(LOCAL));
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class, Plugins.classLoader())) {
            if (provider.name().equals(wanted)) {
                return provider;
            }
            found.add(provider.name());
        }
        problems.add(settings.place(Setting.BACKEND) + " = \"" + wanted + "\" is not a back end. Found: "
                + String.join(", ", found) + ". Add the jar that has it, or write one of these");
        return null;
    }

    private boolean isFreeName(String what, String name, boolean taken) {
        if (taken) {
            problems.add("The " + what + " \"" + name + "\" is registered twice, or a word of Weir's own."
                    + " Choose another name");
        } else if (!Policy.isName(name)) {
            problems.add("The " + what + " \"" + name
                    + "\" has a name with other characters than A-Z a-z 0-9 . _ -, or not 1 to 64 of them");
            return false;
        }
        return !taken;
    }

    /* The thread ends when nothing is scheduled any more, so even a Weir that nobody closes leaves none behind. */
    private static ScheduledExecutorService newScheduler() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "weir");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setKeepAliveTime(1, TimeUnit.SECONDS);
        scheduler.allowCoreThreadTimeOut(true);
        return scheduler;
    }
}
