package dev.weir.benchmark.load;

import dev.weir.benchmark.ChildJvm;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** A running server, in a process of its own. */
final class ServerJvm implements AutoCloseable {

    static final List<String> OPTIONS = List.of(
            "-Xms256m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:-UseDynamicNumberOfCompilerThreads"); // what they have used is known as long as they live

    private final ChildJvm jvm;
    private final String port;

    private ServerJvm(ChildJvm jvm, String port) {
        this.jvm = jvm;
        this.port = port;
    }

    /** Starts one with an application for each guard. */
    static ServerJvm start(Container container, List<Guard> guards, String redis) throws IOException {
        String names = guards.stream().map(Guard::name).collect(Collectors.joining(","));
        ChildJvm jvm = ChildJvm.start(Site.class, container.classPath(), OPTIONS, container.name(), names, redis);
        return new ServerJvm(jvm, jvm.next()[0]);
    }

    String port() {
        return port;
    }

    /** What it has used so far. */
    long cpuNanos() throws IOException {
        return Long.parseLong(jvm.ask("cpu")[0]);
    }

    @Override
    public void close() throws IOException {
        jvm.close();
    }
}
