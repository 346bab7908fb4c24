package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A clock that is set, or jumps, moves nothing: where windows begin is asked once, and nobody else wants to know. */
class TimeOfDayTest {

    private static final Pattern READING = Pattern.compile(
            "currentTimeMillis|new Date\\(|\\.now\\(|\\.instant\\(|\\.millis\\(|Local(Date|Time)|(Zoned|Offset)DateTime");

    @Test
    void onlyTheAnchorOfWindowsReadsIt() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            List<String> readers = sources.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> READING.matcher(code(file)).find())
                    .map(file -> file.getFileName().toString())
                    .toList();
            assertThat(readers).containsExactly("WindowAnchor.java");
        }
    }

    private static String code(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
