package dev.weir.compatibility.matrix;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@link Cell} that runs. It ends when this is closed, or with this process. */
final class CellProcess implements AutoCloseable {

    private static final long SECONDS_TO_END = 20;

    /* Many short lives: what makes a JVM start soon. */
    private static final List<String> SOON = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");

    private final String name;
    private final Process process;
    private final BufferedReader output;
    private int port;

    private CellProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts the process of a pairing; it serves once {@link #port} has returned. */
    static CellProcess start(Pairing pairing) throws IOException {
        return start(
                pairing.name(),
                Path.of(System.getProperty("java.home")),
                List.of(),
                pairing.jars(),
                List.of(pairing.containerName(), pairing.implementationName()));
    }

    /** Starts {@link Cell} on the JDK in {@code java}, with its first two arguments. */
    static CellProcess start(String name, Path java, List<String> options, List<Path> jars, List<String> arguments)
            throws IOException {
        String classPath = Stream.concat(Stream.of(application()), jars.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(java.resolve("bin/java").toString());
        command.addAll(SOON);
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(log(name).resolveSibling(name + ".tmp")));
        command.addAll(List.of("-cp", classPath, Cell.class.getName()));
        command.addAll(arguments);
        command.add(folder(name).toString());
        return new CellProcess(
                name,
                new ProcessBuilder(command).redirectError(log(name).toFile()).start());
    }

    /** Where it listens, on the loopback address; waits until it does. */
    int port() throws IOException {
        while (port == 0) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException(name + " did not start: see " + log(name) + "\n" + end(log(name)));
            }
            if (line.startsWith(Cell.PORT)) {
                port = Integer.parseInt(line.substring(Cell.PORT.length()));
            }
        }
        return port;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What {@link Cell} is given as its folder. */
    static Path folder(String name) throws IOException {
        return Files.createDirectories(log(name).resolveSibling(name));
    }

    private static Path application() {
        try {
            return Path.of(Cell.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the cell has to say besides. */
    private static Path log(String name) throws IOException {
        return Files.createDirectories(Repository.root().resolve("compatibility/matrix/target/cells"))
                .resolve(name + ".log");
    }

    private static String end(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }
}
