package dev.weir.compatibility.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The jars of a container, of an implementation, or of Weir: one module of {@code compatibility/stacks}.
 *
 * @param name the module's
 * @param title what the page calls it
 * @param artifact whose version is the stack's
 */
record Stack(String name, String title, String artifact) {

    static final Stack WEIR = new Stack("weir", "Weir", "weir-servlet");

    /** The class path, as the build has written it down. */
    List<Path> jars() throws IOException {
        Path file = folder().resolve(name).resolve("target/class-path");
        if (!Files.exists(file)) {
            throw new IOException(file + " is missing. Build with -am: mvn -pl compatibility/matrix -am");
        }
        return Arrays.stream(Files.readString(file).split(java.io.File.pathSeparator))
                .filter(each -> !each.isBlank())
                .map(Path::of)
                .toList();
    }

    /** The version of what it is named after. */
    String version() throws IOException {
        Pattern jar = Pattern.compile(Pattern.quote(artifact) + "-(\\d.*)\\.jar");
        for (Path each : jars()) {
            Matcher found = jar.matcher(each.getFileName().toString());
            if (found.matches()) {
                return found.group(1);
            }
        }
        throw new IOException("No " + artifact + " in " + jars());
    }

    private static Path folder() {
        return Repository.root().resolve("compatibility/stacks");
    }
}
