package dev.weir.redisson;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * A real server as a process of its own, on the loopback, in a directory of its own that goes with it. It is spoken to without
 * Redisson, so that a test sees each server for itself.
 */
public final class RedisNode implements AutoCloseable {

    /* Below the ports that the system gives to whoever connects; and so is the port of the bus, which is 10,000 above. */
    private static final int LOWEST_PORT = 10_000;
    private static final int PORTS = 12_000;
    private static final int TO_BUS = 10_000;
    private static final int TRIES = 10;
    private static final int PATIENCE_MILLIS = 5_000;

    public final int port;
    private final Path directory;
    private final List<String> command;
    private volatile Process process;
    private final Thread atExit;

    private RedisNode(int port, Path directory, List<String> command) throws IOException {
        this.port = port;
        this.directory = directory;
        this.command = command;
        this.process = run();
        this.atExit = new Thread(() -> process.destroyForcibly());
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A server with these lines in its configuration, which answers. */
    public static RedisNode server(String... settings) throws IOException {
        List<String> lines = new ArrayList<>(List.of("save \"\"", "appendonly no", "repl-diskless-sync yes"));
        lines.add("repl-diskless-sync-delay 0");
        lines.addAll(List.of(settings));
        return start(lines, List.of());
    }

    /** A sentinel with these lines in its configuration, which answers. */
    static RedisNode sentinel(String... settings) throws IOException {
        return start(List.of(settings), List.of("--sentinel"));
    }

    private static RedisNode start(List<String> settings, List<String> options) throws IOException {
        for (int tries = 1; ; tries++) {
            Path directory = Files.createTempDirectory("weir-redis");
            int port = freePort();
            List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + directory));
            lines.addAll(settings);
            Path configuration = Files.write(directory.resolve("redis.conf"), lines);
            List<String> command = new ArrayList<>(List.of(Executable.PATH, configuration.toString()));
            command.addAll(options);
            RedisNode node = new RedisNode(port, directory, command);
            Eventually.holds("a server answers on " + port, () -> node.answers() || !node.process.isAlive());
            if (node.process.isAlive()) {
                return node;
            }
            String why = Files.readString(node.log()); // somebody was faster at the port, for one
            node.close();
            if (tries == TRIES) {
                throw new IOException("A server does not start: " + why);
            }
        }
    }

    private Process run() throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** Starts one that was killed again, on its port, with nothing of what it knew; returns when it answers. */
    public void restart() throws IOException {
        process = run();
        Eventually.holds("a server answers on " + port + " again", this::answers);
    }

    /** The program, unpacked once. */
    private static final class Executable {
        private static final String PATH = unpacked();

        private static String unpacked() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().toString();
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
        } catch (java.net.BindException taken) {
            return false;
        }
    }

    public String address() {
        return "redis://127.0.0.1:" + port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /* Another server may have the port by now. */
    private boolean answers() {
        try {
            return info("server").contains("process_id:" + process.pid() + "\r\n");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A section of INFO. */
    public String info(String section) throws IOException {
        return String.valueOf(command("INFO", section));
    }

    /**
     * What the server answers: a String, a Long, null, or a List of these.
     *
     * @throws IOException if it answers with an error, or not within five seconds
     */
    public Object command(String... words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            return reply(new DataInputStream(new BufferedInputStream(socket.getInputStream())));
        }
    }

    private static Object reply(DataInputStream in) throws IOException {
        char kind = (char) in.readUnsignedByte();
        String line = line(in);
        switch (kind) {
            case '+':
                return line;
            case ':':
                return Long.valueOf(line);
            case '$':
                int length = Integer.parseInt(line);
                if (length < 0) {
                    return null;
                }
                byte[] bytes = new byte[length];
                in.readFully(bytes);
                line(in);
                return new String(bytes, StandardCharsets.ISO_8859_1);
            case '*':
                List<Object> all = new ArrayList<>();
                for (int i = Integer.parseInt(line); i > 0; i--) {
                    all.add(reply(in));
                }
                return all;
            default:
                throw new IOException(line);
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

    /** Stands still, with its connections open, until {@link #resume}. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " gives " + status);
        }
    }

    /** As kill -9: nothing is said to anybody, nothing is written. */
    public void kill() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Also of a server that is paused or dead. */
    @Override
    public void close() throws IOException {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // then it does no harm
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
