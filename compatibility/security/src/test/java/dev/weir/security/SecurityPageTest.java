package dev.weir.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/security.md is what the tests say: made from their {@link Row}s. To write it anew after a change, run this
 * test with {@code -Dwrite.pages=true}, a property that only it reads.
 */
class SecurityPageTest {

    private static final String BEGIN = "<!-- made by SecurityPageTest from here -->";
    private static final String END = "<!-- to here -->";

    /** How many ways of abuse each part knows. */
    private static final Map<String, Integer> PARTS = parts();

    /** Those that need what is not built yet. */
    private static final Map<String, String> LEFT = left();

    private static Map<String, Integer> parts() {
        Map<String, Integer> parts = new LinkedHashMap<>();
        parts.put("A", 11);
        parts.put("B", 6);
        parts.put("C", 10);
        parts.put("D", 14);
        parts.put("E", 9);
        parts.put("F", 7);
        parts.put("G", 7);
        parts.put("H", 12);
        parts.put("I", 11);
        return parts;
    }

    private static Map<String, String> left() {
        Map<String, String> left = new TreeMap<>(byNumber());
        left.put("F3", "metrics");
        left.put("I10", "rules from a source");
        return left;
    }

    @Test
    void everyKnownAbuseHasATestOrWaitsForACapability() throws Exception {
        Set<String> expected = new TreeSet<>(byNumber());
        PARTS.forEach((part, count) -> {
            for (int i = 1; i <= count; i++) {
                expected.add(part + i);
            }
        });
        expected.removeAll(LEFT.keySet());

        assertThat(rows().keySet()).containsExactlyElementsOf(expected);
    }

    @Test
    void thePageSaysWhatTheTestsShow() throws Exception {
        Path page = page();
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String table = table();
        if (Boolean.getBoolean("write.pages")) {
            Files.writeString(page, text.substring(0, begin) + "\n" + table + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end).strip())
                .as("docs/security.md is stale; run this test with -Dwrite.pages=true")
                .isEqualTo(table.strip());
    }

    private static String table() throws Exception {
        StringBuilder table = new StringBuilder("| row | promise | test | to be set |\n| --- | --- | --- | --- |\n");
        rows().forEach((id, rows) -> {
            for (Map.Entry<Method, Row> each : rows) {
                Method test = each.getKey();
                table.append("| ")
                        .append(id)
                        .append(" | ")
                        .append(each.getValue().promise())
                        .append(" | `")
                        .append(test.getDeclaringClass().getSimpleName())
                        .append('.')
                        .append(test.getName())
                        .append("` | ")
                        .append(
                                each.getValue().set().isEmpty()
                                        ? "nothing"
                                        : each.getValue().set())
                        .append(" |\n");
            }
        });
        LEFT.forEach((id, why) -> table.append("| ")
                .append(id)
                .append(" | comes with ")
                .append(why)
                .append(" | | |\n"));
        return table.toString();
    }

    private static Map<String, List<Map.Entry<Method, Row>>> rows() throws Exception {
        Map<String, List<Map.Entry<Method, Row>>> rows = new TreeMap<>(byNumber());
        for (Class<?> test : testClasses()) {
            for (Method method : test.getDeclaredMethods()) {
                for (Row row : method.getAnnotationsByType(Row.class)) {
                    rows.computeIfAbsent(row.value(), id -> new ArrayList<>()).add(Map.entry(method, row));
                }
            }
        }
        rows.values()
                .forEach(list -> list.sort(Comparator.comparing(e -> e.getKey().getName())));
        return rows;
    }

    private static List<Class<?>> testClasses() throws Exception {
        Path folder = Path.of(SecurityPageTest.class
                        .getResource("SecurityPageTest.class")
                        .toURI())
                .getParent();
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith("Test.class")) {
                    classes.add(
                            Class.forName(SecurityPageTest.class.getPackageName() + "." + name.replace(".class", "")));
                }
            }
        }
        return classes;
    }

    private static Comparator<String> byNumber() {
        return Comparator.<String, Character>comparing(id -> id.charAt(0))
                .thenComparing(id -> Integer.parseInt(id.substring(1)));
    }

    private static Path page() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/security.md"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IOException("No docs/security.md above " + Path.of("").toAbsolutePath());
            }
        }
        return folder.resolve("docs/security.md");
    }
}
