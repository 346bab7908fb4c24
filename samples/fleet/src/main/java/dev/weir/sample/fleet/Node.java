package dev.weir.sample.fleet;

import dev.weir.sample.jetty.SampleServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node in a process of its own, on a free port of the loopback: a copy of the Jetty sample, or a {@link LimitedNode}. */
final class Node implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready at (http://127\\.0\\.0\\.1:\\d+/)");
    /* Blank, or a line of a stack trace. */
    private static final Pattern TRACE = Pattern.compile("\\s*($|at |\\.\\.\\. )");
    private static final int KEPT_LINES = 10;
    private static final long STOP_SECONDS = 5;

    private final int number;
    private final Process process;
    private final CompletableFuture<URI> address = new CompletableFuture<>();
    private final List<String> firstLines = new ArrayList<>();

    /** Starts a copy of the sample, with {@code settings} in its environment. Does not wait until it is there. */
    Node(int number, Map<String, String> settings) throws IOException {
        this(number, SampleServer.class, settings);
    }

    /**
     * The same with another program.
     *
     * @param program whose {@code main} takes a port and prints that it is "ready at" an address
     */
    Node(int number, Class<?> program, Map<String, String> settings) throws IOException {
        this.number = number;
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // it lives for seconds: better warm soon than fast at last
                "-cp",
                classPath(),
                program.getName(),
                "0");
        builder.environment().putAll(settings);
        process = builder.redirectErrorStream(true).start();
        Thread reader = new Thread(this::read, "output of node " + number);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Where it listens, as soon as it does.
     *
     * @throws IllegalStateException that says what it printed, if it is not there in time
     */
    URI address(long timeoutSeconds) throws InterruptedException {
        try {
            return address.get(timeoutSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("Node " + number + " has not started in time" + printed(), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Node " + number + " has not started" + printed(), e);
        }
    }

    /** What it printed at first, to be read behind a sentence that says what is wrong with it. */
    String printed() {
        synchronized (firstLines) {
            return firstLines.isEmpty()
                    ? ", and has printed nothing"
                    : firstLines.stream().collect(Collectors.joining("\n    ", ". It printed:\n    ", ""));
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it is gone, or goes within a second: connections may end before that is known of the process. */
    boolean isGone() throws InterruptedException {
        return process.waitFor(1, TimeUnit.SECONDS);
    }

    /** As {@code kill -9} does. Returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop, without waiting for it. */
    void stop() {
        process.destroy();
    }

    /** Returns when it is gone. */
    @Override
    public void close() {
        stop();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (firstLines) {
                    if (firstLines.size() < KEPT_LINES && !TRACE.matcher(line).lookingAt()) {
                        firstLines.add(line);
                    }
                }
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    address.complete(URI.create(ready.group(1)));
                }
            }
            address.completeExceptionally(new IOException("It has ended"));
        } catch (IOException | UncheckedIOException e) {
            address.completeExceptionally(e);
        }
    }

    /* Maven's exec:java runs us in a class loader, not by a class path. */
    private static String classPath() {
        return Node.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs())
                        .map(Node::file)
                        .collect(Collectors.joining(System.getProperty("path.separator")))
                : System.getProperty("java.class.path");
    }

    private static String file(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Not a place of classes: " + url, e);
        }
    }
}
