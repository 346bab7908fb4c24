package dev.weir.http;

import dev.weir.core.Fallback;
import dev.weir.core.Policies;
import dev.weir.core.Policy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say of single policies, such as {@code weir.policy.search.deadline}: it wins over what the annotations of these
 * policies say. The name may have dots; the word is what stands behind the last one.
 */
final class PolicySettings implements AutoCloseable {

    /** By when the policies of an application have been declared, but for those of classes that locators return. */
    static final Duration DECLARED_BY = Duration.ofMinutes(1);

    private final Settings settings;
    private volatile @Nullable Future<?> looking;

    private PolicySettings(Settings settings) {
        this.settings = settings;
    }

    /** What {@code settings} say. Values that are wrong go to {@code problems}; names are {@link Settings#reportUnknown}'s. */
    static PolicySettings of(Settings settings, List<String> problems) {
        settings.written(Setting.POLICY)
                .forEach((key, value) -> Arrays.stream(PolicyWord.values())
                        .filter(word -> endsWith(key, word.word()))
                        .forEach(word -> {
                            try {
                                word.check(value);
                            } catch (IllegalArgumentException e) {
                                problems.add(settings.place(key) + " = \"" + value + "\": " + e.getMessage());
                            }
                        }));
        return new PolicySettings(settings);
    }

    /** {@code policy}, as the settings would have it. */
    Policy applied(Policy policy) {
        Fallback said = policy.fallback();
        Fallback fallback = new Fallback(
                find(policy, PolicyWord.ON_FAILURE, Fallbacks::mode, said.onFailure()),
                find(policy, PolicyWord.DEADLINE, Fallbacks::deadline, said.deadline()),
                find(policy, PolicyWord.FALLBACK_SHARE, Fallbacks::share, said.share()));
        return policy.withFallback(fallback)
                .withMaxError(find(policy, PolicyWord.MAX_ERROR, SettingText::part, policy.maxError()));
    }

    /** What is wrong with a name that begins as those here do; empty if nothing is. */
    static Optional<String> complaint(String key) {
        String word = wordOf(key);
        if (PolicyWord.of(word).isPresent() && Policy.isName(nameOf(key))) {
            return Optional.empty();
        }
        String before = key.substring(0, key.length() - word.length());
        boolean named = before.length() > Setting.POLICY.key().length();
        return Optional.of(Suggestion.nearest(word, PolicyWord.words())
                .filter(nearest -> named && Policy.isName(nameOf(key)))
                .map(nearest -> " Did you mean " + before + nearest + "?")
                .orElse(" Write " + Setting.POLICY.key()
                        + ", the policy's name, and .on-failure, .deadline, .fallback-share or .max-error"));
    }

    /**
     * Warns, when the application has had time to start, of names that no policy has. Names in the environment are not looked at.
     *
     * @param policies those that there will be
     * @param log where it says so
     */
    void watch(Policies policies, ScheduledExecutorService scheduler, CheckLog log) {
        if (settings.written(Setting.POLICY).keySet().stream().anyMatch(PolicySettings::isProperty)) {
            looking = scheduler.schedule(() -> warn(policies, log), DECLARED_BY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        Future<?> look = looking;
        if (look != null) {
            look.cancel(false);
        }
    }

    private void warn(Policies policies, CheckLog log) {
        List<String> known =
                policies.current().policies().stream().map(Policy::name).toList();
        for (String key : settings.written(Setting.POLICY).keySet()) {
            if (isProperty(key) && !known.contains(nameOf(key))) {
                String meant = Suggestion.nearest(nameOf(key), known)
                        .map(n -> ". Did you mean " + Setting.POLICY.key() + n + "." + wordOf(key) + "?")
                        .orElse("");
                log.each(
                        Check.NO_SUCH_POLICY,
                        settings.place(key) + " is set, but so far no policy has the name \"" + nameOf(key) + "\""
                                + meant);
            }
        }
    }

    private <T> T find(Policy policy, PolicyWord word, Function<String, T> parser, T otherwise) {
        String text = settings.find(Setting.POLICY.key() + policy.name() + "." + word.word());
        return text == null ? otherwise : parser.apply(text);
    }

    private static boolean endsWith(String key, String word) {
        return isProperty(key)
                ? wordOf(key).equals(word) && complaint(key).isEmpty()
                : key.endsWith(Setting.environmentName("." + word));
    }

    private static boolean isProperty(String key) {
        return key.startsWith(Setting.POLICY.key());
    }

    private static String wordOf(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static String nameOf(String key) {
        int from = Setting.POLICY.key().length();
        return key.substring(from, Math.max(from, key.lastIndexOf('.')));
    }
}
