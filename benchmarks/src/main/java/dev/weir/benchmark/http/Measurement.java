package dev.weir.benchmark.http;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;

/** A process that measures, and prints what it has found. Arguments: {@code servlet} or {@code jersey}, turns to warm up, turns. */
final class Measurement {

    private Measurement() {}

    public static void main(String[] args) throws Exception {
        measure(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2])).forEach(System.out::println);
        System.exit(0);
    }

    static List<Turns.Cost> measure(String what, int warmUp, int turns) throws Exception {
        LogManager.getLogManager().reset(); // lines are made, not printed
        List<? extends Way> ways = what.equals("servlet") ? Chain.all() : Jersey.all();
        try {
            return Turns.measure(ways, warmUp, turns);
        } finally {
            for (Way way : ways) {
                way.stop();
            }
        }
    }

    /** The same in a process of its own. */
    static List<Turns.Cost> forked(String what, int warmUp, int turns) throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xms512m",
                        "-Xmx512m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Measurement.class.getName(),
                        what,
                        Integer.toString(warmUp),
                        Integer.toString(turns))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Turns.Cost> costs = new ArrayList<>();
        try (var lines = process.inputReader()) {
            lines.lines().filter(line -> line.contains("\t")).forEach(line -> costs.add(Turns.Cost.parse(line)));
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("Measuring " + what + " ended with " + process.exitValue());
        }
        return costs;
    }
}
