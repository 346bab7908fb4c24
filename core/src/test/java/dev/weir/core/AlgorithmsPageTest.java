package dev.weir.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/choosing-an-algorithm.md} says what is. With {@code -Dwrite.pages=true} the picture is drawn anew. */
class AlgorithmsPageTest {

    private static final Path DOCS = docs();

    @Test
    void thePictureIsDrawnFromTheKernels() throws IOException {
        Path file = DOCS.resolve("choosing-an-algorithm.svg");
        String drawn = AlgorithmsPicture.svg();
        if (Boolean.getBoolean("write.pages")) {
            Files.writeString(file, drawn);
        }
        assertThat(Files.readString(file))
                .as("draw it anew with -Dwrite.pages=true")
                .isEqualTo(drawn);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void thePageTellsOfEveryAlgorithm(Algorithm algorithm) throws IOException {
        assertThat(Files.readString(DOCS.resolve("choosing-an-algorithm.md"))).contains("`" + algorithm + "`");
    }

    private static Path docs() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(here.resolve("docs"))) {
            here = here.getParent();
        }
        return here.resolve("docs");
    }
}
