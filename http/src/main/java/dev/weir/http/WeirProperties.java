package dev.weir.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code weir.properties} of an application: at the root of its class path, in UTF-8.
 *
 * @param place what messages call it
 * @param values what it sets, by full name
 * @param problems what is wrong with it; never with a value
 */
record WeirProperties(String place, Map<String, String> values, List<String> problems) {

    static final String NAME = "weir.properties";

    /** The one that the thread's context class loader finds, or else Weir's own; nothing if neither does. */
    static WeirProperties ofApplication() {
        return of(Plugins.classLoader(), WeirProperties.class.getClassLoader());
    }

    static WeirProperties of(@Nullable ClassLoader... loaders) {
        for (ClassLoader loader : loaders) {
            Set<String> places = new LinkedHashSet<>();
            try {
                // As objects: no class here names the JDK's classes for networks.
                Enumeration<?> found = loader == null ? Collections.emptyEnumeration() : loader.getResources(NAME);
                found.asIterator().forEachRemaining(place -> places.add(String.valueOf(place)));
            } catch (IOException e) {
                return wrong(NAME + " cannot be looked up on the class path: " + e);
            }
            if (places.size() > 1) {
                return wrong(NAME + " is on the class path " + places.size() + " times: " + String.join(", ", places)
                        + ". Leave one of them");
            }
            if (loader != null && !places.isEmpty()) {
                return read(loader, NAME + " at " + places.iterator().next());
            }
        }
        return new WeirProperties(NAME, Map.of(), List.of());
    }

    private static WeirProperties wrong(String problem) {
        return new WeirProperties(NAME, Map.of(), List.of(problem));
    }

    private static WeirProperties read(ClassLoader loader, String place) {
        try (InputStream in = loader.getResourceAsStream(NAME)) {
            if (in == null) {
                return wrong(place + " cannot be read. See that it is a file, and that this process may read it");
            }
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes());
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            // Editors may put a mark before UTF-8.
            return parse(place + ":", text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            return wrong(place + " is not in UTF-8. Save it as that");
        } catch (IOException e) {
            return wrong(place + " cannot be read: " + e);
        }
    }

    private static WeirProperties parse(String place, String text) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        Entries entries = new Entries();
        try {
            entries.load(new StringReader(text));
        } catch (IllegalArgumentException e) { // quotes nothing
            problems.add(place + " it has a \\u that no four hexadecimal digits follow. Write \\\\ for a backslash");
        }
        entries.written.forEach((name, said) -> {
            if (!name.startsWith(Setting.PREFIX)) {
                problems.add(place + " " + name + " is not a setting of Weir." + meant(name));
            } else if (said.size() > 1) {
                problems.add(place + " " + name + " is there " + said.size() + " times. Leave one");
            }
            values.put(name, said.get(0));
        });
        return new WeirProperties(place, values, problems);
    }

    /* Without the prefix, or as in the environment. */
    private static String meant(String name) {
        String plain = Setting.environmentName(name).toLowerCase(Locale.ROOT).replace('_', '-');
        String rest = plain.startsWith("weir-") ? plain.substring("weir-".length()) : plain;
        return Setting.nearest(Setting.PREFIX + rest)
                .map(n -> " Did you mean " + n + "?")
                .orElse(" All names begin with " + Setting.PREFIX);
    }

    /** All that a file says of a name, of which {@link Properties} would keep the last. */
    private static final class Entries extends Properties {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialized
        private final Map<String, List<String>> written = new LinkedHashMap<>();

        @Override
        public synchronized Object put(Object name, Object value) {
            written.computeIfAbsent((String) name, key -> new ArrayList<>()).add((String) value);
            return value;
        }
    }
}
