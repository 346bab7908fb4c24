package dev.weir.compatibility.matrix;

import java.nio.file.Files;
import java.nio.file.Path;

/** The sources that are being built. */
final class Repository {

    private Repository() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("compatibility/stacks"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "No compatibility/stacks above " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }
}
