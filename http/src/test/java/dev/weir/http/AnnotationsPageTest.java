package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.annotation.Algorithm;
import dev.weir.annotation.RateLimited;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/annotations.md lists every attribute, with the default that holds, and every algorithm. */
class AnnotationsPageTest {

    static List<Method> attributes() {
        return Arrays.asList(RateLimited.class.getDeclaredMethods());
    }

    @ParameterizedTest
    @MethodSource("attributes")
    void thePageListsTheAttributeAndItsDefault(Method attribute) throws IOException {
        String cell = lastCellOf(attribute.getName());
        Object value = attribute.getDefaultValue();
        // A literal stands in backquotes; words such as "as `permits`" say what stands for it.
        if (cell.startsWith("`")) {
            assertThat(cell).isEqualTo("`" + value + "`");
        }
        assertThat(cell.equals("required")).isEqualTo(value == null);
        assertThat(cell.isEmpty()).as("no default").isIn(false, "".equals(value));
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void thePageListsTheAlgorithm(Algorithm algorithm) throws IOException {
        assertThat(rows(algorithm.name())).hasSize(1);
    }

    @Test
    void thePageListsNoAttributeThatIsNone() throws IOException {
        List<String> known = attributes().stream().map(Method::getName).toList();
        assertThat(rows("[a-zA-Z]*[a-z][a-zA-Z]*")).hasSameSizeAs(known);
    }

    private static String lastCellOf(String name) throws IOException {
        List<String> rows = rows(name);
        assertThat(rows).hasSize(1);
        String row = rows.get(0).substring(0, rows.get(0).length() - 1);
        return row.substring(row.lastIndexOf('|') + 1).trim();
    }

    private static List<String> rows(String pattern) throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "annotations.md")).stream()
                .filter(line -> line.matches("\\| `" + pattern + "` \\|.*"))
                .toList();
    }
}
