package dev.weir.compatibility.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;

/** The JDKs of this machine: the one that runs the tests, and those in the same folder. */
final class Jdk {

    private static final int VIRTUAL_THREADS = 21;

    private Jdk() {}

    /** The newest that has virtual threads, unless the one that runs this has them. */
    static Optional<Path> withVirtualThreads() throws IOException {
        Path own = Path.of(System.getProperty("java.home"));
        if (Runtime.version().feature() >= VIRTUAL_THREADS) {
            return Optional.of(own);
        }
        try (var neighbours = Files.list(own.toRealPath().getParent())) {
            return neighbours
                    .filter(each -> feature(each) >= VIRTUAL_THREADS)
                    .max(Comparator.comparing(Jdk::feature).thenComparing(Path::toString));
        }
    }

    private static int feature(Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release)) {
            return 0;
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(release)) {
            properties.load(in);
            return Runtime.Version.parse(
                            properties.getProperty("JAVA_VERSION", "0").replace("\"", ""))
                    .feature();
        } catch (IOException | IllegalArgumentException notToBeRead) {
            return 0;
        }
    }
}
