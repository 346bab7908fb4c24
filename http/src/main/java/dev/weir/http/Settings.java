package dev.weir.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from: the first source that has one decides. Front ends put their own sources (init-params,
 * context-params) before those that every program has: the system properties, then the environment, then a file
 * {@code weir.properties} on the class path. Immutable.
 */
public final class Settings {

    private static final String ENVIRONMENT = "environment variable";
    /** Back ends of Weir's, all of whose settings are in {@link Setting}. */
    private static final Set<String> OWN_BACKENDS = Set.of("local", "redis");

    private final List<Source> sources;
    /** What is wrong with a source as a whole. */
    private final List<String> problems;

    private record Source(String what, Map<String, String> values) {}

    private Settings(List<Source> sources, List<String> problems) {
        this.sources = List.copyOf(sources);
        this.problems = List.copyOf(problems);
    }

    /**
     * The system properties, then the environment, then the file {@code weir.properties} that the thread's context class loader
     * finds, or else Weir's own. What is wrong with the file is reported when a {@link Weir} is built.
     */
    public static Settings ofSystem() {
        return of(System.getProperties(), System.getenv(), WeirProperties.ofApplication());
    }

    static Settings of(Properties properties, Map<String, String> environment, WeirProperties file) {
        return new Settings(
                List.of(
                        systemProperties(properties),
                        environment(environment),
                        new Source(file.place(), ours(file.values()))),
                file.problems());
    }

    /** Nothing is set. */
    public static Settings none() {
        return new Settings(List.of(), List.of());
    }

    /**
     * These settings, with a source before them.
     *
     * @param what what an error message calls it, such as {@code init-param}
     * @param values by full name; names that do not begin with {@code weir.} are not ours and are passed over
     */
    public Settings after(String what, Map<String, String> values) {
        List<Source> next = new ArrayList<>();
        next.add(new Source(what, ours(values)));
        next.addAll(sources);
        return new Settings(next, problems);
    }

    /** What is set under {@code key}, trimmed, or null. */
    public @Nullable String find(String key) {
        Written written = written(key);
        return written == null ? null : written.value.trim();
    }

    /**
     * How messages name a setting: by the source that decides and the name in it, such as {@code init-param weir.async}; by the
     * name alone where nothing is set.
     */
    public String place(Setting setting) {
        return place(setting.key());
    }

    String place(String key) {
        Written written = written(key);
        return written == null ? key : written.source.what + " " + written.name;
    }

    /** {@code message}, with the place of the setting that it begins with, if it does with one. */
    String placed(String message) {
        int end = message.indexOf(' ');
        String first = end < 0 ? message : message.substring(0, end);
        return Setting.isKnown(first) ? place(first) + message.substring(first.length()) : message;
    }

    private record Written(Source source, String name, String value) {}

    private @Nullable Written written(String key) {
        for (Source source : sources) {
            for (String name : List.of(key, Setting.environmentName(key))) {
                String value = source.values.get(name);
                if (value != null) {
                    return new Written(source, name, value);
                }
            }
        }
        return null;
    }

    /** What is set, or the default. */
    public String get(Setting setting) {
        String value = find(setting.key());
        return value == null ? setting.defaultText() : value;
    }

    /**
     * Whether a setting is {@code true}.
     *
     * @throws DeploymentException if it is neither {@code true} nor {@code false}
     */
    public boolean isTrue(Setting setting) {
        String text = get(setting);
        if (!text.equals("true") && !text.equals("false")) {
            throw new DeploymentException(List.of(place(setting) + " = \"" + text + "\": write true or false"));
        }
        return text.equals("true");
    }

    /** The settings of a family such as {@code weir.key-resolver.}, by the word that follows. */
    Map<String, String> family(Setting setting) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Source source : sources) {
            String environmentName = Setting.environmentName(setting.key());
            source.values.forEach((key, value) -> {
                if (key.startsWith(setting.key())) {
                    found.putIfAbsent(key.substring(setting.key().length()), value.trim());
                } else if (key.startsWith(environmentName)) {
                    String word = key.substring(environmentName.length());
                    found.putIfAbsent(word.toLowerCase(Locale.ROOT).replace('_', '-'), value.trim());
                }
            });
        }
        return found;
    }

    /** What is set under names that begin as a family's do, by these names as they are written. */
    Map<String, String> written(Setting setting) {
        Map<String, String> found = new LinkedHashMap<>();
        String environmentName = Setting.environmentName(setting.key());
        for (Source source : sources) {
            source.values.forEach((key, value) -> {
                boolean isAhead = found.keySet().stream()
                        .anyMatch(k -> Setting.environmentName(k).equals(key));
                if (key.startsWith(setting.key()) || (key.startsWith(environmentName) && !isAhead)) {
                    found.putIfAbsent(key, value.trim());
                }
            });
        }
        return found;
    }

    /**
     * Parses a setting; what is wrong with it goes to {@code problems}, with its name and value, and null is returned.
     */
    <T> @Nullable T parse(Setting setting, Function<String, T> parser, List<String> problems) {
        String text = get(setting);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            String shown = setting == Setting.SECRET ? "(not shown)" : "\"" + text + "\"";
            problems.add(place(setting) + " = " + shown + ": " + e.getMessage());
            return null;
        }
    }

    /**
     * Finds names that begin with {@code weir.} and are none of ours, and sources that cannot be read. What begins with the name of a
     * back end that is not Weir's is for it to judge.
     */
    void reportUnknown(List<String> problems) {
        problems.addAll(this.problems);
        String backend = get(Setting.BACKEND);
        String ofOther = Setting.PREFIX + backend + ".";
        boolean isOther = !OWN_BACKENDS.contains(backend);
        for (Source source : sources) {
            for (String key : source.values.keySet()) {
                if (!key.startsWith(Setting.PREFIX) || (isOther && key.startsWith(ofOther))) {
                    continue;
                }
                String unknown = source.what + " " + key + " is not a setting of Weir.";
                if (!Setting.isKnown(key)) {
                    problems.add(unknown
                            + Setting.nearest(key)
                                    .map(n -> " Did you mean " + n + "?")
                                    .orElse(""));
                } else if (key.startsWith(Setting.POLICY.key())) {
                    PolicySettings.complaint(key).ifPresent(fix -> problems.add(unknown + fix));
                }
            }
        }
    }

    /**
     * Names in the environment that are no settings but near to one, each with that one, in alphabetical order. No mistakes: others use
     * the prefix too, such as Kubernetes for what it calls {@code weir}.
     */
    Map<String, String> nearMisses() {
        Map<String, String> found = new TreeMap<>();
        sources.stream()
                .filter(source -> source.what.equals(ENVIRONMENT))
                .forEach(source -> source.values
                        .keySet()
                        .forEach(name -> Setting.meantInEnvironment(name).ifPresent(meant -> found.put(name, meant))));
        return found;
    }

    private static Source systemProperties(Properties properties) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : properties.stringPropertyNames()) {
            values.put(name, properties.getProperty(name));
        }
        return new Source("system property", ours(values));
    }

    /* Left under their own names: which dots and dashes an underscore stood for can only be told from the other side. */
    private static Source environment(Map<String, String> environment) {
        Map<String, String> set = new LinkedHashMap<>(environment);
        set.values().removeIf(String::isEmpty); // what "X=${Y:-}" leaves behind
        return new Source(ENVIRONMENT, set);
    }

    private static Map<String, String> ours(Map<String, String> values) {
        Map<String, String> ours = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(Setting.PREFIX)) {
                ours.put(key, value);
            }
        });
        return ours;
    }
}
