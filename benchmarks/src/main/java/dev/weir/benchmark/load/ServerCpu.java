package dev.weir.benchmark.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The CPU that this process has used so far, but for what compiled it: a server that has run for an hour compiles no more. Only Linux tells
 * threads apart; elsewhere the compilers count.
 */
final class ServerCpu {

    private static final Path THREADS = Path.of("/proc/self/task");

    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** In nanoseconds. */
    long nanos() throws IOException {
        long nanos = process.getProcessCpuTime();
        if (!Files.isReadable(THREADS)) {
            return nanos;
        }
        List<Path> threads;
        try (var all = Files.list(THREADS)) {
            threads = all.toList();
        }
        for (Path thread : threads) {
            nanos -= compilerNanos(thread);
        }
        return nanos;
    }

    private static long compilerNanos(Path thread) throws IOException {
        try {
            String name = Files.readString(thread.resolve("comm"));
            if (!name.startsWith("C1 CompilerThre") && !name.startsWith("C2 CompilerThre")) {
                return 0;
            }
            String schedule = Files.readString(thread.resolve("schedstat"));
            return Long.parseLong(schedule.substring(0, schedule.indexOf(' ')));
        } catch (NoSuchFileException endedMeanwhile) {
            return 0;
        }
    }
}
