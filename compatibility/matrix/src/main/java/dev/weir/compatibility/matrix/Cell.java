package dev.weir.compatibility.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One cell of the matrix as a process: {@code Cell CONTAINER IMPLEMENTATION FOLDER}, or with {@code --wars} in the place of the
 * implementation, whatever archives lie in the folder. Says {@code PORT n} when it serves, and ends with its standard input.
 */
public final class Cell {

    /** What the line begins with that tells the port. */
    public static final String PORT = "PORT ";

    private static final String WARS = "--wars";

    private Cell() {}

    /** Serves until standard input ends. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        boolean wars = args[1].equals(WARS);
        List<Site> sites = wars ? List.of() : sites(Implementation.of(args[1]), folder);
        int port = container(args[0]).start(sites, wars ? wars(folder) : List.of());
        System.out.println(PORT + port);
        System.setOut(System.err); // nobody reads on
        while (System.in.read() >= 0) {
            // whoever started this says nothing, and goes
        }
        if (Boolean.getBoolean("matrix.recorded")) {
            System.exit(0); // with the hook that writes the recording
        }
        Runtime.getRuntime().halt(0);
    }

    private static Container container(String name) {
        return switch (name) {
            case "jetty-ee10" -> new JettyEe10();
            case "jetty-ee11" -> new JettyEe11();
            case "tomcat-10.1", "tomcat-11.0" -> new TomcatContainer();
            case "undertow" -> new UndertowContainer();
            case "none" -> new GrizzlyContainer();
            default -> throw new IllegalArgumentException("\"" + name + "\" is no container of the matrix");
        };
    }

    /**
     * Three applications: one in which nothing is configured or registered, one in which code registers all that Weir has, and
     * one with default limits, static files and a filter in front.
     */
    private static List<Site> sites(Implementation implementation, Path folder) throws IOException {
        Files.writeString(folder.resolve("index.html"), "welcome");
        Files.createDirectories(folder.resolve("files"));
        Files.writeString(folder.resolve("files/index.html"), "files");
        return List.of(
                new Site("/plain", folder, Map.of(), implementation, Site.Kind.PLAIN),
                new Site("/hand", folder, Map.of(), implementation, Site.Kind.BY_HAND),
                new Site(
                        "/front",
                        folder,
                        Map.of("weir.default-limits", "6/1h"),
                        implementation,
                        Site.Kind.BEHIND_CORS));
    }

    private static List<Path> wars(Path folder) throws IOException {
        List<Path> wars = new ArrayList<>();
        try (var files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".war")).sorted().forEach(wars::add);
        }
        return wars;
    }
}
