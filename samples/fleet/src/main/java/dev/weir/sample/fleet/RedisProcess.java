package dev.weir.sample.fleet;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis, or a sentinel, that this program has started: a process on the loopback, in a directory of its own, to which all may be done
 * that happens to servers. Keeps nothing on disk. Not for use by several threads, but {@link #close}, which any may call.
 */
final class RedisProcess implements AutoCloseable {

    /* Below the ports that the system gives to whoever connects; and so is the port of a cluster's bus, which is 10,000 above. */
    private static final int LOWEST_PORT = 10_000;
    private static final int PORTS = 12_000;
    private static final int TO_BUS = 10_000;
    private static final int TRIES = 10;
    private static final int PATIENCE_MILLIS = 5_000;

    private final int port;
    private final Path directory;
    private final List<String> command;
    private volatile Process process;
    private volatile boolean closed;

    private RedisProcess(int port, Path directory, List<String> command) throws IOException {
        this.port = port;
        this.directory = directory;
        this.command = command;
        this.process = launched();
    }

    /** A server with these lines in its configuration, which answers. */
    static RedisProcess server(String... settings) throws IOException {
        List<String> lines = new ArrayList<>(List.of("save \"\"", "appendonly no", "repl-diskless-sync yes"));
        lines.add("repl-diskless-sync-delay 0");
        lines.addAll(List.of(settings));
        return answering(lines, List.of());
    }

    /** A sentinel with these lines in its configuration, which answers. */
    static RedisProcess sentinel(String... settings) throws IOException {
        return answering(List.of(settings), List.of("--sentinel"));
    }

    private static RedisProcess answering(List<String> settings, List<String> options) throws IOException {
        for (int tries = 1; ; tries++) {
            int port = freePort();
            Path directory = Files.createTempDirectory("weir-fleet");
            List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + directory));
            lines.addAll(settings);
            List<String> command = new ArrayList<>(List.of(Executable.PATH));
            command.add(Files.write(directory.resolve("redis.conf"), lines).toString());
            command.addAll(options);
            RedisProcess started = new RedisProcess(port, directory, command);
            if (started.answersInTime()) {
                return started;
            }
            String printed = Files.readString(started.log()); // somebody was faster at the port, for one
            started.close();
            if (tries == TRIES) {
                throw new IllegalStateException("Redis does not start. It printed:\n" + printed);
            }
        }
    }

    /** The program, unpacked once. */
    private static final class Executable {
        static final String PATH = unpacked();

        private static String unpacked() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().getPath();
            } catch (IOException e) {
                throw new IllegalStateException("embedded-redis has no server for this system", e);
            }
        }
    }

    private static int freePort() throws IOException {
        while (true) {
            int port = LOWEST_PORT + ThreadLocalRandom.current().nextInt(PORTS);
            if (isFree(port) && isFree(port + TO_BUS)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (BindException taken) {
            return false;
        }
    }

    private Process launched() throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private Path log() {
        return directory.resolve("log");
    }

    private boolean answersInTime() throws IOException {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
            try {
                // Another server may have the port by now.
                if (info("server").contains("process_id:" + process.pid() + "\r\n")) {
                    return true;
                }
            } catch (IOException notYet) {
                Waiting.aMoment();
            }
        }
        return false;
    }

    int port() {
        return port;
    }

    URI uri() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9} does: nothing is said to anybody. Returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again, with nothing of what it knew, on its port. Returns when it answers. */
    void restart() throws IOException {
        process = launched();
        if (closed) { // meanwhile
            process.destroyForcibly();
        }
        if (!answersInTime()) {
            throw new IllegalStateException("Redis does not start again. It printed:\n" + Files.readString(log()));
        }
    }

    /** Has it stand still, with its connections open, until {@link #resume}. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " ends with " + status);
        }
    }

    /** A section of INFO. */
    String info(String section) throws IOException {
        return tell("INFO", section);
    }

    /**
     * Sends a command on a connection of its own; its answer as text.
     *
     * @throws IOException if it answers with an error, or not within five seconds
     */
    String tell(String... words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append("$" + word.length() + "\r\n" + word + "\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            String line = line(in);
            if (line.startsWith("-")) {
                throw new IOException(line.substring(1));
            }
            if (!line.startsWith("$")) {
                return line.substring(1);
            }
            byte[] text = new byte[Integer.parseInt(line.substring(1))];
            in.readFully(text);
            return new String(text, StandardCharsets.ISO_8859_1);
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (char c = (char) in.readUnsignedByte(); c != '\r'; c = (char) in.readUnsignedByte()) {
            line.append(c);
        }
        in.readUnsignedByte(); // \n
        return line.toString();
    }

    /** Ends it, also if it stands still, and removes its directory. */
    @Override
    public void close() {
        closed = true;
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it was told; what it has left open is removed all the same
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(directory + " cannot be removed", e);
        }
    }
}
