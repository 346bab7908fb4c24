package dev.weir.benchmark.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server has done.
 *
 * @param commands of all kinds, but for INFO, which is ours, and PING, by which Redisson keeps connections open
 * @param scriptCalls how many of them ran a script; what a script itself runs counts as commands, too
 * @param scriptMicros for how long
 * @param cpuMicros of the process
 */
record ServerCounts(long commands, long scriptCalls, long scriptMicros, long cpuMicros) {

    /** What a process sends every ten seconds, to be counted among those that share the limits: a script with a ZCARD and four more. */
    private static final long SIGN_OF_LIFE = 6;

    private static final Pattern COMMAND = Pattern.compile("cmdstat_(\\S+?):calls=(\\d+),usec=(\\d+)");
    private static final Pattern CPU = Pattern.compile("used_cpu_(?:sys|user):([0-9.]+)");

    static ServerCounts parse(String info) {
        long commands = 0;
        long scriptCalls = 0;
        long scriptMicros = 0;
        for (Matcher line = COMMAND.matcher(info); line.find(); ) {
            String name = line.group(1);
            if (!name.equals("info") && !name.equals("ping")) {
                commands += Long.parseLong(line.group(2));
            }
            if (name.equals("zcard")) { // of nobody else here
                commands -= SIGN_OF_LIFE * Long.parseLong(line.group(2));
                scriptCalls -= Long.parseLong(line.group(2));
            }
            if (name.equals("eval") || name.equals("evalsha")) {
                scriptCalls += Long.parseLong(line.group(2));
                scriptMicros += Long.parseLong(line.group(3));
            }
        }
        double seconds = 0;
        for (Matcher line = CPU.matcher(info); line.find(); ) {
            seconds += Double.parseDouble(line.group(1));
        }
        return new ServerCounts(commands, scriptCalls, scriptMicros, (long) (seconds * 1_000_000));
    }

    ServerCounts since(ServerCounts before) {
        return new ServerCounts(
                commands - before.commands,
                scriptCalls - before.scriptCalls,
                scriptMicros - before.scriptMicros,
                cpuMicros - before.cpuMicros);
    }
}
